"""What a page shows, gathered: rows, who of them hides, what the own office knows; and the view written down first."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gateway.desks import lists, words
from gateway.desks.asked import Asking, Settle
from gateway.desks.deciding import Decide, Option, options
from gateway.desks.enrolled import Enrolling
from gateway.desks.keeping import Keeping
from gateway.desks.names import Names
from gateway.desks.offices import Offices
from gateway.desks.safe import SafeChannels
from gateway.desks.seeing import Eyes, Held, Seen
from gateway.desks.staff import Page, Purpose, Role, Sessions, Staff
from gateway.desks.standing import Row, Standing
from gateway.desks.viewings import Viewing, Viewings
from gateway.desks.way import Entry, own_side, whole
from gateway.desks.withholding import Sight, hidden
from kairan.identifiers import Handle
from processors.moving.known import Known
from processors.moving.moves import Move, moves
from processors.moving.saga import SAGA
from processors.moving.steps import conflict
from processors.moving.way import Line as Told
from processors.moving.way import events_of, known_of, way
from processors.runtime.process import Row as Line


@dataclass(frozen=True)
class Desk:
    """
    What the pages stand on.

    Args:
        hiding: who of these hides at this moment (``gateway.hiding``); who cannot be asked about is shown to nobody.
        journal: all lines of a person's moves.
        now: milliseconds since 1970 UTC, as the procedures count them.

    """

    sessions: Sessions
    standing: Standing
    asking: Asking
    offices: Offices
    viewings: Viewings
    hiding: Callable[[Collection[Handle]], frozenset[Handle]]
    journal: Callable[[bytes], Sequence[Line]]
    names: Names
    decide: Decide
    now: Callable[[], int]
    settle: Settle
    safe: SafeChannels
    keeping: Keeping
    enrolling: Enrolling


class Opened(NamedTuple):
    """
    A procedure as this clerk sees it; ``options``: what can be decided, by somebody who may.

    ``said``: of a conflict, what contradicts itself; ``waits``: for whose decision, where it is not this clerk's.
    """

    row: Row
    seen: Seen
    known: Known
    way: Sequence[Entry] = ()
    said: str = ""
    waits: str = ""
    options: Sequence[Option] = ()


def eyes(desk: Desk, staff: Staff, rows: Sequence[Row]) -> Eyes:
    """
    Of whom the own office was told that she hides is hidden, too, and whoever moves with her.

    Asked of all who move together with these, too: a page may show them beside her.
    """
    together = desk.standing.together(frozenset[str]().union(*(row.groups for row in rows)))
    everybody = [*rows, *together]
    persons: dict[bytes, bytes] = {desk.names.person(staff.member, row.instance): row.instance for row in everybody}
    announced = desk.offices.announced(staff.member, list(persons))
    flagged = {persons[each] for each, told in announced.items() if told.protection != "none"}
    flagged |= {row.instance for row in everybody if row.facts["hides"]}
    hides = hidden(everybody, together, flagged.__contains__)
    hides |= desk.hiding([Handle(row.instance) for row in everybody])
    held = Held(announced, numbers(desk, staff, list(persons)))
    return Eyes(staff, hides, together, held, desk.names, desk.now())


def rows_of(desk: Desk, staff: Staff, page: Page) -> list[Row]:
    """Whether somebody who hides is late is asked of the own side: the destination's clock would tell when she came."""
    found, now = desk.standing.of(staff.member, lists.STEPS[page]), desk.now()
    if page is not Page.LATE:
        return lists.of_page(page, staff.member, found, now)
    look = eyes(desk, staff, found)
    return [row for row in found if lists.of_page(page, staff.member, [look.judged(row)], now)]


def listed(desk: Desk, staff: Staff, page: Page) -> tuple[Eyes, list[Row]]:
    rows = rows_of(desk, staff, page)
    return eyes(desk, staff, rows), rows


def write_down(desk: Desk, look: Eyes, rows: Sequence[Row], page: Page, purpose: Purpose) -> None:
    """Before anything is shown; who is withheld was not seen."""
    shown = tuple(row.item for row in rows if look.sight(row) is not Sight.NOTHING)
    desk.viewings.write(Viewing(look.staff, page, purpose, shown))


def found(desk: Desk, staff: Staff, ref: str) -> Row | None:
    """The procedure of this address, if it names this municipality."""
    named = desk.names.named(staff.member, ref)
    return desk.standing.one(staff.member, *named) if named else None


def opened(desk: Desk, look: Eyes, row: Row) -> Opened:
    """With its way, as far as this clerk may see it."""
    seen, sight = look.see(row), look.sight(row)
    if sight is Sight.NOTHING:
        return Opened(row, seen, SAGA.initial)
    lines = desk.journal(row.instance)
    known = known_of(lines)
    move = next((each for each in moves(known) if row.item in events_of(each)), None)
    if move is None:
        return Opened(row, seen, known)
    return Opened(row, seen, known, _way(look, row, way(move, lines)), *_dispute(desk, look, row, known, move))


def _way(look: Eyes, row: Row, lines: Iterable[Told]) -> Sequence[Entry]:
    member = look.staff.member
    if look.sight(row) is Sight.OWN_SIDE:
        return list(own_side(lines, member, is_origin=row.facts["origin"] == member))
    return list(whole(lines, look.places(row)))


def _dispute(desk: Desk, look: Eyes, row: Row, known: Known, move: Move) -> tuple[str, str, Sequence[Option]]:
    """What contradicts itself, for whose decision it waits, or what this clerk can decide."""
    kind = conflict(move)
    if kind is None:
        return "", "", ()
    told = kind if look.sight(row) is Sight.WHOLE else None
    said = words.CONFLICTS[told] if told else words.CONTRADICTION
    if look.decides(row):
        return said, "", options(known, move.id, look.staff.member, desk.names, look.places(row))
    return said, words.waits(told, hides=row.instance in look.hidden), ()


def household(desk: Desk, look: Eyes, row: Row) -> list[Row]:
    """Who comes here together with this person, herself first."""
    others = [each for each in look.together if row.group and each.group == row.group and each.instance != row.instance]
    return [row, *lists.of_page(Page.ARRIVALS, look.staff.member, others, desk.now())]


def person(desk: Desk, member: str, number: str) -> Handle | None:
    """By the member's own 宛名番号; None: nobody, or nobody of whom one could be sure."""
    found = desk.offices.people(member, number)
    return desk.names.handle(member, found[0]) if len(found) == 1 else None


def numbers(desk: Desk, staff: Staff, persons: Sequence[bytes]) -> dict[bytes, str]:
    """The operators' pages name nobody."""
    return {} if staff.role is Role.OPERATOR else dict(desk.offices.numbers(staff.member, persons))
