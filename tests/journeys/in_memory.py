"""
The whole way of a fact in one thread: every process is its real code, only broker and databases are dicts.

A process dies where the test says, between any two effects of its, and is started again from what it had stored.
``audit.findings`` asks the separate checker, as on the real stack.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from connectors.postgres import sink
from connectors.postgres.testing import MemoryOffice
from connectors.postgres.turn import Channel
from kairan import loops, topics, wire
from kairan.holds import Holds
from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from processors.admission.holding import HeldReader
from processors.admission.log import Log, catch_up
from processors.admission.members import Members
from processors.admission.memory import DictMemory
from processors.admission.process import Admission
from processors.routing import policy
from processors.routing.bundle import Bundle
from processors.routing.measures import Measures
from processors.routing.notes import Note
from processors.routing.process import Lane
from processors.routing.unrouted import Unrouted
from tests.journeys.seams import Killed, TornWriter
from tests.unit.processors.routing.world import KEYS, register

LOG = (topics.name(topics.LIFE_EVENTS), topics.name(topics.LIFE_EVENTS_BULK))
LAST_ROUND = 200
START = 1_790_000_000_000


@dataclass
class Row:
    """An outbox row: mapped, perhaps sent; ``kind``: a fact, or what must be refused, if only bytes ("garbage")."""

    sequence: int
    topic: str
    value: bytes
    created_at: int
    sent_at: int | None = None
    kind: str = "fact"


class MemoryOutbox:
    """A core system's outbox (``kairan.loops.Outbox``)."""

    def __init__(self, way: "Way") -> None:
        self._way = way
        self.rows: list[Row] = []

    def pending(self, at_most: int) -> Sequence[tuple[Row, Outgoing]]:
        waiting = [row for row in self.rows if row.sent_at is None][:at_most]
        return [(row, Outgoing(row.topic, b"", row.value)) for row in waiting]

    def mark(self, rows: Sequence[Row], positions: Sequence[Position]) -> None:
        for row in rows:
            row.sent_at = self._way.tick()

    def wait(self, seconds: float) -> None:
        pass


class Process(Protocol):
    """Lives from ``start`` until it is killed; a step is one round of its loop."""

    def start(self) -> None: ...

    def step(self) -> None: ...


@dataclass
class Relay:
    """A member's source relay."""

    way: "Way"
    outbox: MemoryOutbox

    def start(self) -> None:
        self.writer = TornWriter(self.way.broker)

    def step(self) -> None:
        loops.relay_batch("relay", self.outbox, self.writer, at_most=self.way.batch)


@dataclass
class AdmissionProcess:
    way: "Way"

    def start(self) -> None:
        way, members = self.way, Members(self.way.register)
        names = [topics.name(topics.SUBJECTS, member.code) for member in way.register.municipalities()]
        catch_up(MemoryReader(way.broker, "admission.start", (*LOG, *names), from_start=True), way.memory, way.keys)
        log = Log(MemoryReader(way.broker, "admission.log", LOG, from_start=True))
        self.admission = Admission(way.keys, members, way.memory, log, way.tick)
        reader = way.slowly(MemoryReader(way.broker, "admission", list(members.ingress)))
        holds = Holds(MemoryReader(way.broker, "holds", ["holds"]))
        self.reader = HeldReader(reader, holds, members.ingress, way.tick)
        self.writer = TornWriter(way.broker)

    def step(self) -> None:
        loops.transform("admission", self.reader, self.writer, self.admission.handle, once())


@dataclass
class RoutingProcess:
    way: "Way"
    topic: str

    def start(self) -> None:
        way = self.way
        reader = MemoryReader(way.broker, "routing.protection", ["protection"], from_start=True)
        measures = Measures(reader, clock=lambda: 0.0)
        note = Note(way.folder / f"{self.topic}.json", way.bundle)
        self.lane = Lane(way.bundle, way.keys, measures, note, self._unrouted(), lambda: True)
        self.lane.start()
        self.reader = MemoryReader(way.broker, f"routing.{self.topic}", [self.topic])
        self.writer = TornWriter(way.broker)
        loops.transform_batch("routing", self.writer, self.lane.try_again())

    def _unrouted(self) -> Unrouted:
        told = MemoryReader(self.way.broker, "routing.unrouted", ["unrouted"], from_start=True)
        return Unrouted(told, MemoryReader(self.way.broker, "routing.waiting", [self.topic], from_start=True))

    def step(self) -> None:
        loops.transform("routing", self.way.slowly(self.reader), self.writer, self.lane.handle, once())


