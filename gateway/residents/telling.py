"""By which channels I am told: what I agreed to and since when, in which language and at which hours."""

from typing import cast
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import security
from gateway.residents.ports import CHOSEN, Chosen
from gateway.residents.room import Form, Room, Viewer, back, in_japan, page, posted, viewer
from gateway.residents.words import Shown, day
from processors.channels.addresses import Wish
from processors.notices import silent
from processors.notices.channels import QuietHours
from processors.notices.texts import Language

HERE = "/my/channels"
UNSUBSCRIBE = "/unsubscribe"
"""Mail programs write to it without a page of ours (RFC 8058): ``strangers`` of the application."""


def routes(room: Room) -> list[Route]:
    def show(request: Request) -> Response:
        return shown(room, viewer(request, room))

    def choose(request: Request, form: Form) -> Response:
        seen, channel = viewer(request, room), _channel(request)
        room.addresses.choose(seen.person, channel, _wish(form), room.at())
        return back(HERE)

    def agree(request: Request, form: Form) -> Response:
        """To be shown benefits that she may apply for; while no record calls for any, that is not offered."""
        seen = viewer(request, room)
        if form.get("agreed") not in ({"yes", "no"} if silent.tells_benefits() else {"no"}):
            raise HTTPException(400)
        room.addresses.agree(seen.person, room.at(), is_given=form["agreed"] == "yes")
        return back(HERE)

    return [
        Route(HERE, show, methods=["GET"]),
        Route(f"{HERE}/benefits", posted(agree), methods=["POST"]),
        Route(f"{HERE}/of/{{channel}}", posted(choose), methods=["POST"]),
        *_stopping(room),
    ]


def shown(room: Room, seen: Viewer, fault: str = "") -> Response:
    """``fault``: by its name among the words, what was not taken and why."""

    def _since(at: int | None) -> Shown | None:
        return day(in_japan(at), seen.language) if at is not None else None

    push_key = room.addresses.push_key()
    made = seen.page(
        "channels.html", here="channels", choices=room.addresses.of(seen.person), since=_since, opaque=seen.opaque,
        ways=room.ways, push_key=push_key, waits=room.addresses.waits(seen.person, room.at()), fault=fault,
        agreed=room.addresses.agreed(seen.person), has_benefits=silent.tells_benefits(), status=422 if fault else 200,
    )  # fmt: skip
    if push_key:
        made.headers["Content-Security-Policy"] = security.CSP_WITH_SCRIPT
    return made


def _stopping(room: Room) -> list[Route]:
    """By one click in a letter, without a sign-in."""

    def ask(request: Request) -> Response:
        """Looking at it changes nothing: mail programs open links by themselves."""
        token = request.query_params.get("t", "")
        action = f"{UNSUBSCRIBE}?{urlencode({'t': token})}"
        return page(request, "unsubscribe.html", is_known=room.addresses.knows(token), is_done=False, action=action)

    def unsubscribe(request: Request, _: Form) -> Response:
        is_known = room.addresses.unsubscribe(request.query_params.get("t", ""), room.at())
        return page(request, "unsubscribe.html", is_known=is_known, is_done=True)

    return [
        Route(UNSUBSCRIBE, ask, methods=["GET"]),
        Route(UNSUBSCRIBE, posted(unsubscribe), methods=["POST"]),
    ]


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
    """As the page writes it: without a zero before it, or anything else."""
    if text not in _HOURS:
        raise HTTPException(400)
    return int(text)


_HOURS = frozenset(str(hour) for hour in range(24))
