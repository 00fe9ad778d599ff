"""By which channels I am told: what I agreed to and since when, in which language and at which hours."""

from typing import cast
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.residents.ports import CHOSEN, Chosen
from gateway.residents.room import Form, Room, back, page, posted, viewer
from processors.channels.addresses import Wish
from processors.notices.channels import QuietHours
from processors.notices.texts import Language

HERE = "/my/channels"
UNSUBSCRIBE = "/unsubscribe"
"""Mail programs write to it without a page of ours (RFC 8058): ``strangers`` of the application."""


def routes(room: Room) -> list[Route]:
    def show(request: Request) -> Response:
        seen = viewer(request, room)
        return seen.page("channels.html", here="channels", choices=room.addresses.of(seen.person))

    def choose(request: Request, form: Form) -> Response:
        seen, channel = viewer(request, room), _channel(request)
        room.addresses.choose(seen.person, channel, _wish(form), _at(room))
        return back(HERE)

    return [
        Route(HERE, show, methods=["GET"]),
        Route(f"{HERE}/{{channel}}", posted(choose), methods=["POST"]),
        *_stopping(room),
    ]


def _stopping(room: Room) -> list[Route]:
    """By one click in a letter, without a sign-in."""

    def ask(request: Request) -> Response:
        """Looking at it changes nothing: mail programs open links by themselves."""
        token = request.query_params.get("t", "")
        action = f"{UNSUBSCRIBE}?{urlencode({'t': token})}"
        return page(request, "unsubscribe.html", is_known=room.addresses.knows(token), is_done=False, action=action)

    def unsubscribe(request: Request, _: Form) -> Response:
        is_known = room.addresses.unsubscribe(request.query_params.get("t", ""), _at(room))
        return page(request, "unsubscribe.html", is_known=is_known, is_done=True)

    return [
        Route(UNSUBSCRIBE, ask, methods=["GET"]),
        Route(UNSUBSCRIBE, posted(unsubscribe), methods=["POST"]),
    ]


def _at(room: Room) -> int:
    """The time as the notices count it."""
    return room.played(room.now())


def _channel(request: Request) -> Chosen:
    if (asked := request.path_params["channel"]) not in CHOSEN:
        raise HTTPException(404)
    return cast("Chosen", asked)


def _wish(form: Form) -> Wish:
    if (language := form.get("language")) not in set(Language):
        raise HTTPException(400)
    quiet = QuietHours(_hour(form.get("quiet_from")), _hour(form.get("quiet_to")))
    return Wish(form.get("wanted") == "yes", Language(language), quiet)


def _hour(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit()) or int(text[:3]) > 23:
        raise HTTPException(400)
    return int(text)
