"""What cannot stand together in a person's moves: between which words of whom a desk has to decide."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kairan.identifiers import EventId, MunicipalityCode
from processors.moving.chains import Chain
from processors.moving.facts import Arrival, ConflictKind, Departure, Fact, Notice
from processors.moving.known import Known, without
from processors.moving.moves import Move, moves
from processors.moving.steps import conflict, deciders

_DECIDED_BETWEEN: dict[ConflictKind, type[Fact]] = {
    ConflictKind.TWO_DESTINATIONS: Departure,
    ConflictKind.TWO_RECORDS: Arrival,
    ConflictKind.UNKNOWN_PERSON: Notice,
}


class Conflict(NamedTuple):
    """
    Of a move: whose desks decide it (``steps.deciders``), and the last words of which one does not stand.

    One who has closed a record after all, or takes back what it stated, ends a conflict without any decision.
    """

    move: EventId
    kind: ConflictKind
    desks: Sequence[MunicipalityCode]
    between: Sequence[Fact]


def conflicts(known: Known) -> list[Conflict]:
    """Of all of a person's moves."""
    every = moves(known)
    return [_conflict(move, kind, every) for move in every if (kind := conflict(move))]


def rests_on(known: Known, event: EventId) -> Conflict | None:
    """The conflict that would be over if this event did not stand."""
    return next((each for each in conflicts(known) if event in (fact.event for fact in each.between)), None)


def is_decided(known: Known, event: EventId) -> bool:
    """Has a decision ended the conflict that would rest on this event?"""
    return rests_on(known, event) is None and any(
        rests_on(without(known, decision), event) for decision in known.stated.decisions
    )


def _conflict(move: Move, kind: ConflictKind, every: Sequence[Move]) -> Conflict:
    between = [chain.last for chain in _chains(move, kind, every) if chain.stands]
    return Conflict(move.id, kind, deciders(move), between)


def _chains(move: Move, kind: ConflictKind, every: Sequence[Move]) -> Iterator[Chain]:
    yield from move.of(_DECIDED_BETWEEN[kind])
    if move.rival:
        yield from (chain for other in every if other.destination == move.rival for chain in other.of(Arrival))
