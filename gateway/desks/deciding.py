"""What a desk decides of facts that cannot stand together, in its words; ``processors.moving.deciding`` judges it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from gateway.desks import words
from gateway.desks.names import Names
from gateway.desks.staff import Staff
from gateway.desks.withholding import Places
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


REASONS: Mapping[Reason, str] = {each: words.REASONS[each] for each in Reason}


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


def options(known: Known, move: EventId, member: str, names: Names, named: Places) -> Sequence[Option]:
    """Between what this desk may decide; ``named``: places that may be named to it."""
    return [
        Option(names.event(member, fact.event).hex(), fact.event, _words(fact, named))
        for fact in _between(known, move, member)
    ]


def _between(known: Known, move: EventId, member: str) -> Iterator[Fact]:
    for conflict in conflicts(known):
        if conflict.move == move and member in conflict.desks:
            yield from conflict.between


def _words(fact: Fact, named: Places) -> str:
    """A departure is the origin's own word, by whose day of booking it finds it in its register."""
    assert isinstance(fact, Departure | Arrival | Notice)
    is_told = named.only is None or fact.destination in named.only
    where = words.place(fact.destination) if is_told else words.WITHHELD
    if isinstance(fact, Departure):
        booked, planned = words.day_at(fact.at), words.said_day(fact.planned.as_record())
        return f"転出届（{booked} 登録）：転出先 {where}、予定日 {planned}"
    when = words.said_day(fact.moved_in.as_record()) if is_told else words.WITHHELD
    return f"{words.FACTS[type(fact).__name__]}：転出先 {where}、異動日 {when}"
