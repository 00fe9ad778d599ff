"""My move, who received what about me, and by which channels I am told."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.residents.ports import Moved, Received
from gateway.residents.room import Form, Room, Viewer, back, in_japan, page, posted, viewer
from gateway.residents.words import Shown, day, municipality
from kairan.codes import BUSINESSES


class Step(NamedTuple):
    """A line of the timeline: its words by their name, whether it is behind her, what is known of it."""

    name: str
    is_done: bool
    value: str = ""


class Line(NamedTuple):
    """Who received something: as it is written."""

    when: Shown
    municipality: Shown
    office: str
    received: Received

    @property
    def family(self) -> str:
        """``residence`` of ``residence.MovedIn``."""
        return self.received.event_type.partition(".")[0]


def routes(room: Room) -> list[Route]:
    def move(request: Request) -> Response:
        seen = viewer(request, room, "move")
        moves = [(_place(seen, each.origin), _place(seen, each.destination), each, list(steps(each)))
                 for each in room.moves.of(seen.person)]  # fmt: skip
        return seen.page("move.html", here="move", moves=moves)

    def received(request: Request) -> Response:
        seen = viewer(request, room)
        found = room.disclosures.of(seen.person)
        lines = [_line(seen, each) for each in found.shown]
        return seen.page("received.html", here="received", lines=lines, withheld=sum(found.withheld.values()))

    def channels(request: Request) -> Response:
        seen = viewer(request, room)
        return seen.page("channels.html", here="channels", choices=room.addresses.of(seen.person))

    def choose(request: Request, form: Form) -> Response:
        seen = viewer(request, room)
        start, end = _hour(form.get("quiet_from")), _hour(form.get("quiet_to"))
        for choice in room.addresses.of(seen.person):
            wanted = form.get(choice.channel) == "yes"
            chosen = replace(choice, is_wanted=wanted, quiet_from=start, quiet_to=end)
            room.addresses.choose(seen.person, chosen, room.now())
        return back("/my/channels")

    def ask(request: Request) -> Response:
        """Looking at it changes nothing: mail programs open links by themselves."""
        token = request.query_params.get("t", "")
        action = f"{UNSUBSCRIBE}?{urlencode({'t': token})}"
        return page(request, "unsubscribe.html", is_known=room.addresses.knows(token), is_done=False, action=action)

    def unsubscribe(request: Request, _: Form) -> Response:
        is_known = room.addresses.unsubscribe(request.query_params.get("t", ""), room.now())
        return page(request, "unsubscribe.html", is_known=is_known, is_done=True)

    return [
        Route("/my/move", move),
        Route("/my/received", received),
        Route("/my/channels", channels, methods=["GET"]),
        Route("/my/channels", posted(choose), methods=["POST"]),
        Route(UNSUBSCRIBE, ask, methods=["GET"]),
        Route(UNSUBSCRIBE, posted(unsubscribe), methods=["POST"]),
    ]


UNSUBSCRIBE = "/unsubscribe"
"""Mail programs write to it without a page of ours (RFC 8058): ``strangers`` of the application."""


def steps(move: Moved) -> Iterator[Step]:
    """Both municipalities' steps in their order."""
    yield Step("departure", move.has_departed, move.planned or "")
    yield Step("arrival", move.moved_in is not None, move.moved_in or move.visit or "")
    yield Step("notified", move.is_notified)
    if move.awaited:
        yield Step("offices", move.answered == move.awaited, f"{move.answered}/{move.awaited}")


def _place(seen: Viewer, code: str | None) -> Shown | None:
    return municipality(code, seen.language) if code else None


def _line(seen: Viewer, received: Received) -> Line:
    office = BUSINESSES[received.office.business].name if received.office.business else ""
    place = municipality(received.office.municipality, seen.language)
    return Line(day(in_japan(received.at), seen.language), place, office, received)


def _hour(text: str | None) -> int:
    """As the page writes it: without a zero before it, or anything else."""
    if text not in _HOURS:
        raise HTTPException(400)
    return int(text)


_HOURS = frozenset(str(hour) for hour in range(24))
