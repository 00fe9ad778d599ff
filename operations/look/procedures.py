"""How many moves stand at which step, and what the processes of a move owe; no person, no municipality."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kairan import topics
from kairan.postgres import Connection
from kairan.settings import Settings
from kairan.stream import TopicPartition
from operations.look import databases, journals, reading
from operations.stack.errors import StackError
from processors.moving import feeds, invariants, watching
from processors.moving.__main__ import ANSWERING, PRINCIPAL, answers
from processors.moving.firing import MOST_STILL
from processors.moving.invariants import Rule
from processors.moving.steps import Step
from processors.moving.timers import MINUTE
from processors.moving.watching import Checked
from processors.runtime import tables
from processors.runtime.leaps import Leaps
from processors.runtime.process import Stand
from processors.runtime.tables import PostgresJournal

LATE_AFTER = MOST_STILL + 5 * MINUTE
"""A timer waits for a source that stands still, and for an outage's backlog; what waits longer, somebody has to see."""
_OWED = """
select (select count(distinct (process, instance)) from processes.held where process = any(%(of)s)),
    (select count(*) from processes.letter where process = any(%(of)s) and sent_at is null),
    (select min(due) from processes.timer where process = any(%(of)s) and due <= %(now)s),
    (select count(*) from processes.timer where process = any(%(of)s) and due <= %(late)s)"""
_NOWHERE = Stand(0, 0)
Positions = Mapping[str, Mapping[TopicPartition, int]]
"""Where each has to read on, of all partitions that it reads."""


class AtStep(NamedTuple):
    """Procedures at one step, and how many of them have no timer."""

    step: Step
    procedures: int
    without_timer: int


class Owed(NamedTuple):
    """
    ``held``: instances whose input could not be decided; ``letters`` that are not sent.

    ``oldest_due``: when the oldest timer that is over was due (milliseconds since 1970 UTC); ``overdue``: how many are
    over for longer than anything lawful takes.
    """

    held: int
    letters: int
    oldest_due: int | None
    overdue: int


class Overview(NamedTuple):
    """
    Of all procedures; ``households`` of whom somebody stays behind, ``undeclared``: arrivals that were never declared.

    ``behind``: records that each process has yet to read, and answers that are yet to be heard; ``late``: those among
    them that wait for longer than anything lawful takes. ``checked``: when the process itself asked for ``broken``
    last, and what it found, None: never yet; ``is_unwatched``: it was to ask again long ago.
    """

    steps: list[AtStep]
    broken: Mapping[Rule, int]
    undeclared: int
    households: int
    owed: Owed
    behind: Mapping[str, int]
    late: Mapping[str, int]
    checked: Checked | None
    is_unwatched: bool

    def conflicts(self) -> int:
        return sum(each.procedures for each in self.steps if each.step is Step.CONFLICT)

    def half_moved(self) -> int:
        """Moves of which something is not as it must be, or of which nothing more is decided."""
        return sum(self.broken.values()) + self.owed.held

    def is_well(self) -> bool:
        """Nobody has to look."""
        waits = self.owed.overdue or any(self.late.values()) or self.is_unwatched
        return not (self.half_moved() or self.conflicts() or waits)


def count(settings: Settings, now: int) -> Overview:
    """
    By what instances show; ``now`` is the wall's clock.

    Raises:
        StackError: the servers do not answer, or no process ever ran.

    """
    with databases.opened(settings, databases.BUS) as connection:
        demand_tables(connection)
        steps = [AtStep(Step(step), *counts) for step, *counts in invariants.at_steps(connection)]
        households, broken = invariants.households_behind(connection), invariants.broken(connection)
        its = owed(connection, feeds.READ, now)
        stands = {name: PostgresJournal(connection, name).stands() for name in feeds.READ}
        checked = watching.last(connection)
    unread = _unread(settings, stands, now)
    return Overview(in_order(steps), *broken, households, its, *unread, checked, is_unwatched(checked, now))


def is_unwatched(checked: Checked | None, now: int) -> bool:
    """Whoever never asked has not run for a minute yet, or is a release from before."""
    return checked is not None and now > checked.again_at + LATE_AFTER


def owed(connection: Connection, processes: Iterable[str], now: int) -> Owed:
    """What a sandbox's clock has leapt over is not late at once: it was not yet due a while ago."""
    known = tables.leaps(connection)
    played = Leaps(lambda: known)
    asked = {"of": list(processes), "now": played(now), "late": played(now - LATE_AFTER)}
    [found] = connection.execute(_OWED, asked).fetchall()
    return Owed(*found)


def _unread(
    settings: Settings, stands: Mapping[str, Mapping[TopicPartition, Stand]], now: int
) -> tuple[dict[str, int], dict[str, int]]:
    said = answers(settings, now)
    with reading.reader(settings, "procedures", [*journals.MOVING.topics, *said]) as reader:
        heard = reading.positions(settings, topics.group(PRINCIPAL, ANSWERING), said)
        ends, since = reader.ends(), reader.since(now - LATE_AFTER)
    read: Positions = {name: _positions(name, its, ends) for name, its in stands.items()} | {ANSWERING: heard}
    return behind(ends, read), behind(since, read)


def _positions(
    name: str, stands: Mapping[TopicPartition, Stand], ends: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    return {at: stands.get(at, _NOWHERE).position for at in ends if at.topic in feeds.READ[name]}


def demand_tables(connection: Connection) -> None:
    if not databases.has(connection, "processes.journal"):
        raise StackError("The bus's database has no journals yet: run `kairan up`.")


def in_order(steps: list[AtStep]) -> list[AtStep]:
    """As a move passes them."""
    return sorted(steps, key=lambda each: list(Step).index(each.step))


def behind(until: Mapping[TopicPartition, int], read: Positions) -> dict[str, int]:
    """Records before these offsets that each has yet to read."""
    return {name: sum(max(0, until[at] - position) for at, position in its.items()) for name, its in read.items()}
