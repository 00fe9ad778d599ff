"""What a desk decides of facts that cannot stand together, in its words; ``processors.moving.deciding`` judges it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from gateway.desks import words
from gateway.desks.names import Names
from gateway.desks.staff import Staff
from kairan.identifiers import EventId
from processors.moving.conflicts import conflicts
from processors.moving.facts import Arrival, Departure, Fact, Notice
from processors.moving.known import Known


class Reason(StrEnum):
    """Why a fact does not stand; a code, for it goes into the journal."""

    ENTERED_WRONGLY = "entered_wrongly"
    TWICE = "declared_twice"
    NOT_MOVED = "has_not_moved"
    OTHER_PERSON = "other_person"
    UNKNOWN_PERSON = "unknown_person"


REASONS: Mapping[Reason, str] = {
    Reason.ENTERED_WRONGLY: "入力の誤り",
    Reason.TWICE: "同じ届出が二重になっている",
    Reason.NOT_MOVED: "実際には異動していない",
    Reason.OTHER_PERSON: "別の人の届出",
    Reason.UNKNOWN_PERSON: "該当する人がいない",
}


class Decided(NamedTuple):
    """``rejected``: the last word of what does not stand; who stated it has to annul it."""

    instance: bytes
    rejected: EventId
    reason: Reason
    staff: Staff


Decide: TypeAlias = Callable[[Known, Decided], None]
"""
Returns when the decision is kept, as an input of the procedure.

Raises ``processors.moving.deciding.UndecidableError``: nothing is to be decided there, or not by this desk.
"""


class Option(NamedTuple):
    """A fact that could be rejected; ``ref``: its name for this municipality."""

    ref: str
    event: EventId
    what: str


def options(known: Known, move: EventId, member: str, names: Names, only: frozenset[str] | None) -> Sequence[Option]:
    """Between what this desk may decide; ``only``: places that may be named to it."""
    return [
        Option(names.event(member, fact.event).hex(), fact.event, _words(fact, only))
        for fact in _between(known, move, member)
    ]


def _between(known: Known, move: EventId, member: str) -> Iterator[Fact]:
    for conflict in conflicts(known):
        if conflict.move == move and member in conflict.desks:
            yield from conflict.between


def _words(fact: Fact, only: frozenset[str] | None) -> str:
    assert isinstance(fact, Departure | Arrival | Notice)
    is_told = only is None or fact.destination in only
    where = words.place(fact.destination) if is_told else words.WITHHELD
    day = fact.planned if isinstance(fact, Departure) else fact.moved_in
    when = words.said_day(day.as_record()) if is_told else words.WITHHELD
    its = words.FACTS[type(fact).__name__]
    return f"{its}：転出先 {where}、{'予定日' if isinstance(fact, Departure) else '異動日'} {when}"
