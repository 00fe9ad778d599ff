"""Naming an address and taking it back: a mailbox by a code, this device by its browser, a simulator by its name."""

import secrets
from http import HTTPStatus
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.notices.mail import is_mailbox
from gateway import language, security, static_files
from gateway.residents.room import Form, Room, back, posted, viewer
from gateway.residents.subscriptions import NoSubscriptionError, subscription
from gateway.residents.telling import HERE, shown
from processors.channels.addresses import Address, Means

WORKER = "/my/worker.js"
"""A service worker serves what stands beneath its own folder: the pages of who is signed in."""
SIMULATED: tuple[Means, ...] = ("line", "portal")


def routes(room: Room) -> list[Route]:
    return [*_mailboxes(room), *_devices(room), *_simulators(room)]


def _mailboxes(room: Room) -> list[Route]:
    def ask(request: Request, form: Form) -> Response:
        """Whoever's it is, and whether there is such a one, the answer is the same."""
        seen, mailbox = viewer(request, room), form.get("mailbox", "").strip()
        _demand(is_there=room.ways.has_mail)
        if not is_mailbox(mailbox):
            return shown(room, seen, "no_mailbox")
        if not room.addresses.ask(seen.person, mailbox, language.of(request), room.at()):
            return shown(room, seen, "too_often")
        return back(HERE)

    def bring(request: Request, form: Form) -> Response:
        seen = viewer(request, room)
        outcome = room.addresses.bring(seen.person, form.get("code", "").strip(), room.at())
        return back(HERE) if outcome == "named" else shown(room, seen, f"code_{outcome}")

    def remove(request: Request, _: Form) -> Response:
        seen, name = viewer(request, room), request.path_params["name"]
        named = (each for choice in room.addresses.of(seen.person) for each in choice.named)
        found = next((each.id for each in named if seen.opaque(each.id) == name), None)
        if found is None or not room.addresses.remove(seen.person, found, room.at()):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return back(HERE)

    return [
        Route(f"{HERE}/mailbox", posted(ask), methods=["POST"]),
        Route(f"{HERE}/mailbox/code", posted(bring), methods=["POST"]),
        Route(f"{HERE}/addresses/{{name}}/remove", posted(remove), methods=["POST"]),
    ]


def _devices(room: Room) -> list[Route]:
    """Written by ``static/push.js``, with the token of the page's forms."""

    def worker(_: Request) -> Response:
        """The same for everybody, and asked for by browsers by themselves."""
        headers = {"Content-Security-Policy": security.CSP_OF_WORKER}
        return Response(static_files.content("worker.js"), media_type="text/javascript", headers=headers)

    def name(request: Request, body: bytes) -> Response:
        seen = viewer(request, room)
        _demand(is_there=bool(room.addresses.push_key()))
        try:
            target = subscription(body, room.ways.services)
        except NoSubscriptionError:
            raise HTTPException(HTTPStatus.BAD_REQUEST) from None
        at, spoken = room.at(), language.of(request)
        _take(room, Address(seen.person, "push", "webpush", target, spoken, at), at)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def device(request: Request) -> Response:
        return await run_in_threadpool(name, request, await request.body())

    return [Route(WORKER, worker), Route(f"{HERE}/devices", device, methods=["POST"])]


def _simulators(room: Room) -> list[Route]:
    def name(request: Request, _: Form) -> Response:
        """Whom the simulator would know: a name of its own that means nobody."""
        seen, means = viewer(request, room), request.path_params["means"]
        _demand(is_there=room.ways.is_simulated and means in SIMULATED)
        at, target = room.at(), {"user": f"simulated-{secrets.token_hex(8)}"}
        _take(room, Address(seen.person, "push", cast("Means", means), target, language.of(request), at), at)
        return back(HERE)

    return [Route(f"{HERE}/simulators/{{means}}", posted(name), methods=["POST"])]


def _take(room: Room, address: Address, at: int) -> None:
    if not room.addresses.name(address, at):
        raise HTTPException(HTTPStatus.CONFLICT)


def _demand(*, is_there: bool) -> None:
    """What is not offered is not there."""
    if not is_there:
        raise HTTPException(HTTPStatus.NOT_FOUND)
