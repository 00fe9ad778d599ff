"""
The process that keeps moves (``processors.moving.__main__``): persons, households, their letters and timers.

All its tasks live and die together. Who was replaced in the middle of a batch, or with timers in its hands, goes on.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol
from unittest import mock

from kairan import loops, stream
from kairan.decider import Decider
from kairan.positions import read_on
from kairan.stream import Incoming, TopicPartition
from processors.moving import feeds, firing, process, saga
from processors.moving.days import LegalDays
from processors.moving.facts import Came, Fact, Input, Receiver
from processors.moving.firing import Last, Until
from processors.moving.known import Known, Stated
from processors.moving.moves import Move, moves
from processors.moving.process import NAME
from processors.moving.tasks import Output
from processors.runtime import clock
from processors.runtime.process import Process
from processors.runtime.runtime import Runtime
from tests.journeys.in_memory import once
from tests.simulation.broker import Reader, Stalled, Writer
from tests.simulation.databases import DEADLY
from tests.simulation.journals import Connection, Kept
from tests.simulation.processes import Life, Relaying

if TYPE_CHECKING:
    from tests.simulation.play import Play

DAYS = LegalDays()
READ = feeds.READ


class Everybody:
    """All are members, and no office answers: ``processors.moving.reading.Entitled``."""

    def awaited(self, _: Incoming) -> frozenset[Receiver]:
        return frozenset()

    def group(self, _: object, number: str) -> str:
        return number

    def is_member(self, *_: object) -> bool:
        return True


def moving() -> Process[Any, Any, Any]:
    return feeds.moving(DAYS, Everybody(), lambda instant: instant)


MOST_AGAIN = 3
"""Records of a partition that a successor reads again."""


@dataclass
class MovingSlot:
    play: "Play"
    kept: dict[str, Kept] = field(default_factory=lambda: {name: Kept() for name in READ})

    def start(self) -> "Together":
        of_persons, of_homes = replace(moving(), decider=PERSONS.decider), feeds.households()
        persons, homes = self._connection(of_persons.name), self._connection(of_homes.name)
        letters = Relaying("letters", self.kept[of_persons.name], Writer(self.play.broker))
        running = [self._running(of_persons, persons), self._running(of_homes, homes)]
        reached, both = Last(self._reached), [*self.kept.values()]
        clocks = [
            Firing(self.play, of_persons.name, persons, reached, both),
            Firing(self.play, of_homes.name, homes, self._downstream(reached), both),
        ]
        return Together(self.play, [*running, letters, *clocks])

    def _reached(self, stands: clock.Stands) -> int:
        return clock.horizon(self.play.clock, self._ends(NAME), stands)

    def _downstream(self, reached: Last) -> Until:
        letters_wait, ends = lambda: bool(self.kept[NAME].pending(1)), lambda: self._ends(feeds.HOUSEHOLD)
        return firing.of_households(lambda: reached.said, letters_wait, ends)

    def _ends(self, name: str) -> dict[TopicPartition, int]:
        broker = self.play.broker
        return {at: broker.end(at) for topic in READ[name] for at in broker.filled(topic)}

    def _connection(self, name: str) -> Connection:
        connection = Connection(self.kept[name], self.play.chance, self.play.broker, READ[name])
        connection.successor = self._succeed
        return connection

    def _running(self, run: Process[Any, Any, Any], connection: Connection) -> "Running":
        reader = Reader(self.play.broker, f"moving.{run.name}", READ[run.name], from_start=True, may_stall=True)
        stands, again = connection.stands(), self.play.chance.below(MOST_AGAIN + 1)
        read_on(reader, {at: max(0, stand.position - again) for at, stand in stands.items()})
        return Running(reader, connection, Runtime(run, connection))

    def _succeed(self) -> None:
        """Another owner takes over for a round, whatever becomes of it."""
        with suppress(*DEADLY, Stalled):
            self.start().step()


@dataclass
class Together:
    """``kairan.process.together``: where one task ends, all do."""

    play: "Play"
    tasks: list[Life]

    @property
    def waits(self) -> bool:
        return all(task.waits for task in self.tasks)

    def step(self) -> None:
        self.play.chance.shuffle(self.tasks)
        for task in self.tasks:
            if not task.waits:
                task.step()


class Reading(stream.Reader, Protocol):
    """``waits``: there is nothing to read."""

    @property
    def waits(self) -> bool: ...


@dataclass
class Running:
    reader: Reading
    connection: Connection
    runtime: Runtime[Any, Any, Any]

    @property
    def waits(self) -> bool:
        return self.reader.waits

    def step(self) -> None:
        loops.effect("process", self.reader, self, once())

    def apply(self, batch: Sequence[Incoming]) -> None:
        self.connection.batch = batch
        self.runtime.apply(batch)


@dataclass
class Firing:
    """A look of ``clock.keep``, without the wait behind it; ``journals``: any timer that is due there is looked for."""

    play: "Play"
    process: str
    connection: Connection
    until: Until
    journals: Sequence[Kept]

    @property
    def waits(self) -> bool:
        return not any(journal.due(self.play.clock, 1) for journal in self.journals)

    def step(self) -> None:
        until = self.until(self.connection.stands())
        if until is not None:
            clock.fire(self.process, self.connection, Writer(self.play.broker), until)


@contextmanager
def remembered() -> Iterator[None]:
    """What the same facts make of moves is found out once."""
    with ExitStack() as patched:
        for module in (saga, process):
            patched.enter_context(mock.patch.object(module, "moves", moves_once))
        yield


def moves_once(known: Known) -> list[Move]:
    """No office answers yet, and no desk decides."""
    return _moves(tuple(known.facts.values()), tuple(known.came.values()))


def decide_once(known: Known, told: Input) -> Sequence[Output]:
    return _decided(tuple(known.facts.values()), tuple(known.came.values()), told)


@lru_cache(maxsize=4096)
def _decided(facts: tuple[Fact, ...], came: tuple[Came, ...], told: Input) -> Sequence[Output]:
    return saga.decide(_known(facts, came), told)


@lru_cache(maxsize=4096)
def _moves(facts: tuple[Fact, ...], came: tuple[Came, ...]) -> list[Move]:
    return moves(_known(facts, came))


def _known(facts: tuple[Fact, ...], came: tuple[Came, ...]) -> Known:
    stated = Stated({fact.event: fact for fact in facts})
    return Known(stated, came={(each.move, each.name, each.by): each for each in came})


PERSONS = replace(moving(), decider=Decider(saga.SAGA.initial, decide_once, saga.SAGA.evolve))
"""As it is, whatever bug is planted."""
