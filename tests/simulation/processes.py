"""
The processes of the bus: their real code, between a broker and databases that misbehave.

What outlives a process stands in a ``Slot``; a life of it, from its start to its death, is made by ``start``. A life
that stood still goes on later beside its successor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from connectors.postgres.sink import Sink
from connectors.postgres.turn import Channel
from kairan import loops, topics, wire
from kairan.holds import Holds
from kairan.positions import read_on
from kairan.stream import TopicPartition
from processors.admission.holding import HeldReader
from processors.admission.log import Log, catch_up
from processors.admission.members import Members
from processors.admission.process import Admission
from processors.routing.measures import Measures
from processors.routing.notes import Note
from processors.routing.process import Lane
from processors.routing.unrouted import Unrouted
from tests.journeys.in_memory import LOG, once
from tests.simulation.broker import Broker, Reader, Writer
from tests.simulation.databases import Office

if TYPE_CHECKING:
    from tests.simulation.play import Play


AT_ONCE = 4
MOST_FORGOTTEN = 3


class Life(Protocol):
    """A process between its start and its death; ``waits``: it has nothing to do."""

    @property
    def waits(self) -> bool: ...

    def step(self) -> None:
        """One round of its loop."""
        ...


class Slot(Protocol):
    """A place for a process and what it stores."""

    def start(self) -> Life: ...


@dataclass
class Relaying:
    name: str
    outbox: loops.Outbox[Any]
    writer: Writer

    @property
    def waits(self) -> bool:
        return not self.outbox.pending(1)

    def step(self) -> None:
        loops.relay_batch(self.name, self.outbox, self.writer, at_most=AT_ONCE)


@dataclass
class Relay:
    """A member's source relay, or the one of its receipts."""

    play: "Play"
    name: str
    outbox: loops.Outbox[Any]

    def start(self) -> Life:
        return Relaying(self.name, self.outbox, Writer(self.play.broker))


@dataclass
class Transforming:
    name: str
    reader: Reader
    writer: Writer
    handle: Callable[..., loops.Waves]

    @property
    def waits(self) -> bool:
        return self.reader.waits

    def step(self) -> None:
        loops.transform(self.name, self.reader, self.writer, self.handle, once())


@dataclass
class Admitting:
    """While something is held back there is something to look for."""

    name: str
    broker: Broker
    held: HeldReader
    writer: Writer
    handle: Callable[..., loops.Waves]
    reader: Reader

    @property
    def waits(self) -> bool:
        return self.reader.waits and not self.held.holds_back

    def step(self) -> None:
        loops.transform(self.name, self.held, self.writer, self.handle, once())
        if self.held.holds_back:
            self.broker.moves += 1


@dataclass
class AdmissionSlot:
    """
    Never stalls with a batch in its hands: whoever takes over has its database connection first.

    Each owner's clock is off in its own way.
    """

    play: "Play"

    def start(self) -> Life:
        play = self.play
        if play.chance.of("forgotten"):
            play.memory.forget(1 + play.chance.below(MOST_FORGOTTEN))
        members = Members(play.register)
        names = [topics.name(topics.SUBJECTS, member) for member in members.present(play.clock)]
        catch_up(Reader(play.broker, "admission.start", (*LOG, *names), from_start=True), play.memory, play.keys)
        log = Log(Reader(play.broker, "admission.log", LOG, from_start=True))
        skew = play.chance.skew()
        admission = Admission(play.keys, members, play.memory, log, lambda: play.tick() + skew)
        reader, holds = (
            Reader(play.broker, "admission", members.ingress),
            Holds(Reader(play.broker, "holds", ["holds"])),
        )
        held = HeldReader(reader, holds, members.ingress, lambda: play.tick() / 1000)
        return Admitting("admission", play.broker, held, Writer(play.broker), admission.handle, reader)


class MemoryNote(Note):
    """A lane's note without a disk."""

    def verify(self) -> None:
        """There is one bundle in a run."""

    def write(self, appended: int) -> None:
        self.appended = max(appended, self.appended)


