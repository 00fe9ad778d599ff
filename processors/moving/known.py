"""All that is known of a person's moves: facts, what offices answered, what desks decided, which timers came."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kairan.identifiers import EventId
from kairan.remembering import remembering
from processors.moving.facts import Answer, Came, Decision, Fact, Input, Receiver, TimerName

Waited = tuple[EventId, TimerName, EventId]
"""What a timer is of: the move, what it waits for, the fact that set it."""


@dataclass(frozen=True)
class Stated:
    """What moves are put together from: answers and timers, of which many more come, make no other moves of it."""

    facts: Mapping[EventId, Fact] = field(default_factory=dict)
    decisions: frozenset[Decision] = frozenset()

    @property
    def rejected(self) -> frozenset[EventId]:
        return frozenset(decision.rejected for decision in self.decisions)


@dataclass(frozen=True)
class Known:
    """
    Grows only; the order in which it came to be known is not part of it.

    ``came``: each timer as it came last. A conflict may be waited out for years.
    """

    stated: Stated = field(default_factory=Stated)
    answers: Mapping[tuple[EventId, Receiver], Answer] = field(default_factory=dict)
    came: Mapping[Waited, Came] = field(default_factory=dict)

    @property
    def facts(self) -> Mapping[EventId, Fact]:
        return self.stated.facts


@remembering
def write_down(known: Known, told: Input) -> Known:
    """What is told twice is known once."""
    match told:
        case Answer():
            return replace(known, answers=_with(known.answers, told))
        case Decision():
            return replace(known, stated=replace(known.stated, decisions=known.stated.decisions | {told}))
        case Came():
            return replace(known, came=_with_last(known.came, told))
    if told.event in known.facts:
        return known
    return replace(known, stated=replace(known.stated, facts={**known.facts, told.event: told}))


def without(known: Known, decision: Decision) -> Known:
    """As if this had not been decided."""
    return replace(known, stated=replace(known.stated, decisions=known.stated.decisions - {decision}))


def _with_last(came: Mapping[Waited, Came], told: Came) -> Mapping[Waited, Came]:
    about = (told.move, told.name, told.by)
    former = came.get(about)
    return came if former and (former.number, former.at) >= (told.number, told.at) else {**came, about: told}


def _with(
    answers: Mapping[tuple[EventId, Receiver], Answer], told: Answer
) -> Mapping[tuple[EventId, Receiver], Answer]:
    """An office may think better of it: its last answer counts."""
    about = (told.event, told.receiver)
    former = answers.get(about)
    return answers if former and _last(former) >= _last(told) else {**answers, about: told}


def _last(answer: Answer) -> tuple[int, str, str]:
    return answer.at, answer.outcome, answer.reason