@dataclass
class SinkProcess:
    way: "Way"
    channel: Channel
    office: MemoryOffice = field(default_factory=MemoryOffice)
    applied_at: dict[tuple[bytes, str], int] = field(default_factory=dict)

    def start(self) -> None:
        self.reader = MemoryReader(self.way.broker, f"{self.channel.topic}.sink", [self.channel.topic])
        position = self.office.position(self.channel.topic, 0) or 0
        self.reader.seek({TopicPartition(self.channel.topic, 0): position})
        self.sink = sink.Sink(self.office, self.channel, self.way.tick)

    def step(self) -> None:
        loops.effect("sink", self.way.slowly(self.reader), self.sink, once())
        now = self.way.tick()
        for place in self.office.tables.received:
            self.applied_at.setdefault(place, now)


@cache
def bundle() -> Bundle:
    return Bundle(policy.load(), register())


@dataclass
class Way:
    """From the outboxes to the offices of all members of a small register; ``batch``: how much is read at once."""

    folder: Path
    batch: int = 3

    def __post_init__(self) -> None:
        self.register, self.keys, self.bundle = register(), KEYS, bundle()
        self.clock = START
        partitions = {topic.name: topic.kind.partitions for topic in topics.topics(self.register)}
        self.broker = MemoryBroker(partitions, self.tick)
        self.memory = DictMemory()
        self.outboxes = {member.code: MemoryOutbox(self) for member in self.register.municipalities()}
        channels = [Channel(each.member, each.channel) for each in self.register.channels]
        self.sinks = [SinkProcess(self, channel) for channel in channels]
        self.processes: list[Process] = [
            *(Relay(self, outbox) for outbox in self.outboxes.values()),
            AdmissionProcess(self),
            *(RoutingProcess(self, topic) for topic in LOG),
            *self.sinks,
        ]
        for process in self.processes:
            process.start()

    def tick(self) -> int:
        self.clock += 1
        return self.clock

    def slowly(self, reader: MemoryReader) -> "SmallBatches":
        return SmallBatches(reader, self.batch)

    def register_statements(self, values: Iterable[bytes]) -> None:
        """The outbox rows that core systems write."""
        for value in values:
            shape, envelope, _ = wire.decode_envelope(value)
            member = envelope["source"]["municipality"]
            topic = topics.name(topics.IN if shape.lane == "live" else topics.IN_BULK, member)
            rows = self.outboxes[member].rows
            rows.append(Row(len(rows) + 1, topic, value, self.tick()))

    def live(self, history: Iterable[Iterable[bytes]]) -> None:
        """Stretch after stretch: clerks wait for what the bus brings."""
        for stretch in history:
            self.register_statements(stretch)
            self.run()

    def run(self) -> None:
        """Until nothing moves any more; whoever dies is started again."""
        for _ in range(LAST_ROUND):
            before = self._state()
            deaths = [self._step(process) for process in self.processes]
            if before == self._state() and not any(deaths):
                return
        raise AssertionError("the way does not come to rest")

    def _step(self, process: Process) -> bool:
        """Whether it died."""
        try:
            process.step()
        except Killed:
            process.start()
            return True
        return False

    def _state(self) -> object:
        ends = {at: self.broker.end(at) for topic in self.broker.partitions for at in self.broker.of(topic)}
        sent = [row.sent_at for outbox in self.outboxes.values() for row in outbox.rows]
        consumed = [dict(each.office.tables.consumed) for each in self.sinks]
        return ends, sent, consumed, dict(self.broker.committed)


class SmallBatches:
    """A reader that gives out a little at a time, so that there are many seams."""

    def __init__(self, reader: MemoryReader, most: int) -> None:
        self._reader = reader
        self._most = most
        self.commit = reader.commit
        self.seek = reader.seek
        self.positions = reader.positions
        self.starts = reader.starts
        self.ends = reader.ends
        self.ends_of = reader.ends_of
        self.pause = reader.pause
        self.resume = reader.resume
        self.since = reader.since
        self.close = reader.close

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        return self._reader.poll(timeout, min(at_most, self._most))


def once() -> loops.Stop:
    """One round of a loop."""
    rounds: Iterator[bool] = iter([False])
    return lambda: next(rounds, True)
