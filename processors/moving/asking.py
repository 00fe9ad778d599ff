"""Which desk is asked what: as long as something stands, and again when a timer came."""

from collections.abc import Iterator

from kairan.identifiers import MunicipalityCode
from kairan.remembering import kept_with_it
from processors.moving.facts import Arrival, Fact, Notice, Outcome, Receiver, TimerName, Visit
from processors.moving.moves import Move
from processors.moving.steps import deciders, is_elsewhere, is_nowhere
from processors.moving.tasks import Task, TaskKind


@kept_with_it
def standing(move: Move) -> frozenset[Task]:
    """What has to be done as things are; told when it comes to be so."""
    return frozenset(_standing(move))


def when_due(move: Move, name: TimerName) -> Iterator[Task]:
    """What is asked, and asked again, when this timer came."""
    match name:
        case TimerName.REVIEW:
            yield from _of(move, TaskKind.REVIEW, move.origin or move.destination)
        case TimerName.CERTIFICATE:
            yield from _of(move, TaskKind.LOOK_FOR_CERTIFICATE, move.destination)
        case TimerName.NOT_ARRIVED:
            yield from _of(move, TaskKind.CLOSE if move.is_abroad else TaskKind.LOOK_FOR_PERSON, move.origin)
        case TimerName.CARD_LAPSE:
            yield from (Task(move.id, TaskKind.TAKE_NOTE_OF_LAPSE, desk) for desk in move.parties)
        case TimerName.NOTICE:
            yield from _of(move, TaskKind.SEND_NOTICE, move.destination)
        case TimerName.BOOKING:
            yield from _of(move, TaskKind.BOOK_NOTICE, move.origin)
        case TimerName.ANSWERS | TimerName.UNDOING | TimerName.CONFLICT:
            yield from sorted({*_standing(move), *_after_offices(move)}, key=lambda task: (task.kind, task.desk))


def _standing(move: Move) -> Iterator[Task]:
    yield from (Task(move.id, TaskKind.DECIDE, desk) for desk in deciders(move))
    if is_nowhere(move):
        yield from _of(move, TaskKind.REOPEN, move.origin)
    if is_elsewhere(move):
        yield from _of(move, TaskKind.WITHDRAW_PLAN, move.origin)
    for chain in move.chains:
        if chain.is_rejected:
            yield from _of(move, TaskKind.ANNUL, _stated_by(chain.newest))
        yield from (_by_hand(move, receiver) for fact in chain.annulments() for receiver in _refused(move, fact))


_NOT_UNDONE = {Outcome.CANNOT_UNDO, Outcome.DISCARDED}


def _refused(move: Move, fact: Fact) -> Iterator[Receiver]:
    """Offices that hold it and cannot undo it, or gave it up."""
    answers = ((receiver, move.answers.get((fact.event, receiver))) for receiver in fact.awaited)
    return (receiver for receiver, answer in answers if answer and answer.outcome in _NOT_UNDONE)


def _by_hand(move: Move, receiver: Receiver) -> Task:
    return Task(move.id, TaskKind.UNDO_BY_HAND, MunicipalityCode(receiver.member), receiver)


def _after_offices(move: Move) -> Iterator[Task]:
    """An annulment and what it takes back may both wait: an office is looked after once."""
    for receiver in dict.fromkeys(receiver for _, receiver in move.unanswered):
        yield Task(move.id, TaskKind.LOOK_AFTER_OFFICE, MunicipalityCode(receiver.member), receiver)


def _of(move: Move, kind: TaskKind, desk: MunicipalityCode | None) -> Iterator[Task]:
    if desk:
        yield Task(move.id, kind, desk)


def _stated_by(fact: Fact) -> MunicipalityCode | None:
    of_destination = isinstance(fact, (Arrival, Notice, Visit))
    desk: MunicipalityCode | None = getattr(fact, "destination" if of_destination else "origin", None)
    return desk
