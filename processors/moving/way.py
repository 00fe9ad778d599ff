"""The way of one move through its person's journal: which lines belong to it. Pure."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kairan.identifiers import EventId
from processors.moving.facts import Came, Decision, Input
from processors.moving.known import Known
from processors.moving.moves import Move
from processors.moving.process import WORDS
from processors.moving.saga import SAGA
from processors.moving.tasks import Output
from processors.runtime.process import Row


class Line(NamedTuple):
    """What was told, and what of this move followed; ``is_passed``: it changed nothing."""

    told: Input
    sent: Sequence[Output]
    is_passed: bool


def known_of(lines: Iterable[Row]) -> Known:
    """What the journal of a person has taken."""
    return SAGA.replay([WORDS.from_json(json.loads(line.told)) for line in lines if line.sent is not None])


def events_of(move: Move) -> frozenset[EventId]:
    """All that was said of it; a move that became part of this one had the id of one of them."""
    said = {fact.event for chain in move.chains for fact in chain.said}
    return frozenset(said | ({move.death.event} if move.death else set()))


def way(move: Move, lines: Iterable[Row]) -> Iterator[Line]:
    its = events_of(move)
    for line in lines:
        told: Input = WORDS.from_json(json.loads(line.told))
        sent: list[Output] = [WORDS.from_json(json.loads(each)) for each in line.sent or ()]
        mine = [each for each in sent if each.move in its]
        if mine or _about(told) in its:
            yield Line(told, mine, line.sent is None)


def _about(told: Input) -> EventId:
    match told:
        case Decision():
            return told.rejected
        case Came():
            return told.move
    return told.event