@dataclass
class RoutingSlot:
    play: "Play"
    topic: str

    def start(self) -> Life:
        play = self.play
        reader = Reader(play.broker, "routing.protection", ["protection"], from_start=True)
        measures = Measures(reader, clock=lambda: 0.0)
        told = Reader(play.broker, "routing.unrouted", ["unrouted"], from_start=True)
        waiting = Unrouted(told, Reader(play.broker, "routing.waiting", [self.topic], from_start=True))
        note = MemoryNote(Path(), play.bundle)
        self.lane = lane = Lane(play.bundle, play.keys, measures, note, waiting, lambda: True)
        lane.start()
        loops.transform_batch("routing", Writer(play.broker), lane.try_again())
        reader = Reader(play.broker, f"routing.{self.topic}", [self.topic], may_stall=True)
        return Transforming("routing", reader, Writer(play.broker), lane.handle)


class Names:
    """Which pairwise id is which 宛名番号 of a member, as its connectors have read it."""

    def __init__(self, play: "Play", member: str) -> None:
        self._reader = Reader(play.broker, "subjects", [topics.name(topics.SUBJECTS, member)], from_start=True)
        self._known: set[bytes] = set()

    def unknown(self, pairwise_ids: set[bytes]) -> set[bytes]:
        """Reads to the end when one is not known."""
        ends = self._reader.ends()
        while pairwise_ids - self._known and self._reader.positions() != ends:
            for record in self._reader.poll(0.0, 1000):
                self._known.add(wire.decode_record(record.value or b"")[1]["pairwise_id"])
        return pairwise_ids - self._known


@dataclass
class SinkSlot:
    """``nameless``: what took effect of a member's own person whose 宛名番号 it could not know."""

    play: "Play"
    channel: Channel
    office: Office
    names: Names
    applied_at: dict[tuple[bytes, str], int] = field(default_factory=dict)
    nameless: list[tuple[bytes, str]] = field(default_factory=list)
    unknown: set[bytes] = field(default_factory=set)

    def start(self) -> Life:
        topic = self.channel.topic
        reader = Reader(self.play.broker, f"{topic}.sink", [topic], may_stall=True)
        read_on(reader, self._stored())
        return Applying(self, reader, self.sink())

    def sink(self) -> Sink:
        return Sink(self.office, self.channel, self.play.tick, self._translate)

    def note(self) -> None:
        """What is new in the inbox, and when."""
        received = self.office.tables.received
        if len(received) == len(self.applied_at):
            return
        now = self.play.tick()
        for place, row in islice(received.items(), len(self.applied_at), None):
            self.applied_at[place] = now
            source = row.delivery.source
            if row.delivery.pairwise_id in self.unknown and source and source[0] == self.channel.member:
                self.nameless.append(place)

    def _stored(self) -> Mapping[TopicPartition, int]:
        position = self.office.position(self.channel.topic, 0)
        return {} if position is None else {TopicPartition(self.channel.topic, 0): position}

    def _translate(self, pairwise_ids: set[bytes]) -> None:
        self.unknown = self.names.unknown(pairwise_ids)


@dataclass
class Applying:
    slot: SinkSlot
    reader: Reader
    sink: Sink

    @property
    def waits(self) -> bool:
        return self.reader.waits

    def step(self) -> None:
        try:
            loops.effect("sink", self.reader, self.sink, once())
        finally:
            self.slot.note()


@dataclass
class LedgerSlot:
    play: "Play"

    def start(self) -> Life:
        play = self.play
        names = [topics.name(topics.RECEIPTS, member.code) for member in play.register.members]
        reader = Reader(play.broker, "ledger", names)
        read_on(reader, play.ledger.consumed)
        return Noting(reader, self.play)


@dataclass
class Noting:
    reader: Reader
    play: "Play"

    @property
    def waits(self) -> bool:
        return self.reader.waits

    def step(self) -> None:
        loops.effect("ledger", self.reader, self.play.ledger, once())
