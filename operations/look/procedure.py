"""
One move's whole way, as its person's journal has it: what was told, which steps, tasks and reminders followed.

Codes, days and ids; a journal has no names. Pure but for ``look``.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from kairan.identifiers import EventId
from kairan.settings import Settings
from kairan.stream import Incoming, TopicPartition
from operations.look import databases
from operations.look.procedures import demand_tables
from processors.moving.days import OF_TIMERS
from processors.moving.facts import Answer, Came, Decision, Fact, Input, TimerName
from processors.moving.known import Known
from processors.moving.moves import Move, moves
from processors.moving.process import NAME, WORDS
from processors.moving.steps import ENDED, Step, step
from processors.moving.tasks import Output, Reminder, Stepped
from processors.moving.way import events_of, known_of, way
from processors.runtime.process import Row, Stand
from processors.runtime.tables import PostgresJournal

_TIMERS = """
select due, told::text, is_asked from processes.timer where process = %s and instance = %s order by due, told"""
_PLACES = ("origin", "destination")
PASSED = "changed nothing"
ANSWER = "answer"
WITHHELD = "withheld"
_MUNICIPALITY = re.compile(r"[0-9]{6}")


class Timer(NamedTuple):
    """``deadline``: the legal one that it looks after, if any; ``is_asked``: it is over, and on its way."""

    name: TimerName
    due: int
    deadline: str | None
    is_asked: bool


class Event(NamedTuple):
    """Something that was told, or that the procedure told; ``event``: which fact it is or speaks of."""

    at: int
    what: str
    note: str
    event: EventId


class Person(NamedTuple):
    """What is kept of somebody; ``is_read``: the process has come as far as the event that was asked about."""

    lines: Sequence[Row]
    due: Sequence[tuple[int, str, bool]]
    is_held: bool
    is_read: bool


class Procedure(NamedTuple):
    """Where a move stands, from where it goes where, and its way up to there."""

    move: EventId
    origin: str | None
    destination: str | None
    step: Step
    way: list[Event]
    timers: list[Timer]
    is_held: bool

    def is_well(self) -> bool:
        """Nobody has to look."""
        waits = self.step in ENDED or bool(self.timers)
        return waits and not self.is_held and self.step is not Step.CONFLICT


def look(settings: Settings, record: Incoming) -> Person:
    """Of the person whom this record of the log is about."""
    instance = record.key or b""
    with databases.opened(settings, databases.BUS) as connection:
        demand_tables(connection)
        journal = PostgresJournal(connection, NAME)
        due = connection.execute(_TIMERS, (NAME, instance)).fetchall()
        stand = journal.stands().get(TopicPartition(*record[:2]))
        is_held, lines = instance in journal.all_held(), journal.lines([instance])[instance]
    return Person(lines, [(at, told, was_asked) for at, told, was_asked in due], is_held, _has_read(stand, record))


def _has_read(stand: Stand | None, record: Incoming) -> bool:
    return stand is not None and stand.position > record.offset


def known(person: Person) -> Known:
    """What its journal has taken."""
    return known_of(person.lines)


def procedure(person: Person, event: bytes) -> Procedure | None:
    """The move that this event is part of; None: of none."""
    move = next((move for move in moves(known(person)) if event in events_of(move)), None)
    if move is None:
        return None
    timers = [timer for each in person.due if (timer := _timer(move, *each))]
    its = list(_way(move, person.lines))
    return Procedure(move.id, move.origin, move.destination, step(move), its, timers, person.is_held)


def withheld(its: Procedure) -> Procedure:
    """Without any municipality, for somebody who hides: where she went is nobody's who runs the bus."""
    way = [each._replace(note=_MUNICIPALITY.sub(WITHHELD, each.note)) for each in its.way]
    return its._replace(origin=WITHHELD, destination=WITHHELD, way=way)


def together(way: Iterable[Event]) -> Iterator[Event]:
    """The same way for a screen: what the offices of a member answer one behind the other of one event is one line."""
    for is_answer, run in groupby(way, key=lambda each: each.what == ANSWER):
        if not is_answer:
            yield from run
            continue
        offices = dict[tuple[EventId, str, str], list[Event]]()
        for each in run:
            offices.setdefault((each.event, *_of_member(each)), []).append(each)
        yield from (_one_line(found, member, said) for (_, member, said), found in offices.items())


def _of_member(answer: Event) -> tuple[str, str]:
    office, _, said = answer.note.partition("; ")
    return office.partition(".")[0], said


def _one_line(answers: Sequence[Event], member: str, said: str) -> Event:
    if len(answers) == 1:
        return answers[0]
    return answers[-1]._replace(note=f"{member}, {len(answers)} offices; {said}")


def _way(move: Move, lines: Iterable[Row]) -> Iterator[Event]:
    for line in way(move, lines):
        yield Event(line.told.at, *_told(line.told, PASSED if line.is_passed else ""))
        yield from (Event(line.told.at, *_sent(each)) for each in line.sent)


def _told(told: Input, passed: str) -> tuple[str, str, EventId]:
    match told:
        case Came():
            return "timer", _joined(told.name, passed), told.by
        case Answer():
            return ANSWER, _joined(_office(told.receiver), told.outcome, told.reason, passed), told.event
        case Decision():
            return "decision", _joined(told.desk or "", "does not stand", told.reason, passed), told.rejected
    return type(told).__name__.lower(), _joined(_places(told), passed), told.event


def _sent(sent: Output) -> tuple[str, str, EventId]:
    match sent:
        case Stepped():
            return "step", _joined(sent.step, _places(sent)), sent.move
        case Reminder():
            return "reminder", sent.kind, sent.move
    return "task", _joined(sent.desk, sent.kind, _office(sent.about) if sent.about else ""), sent.move


def _places(word: Fact | Stepped) -> str:
    origin, destination = (getattr(word, name, None) for name in _PLACES)
    return f"{origin or '-'} → {destination or '-'}" if origin or destination else ""


def _office(receiver: tuple[str, str]) -> str:
    return ".".join(receiver)


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def _timer(move: Move, due: int, told: str, is_asked: bool) -> Timer | None:  # noqa: FBT001 - a row of the table
    came = WORDS.from_json(json.loads(told))
    if came.move != move.id:
        return None
    deadline = None if move.is_abroad else OF_TIMERS.get(came.name)
    return Timer(came.name, due, deadline, is_asked)
