"""
The moving procedure of one person: ``initial``, ``decide``, ``evolve`` (docs/adr/0027).

What is told is written down; where each move stands follows from it. Told to others is only what is new.
"""

from collections.abc import Iterator, Sequence

from kairan.decider import Decider
from kairan.identifiers import EventId, MunicipalityCode
from processors.moving.asking import standing, when_due
from processors.moving.conflicts import is_decided
from processors.moving.facts import Answer, Came, Decision, Group, Input, Receiver
from processors.moving.known import Known, write_down
from processors.moving.moves import Move, moves
from processors.moving.steps import Step, step
from processors.moving.tasks import REMINDED, Output, Reminder, Stepped
from processors.moving.timers import Days, timers

MOST_UNASKED = 500
"""Answers about one person that are kept although nobody waits for them: what they are about may come later."""


def accepts(known: Known, told: Input, days: Days) -> bool:
    """
    Of a timer: is it still set, for this time, and not before its time? Of an answer: is it waited for, or room for it?

    Any member could send more answers than there is room for. Of two desks that decide at one moment the first has.
    A timer that a fact has overtaken is not told. That is judged once, when it comes: the journal has what was taken.
    """
    match told:
        case Came():
            return any(
                timer[:3] == (told.name, told.by, told.number) and timer.due <= told.at
                for move in moves(known)
                if move.id == told.move
                for timer in timers(move, days)
            )
        case Answer():
            return _is_asked(known, told)
        case Decision():
            return not is_decided(known, told.rejected)
    return True


def _is_asked(known: Known, answer: Answer) -> bool:
    if _is_awaited(known, answer.event, answer.receiver):
        return True
    return sum(not _is_awaited(known, *about) for about in known.answers) < MOST_UNASKED


def _is_awaited(known: Known, event: EventId, receiver: Receiver) -> bool:
    fact = known.facts.get(event)
    return fact is not None and receiver in fact.awaited


def decide(known: Known, told: Input) -> Sequence[Output]:
    after = write_down(known, told)
    return [] if after == known else list(_decide(known, told, after))


def _decide(known: Known, told: Input, after: Known) -> Iterator[Output]:
    before = {move.id: move for move in moves(known)}
    now = {move.id: move for move in moves(after)}
    for id_, move in now.items():
        yield from _news(before.get(id_), move, told.at)
    for id_, move in before.items():
        if id_ not in now and step(move) is not Step.CANCELLED:
            yield Stepped(id_, Step.CANCELLED, told.at, *_parties(move))  # it turned out to be part of another
    if isinstance(told, Came) and told.move in now:
        yield from when_due(now[told.move], told.name)
        if told.name in REMINDED:
            yield Reminder(told.move, REMINDED[told.name])


def _news(before: Move | None, move: Move, at: int) -> Iterator[Output]:
    """Where it stands, and what has to be done that had not to be."""
    if before is None or (step(move), *_parties(move)) != (step(before), *_parties(before)):
        yield Stepped(move.id, step(move), max(at, move.last.at), *_parties(move))
    asked = standing(before) if before else frozenset()
    yield from sorted(standing(move) - asked, key=lambda task: (task.kind, task.desk, task.about or ()))


def _parties(move: Move) -> tuple[MunicipalityCode | None, MunicipalityCode | None, Group | None]:
    return move.origin, move.destination, move.group


SAGA: Decider[Known, Input, Output] = Decider(Known(), decide, write_down)
