"""My move, and who received what about me."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.residents.ports import Moved, Received
from gateway.residents.room import Room, Viewer, in_japan, viewer
from gateway.residents.words import Shown, day, municipality, office, words
from kairan.partial_date import InvalidDateError, PartialDate
from processors.disclosures import display
from processors.disclosures.display import Rule
from processors.notices.texts import Language


class Step(NamedTuple):
    """A line of the timeline: its words by their name, whether it is behind her, and a day, with what it is of."""

    name: str
    is_done: bool
    value: str | Shown = ""
    of: str = ""


class Line(NamedTuple):
    """Who received something: as it is written."""

    when: Shown
    municipality: Shown
    office: Shown | None
    received: Received


def laws(rule: str) -> list[Rule]:
    """Why entries of this rule of display are not shown yet: each article once."""
    its = {(each.basis, each.article): each for each in display.rules() if each.name == rule}
    return list(its.values())


def routes(room: Room) -> list[Route]:
    def move(request: Request) -> Response:
        seen = viewer(request, room, "move")
        moves = [(_place(seen, each.origin), _place(seen, each.destination), each, _steps(seen, each))
                 for each in room.moves.of(seen.person)]  # fmt: skip
        return seen.page("move.html", here="move", moves=moves)

    def received(request: Request) -> Response:
        seen = viewer(request, room)
        found = room.disclosures.of(seen.person)
        lines = [_line(seen, each) for each in found.shown]
        return seen.page("received.html", here="received", lines=lines, withheld=found.withheld, laws=laws)

    return [Route("/my/move", move), Route("/my/received", received)]


def steps(move: Moved) -> Iterator[Step]:
    """Both municipalities' steps in their order; of who has arrived no departure is awaited any more."""
    if move.has_departed or move.moved_in is None:
        yield Step("departure", move.has_departed, move.planned or "", "planned")
    if move.moved_in is None:
        yield Step("arrival", is_done=False, value=move.visit or "", of="visit")
    else:
        yield Step("arrival", is_done=True, value=move.moved_in, of="moved_in")
    yield Step("notified", move.is_notified)
    if move.awaited:
        yield Step("offices", move.answered == move.awaited, f"{move.answered}/{move.awaited}")


def _steps(seen: Viewer, move: Moved) -> list[Step]:
    """With days in her own words."""
    return [step._replace(value=_said(step.value, seen)) for step in steps(move)]


def _said(value: str | Shown, seen: Viewer) -> str | Shown:
    """What is no day (a count) stands as it is."""
    try:
        return day(date.fromisoformat(str(value)), seen.language)
    except ValueError:
        its = _uncertain(str(value))
    return _between(its, seen.language) if its and seen.language is not Language.JAPANESE else value


def _uncertain(text: str) -> PartialDate | None:
    """By the register's words, or by ten characters of which some are unknown."""
    with suppress(InvalidDateError):
        return PartialDate.from_wareki(text)
    with suppress(InvalidDateError):
        return PartialDate.parse(text, certain=False)
    return None


def _between(its: PartialDate, spoken: Language) -> Shown:
    """Whoever does not read Japanese is told between which days; eras are on no page but a Japanese one."""
    if its.earliest == date.min or its.latest == date.max:
        return Shown(words(spoken).move.unknown().passage)
    first, last = (day(each, spoken) for each in (its.earliest, its.latest))
    return Shown(words(spoken).move.between(first=first, last=last).passage)


def _place(seen: Viewer, code: str | None) -> Shown | None:
    return municipality(code, seen.language) if code else None


def _line(seen: Viewer, received: Received) -> Line:
    its, spoken = received.office, seen.language
    place = municipality(its.municipality, spoken)
    return Line(day(in_japan(received.at), spoken), place, office(its.business, spoken), received)
