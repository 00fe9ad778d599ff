"""
A broker that misbehaves as far as Kafka may, on the product's own fake.

It stores a part of what was sent, does not say that it did, stores again what it has, lets in late what a process
sent before it was thought dead, and hands partitions out in any interleaving. Within a partition what one writer sent
keeps its order, and what was confirmed is there for everybody: that much is promised.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from kairan.stream import Incoming, NotConfirmedError, Outgoing, Position, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from tests.simulation.chance import Chance

MOST_AT_ONCE = 6


class Killed(BaseException):
    """What SIGKILL is to a process: no ``except`` of its own sees it."""


class Stalled(BaseException):
    """The process stands still, with a batch in its hands, and somebody else takes over."""


class Broker(MemoryBroker):
    """``late``: what will still be stored, each one writer's records in their order."""

    def __init__(self, partitions: Mapping[str, int], clock: Callable[[], int], chance: Chance) -> None:
        super().__init__(partitions, clock)
        self.chance = chance
        self.late: deque[list[Outgoing]] = deque()
        self.moves = 0
        """Grows with whatever is stored or marked."""
        self._filled: dict[str, list[TopicPartition]] = defaultdict(list)

    def append(self, record: Outgoing) -> Position:
        at = super().append(record)
        self.moves += 1
        if at.offset == 0:
            self._filled[at.topic].append(TopicPartition(at.topic, at.partition))
        return at

    def filled(self, topic: str) -> Sequence[TopicPartition]:
        """The partitions in which anything lies."""
        return self._filled[topic]

    def let_in(self) -> bool:
        """What was late arrives; whether there was anything."""
        if self.late:
            for record in self.late.popleft():
                self.append(record)
            return True
        return False


class Reader(MemoryReader):
    """Reads a few records of a few partitions, in no order between them; may stand still when it has some."""

    def __init__(
        self, broker: Broker, group: str, topics: Iterable[str], *, from_start: bool = False, may_stall: bool = False
    ) -> None:
        names = list(topics)
        super().__init__(broker, group, names, from_start=from_start)
        self._of, self._topics, self._may_stall = broker, names, may_stall
        self._in_hand: list[Incoming] = []

    @property
    def waits(self) -> bool:
        """There is nothing to read."""
        return not self._in_hand and not self._ready()

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        if self._in_hand:
            batch, self._in_hand = self._in_hand, []
            return batch
        batch = self._some(min(at_most, 1 + self._of.chance.below(MOST_AT_ONCE)))
        if batch and self._may_stall and self._of.chance.of("stalled", self._group):
            self._in_hand = batch
            raise Stalled
        return batch

    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        super().commit(positions)
        self._of.moves += 1

    def _some(self, at_most: int) -> list[Incoming]:
        ready, batch = self._ready(), list[Incoming]()
        self._of.chance.shuffle(ready)
        for at in ready:
            start = self._next[at]
            batch += (found := self._of.slice(at, start, at_most - len(batch)))
            self._next[at] = start + len(found)
        return batch

    def _ready(self) -> list[TopicPartition]:
        broker, paused = self._of, self._paused
        return [
            at
            for topic in self._topics
            for at in broker.filled(topic)
            if self._next[at] < broker.end(at) and at not in paused
        ]


class Writer(MemoryWriter):
    """Stores one record after the other; may be cut off between any two of them."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(broker)
        self._to = broker

    def confirm(self) -> Sequence[Position]:
        sent, self._sent = self._sent, []
        if sent:
            self._cut_off(sent)
        positions = [self._to.append(record) for record in sent]
        if sent and self._to.chance.of("doubled", sent[0].topic.partition(".")[0]):
            self._to.late.append([*sent])
        return positions

    def _cut_off(self, sent: list[Outgoing]) -> None:
        """The rest is lost with the process, or arrives when another one stands in its place."""
        chance = self._to.chance
        if chance.of("lost-acknowledgement"):
            self._store(sent)
            raise NotConfirmedError("stored, but nobody heard of it")
        if chance.of("torn"):
            stored = chance.below(len(sent))
            self._store(sent[:stored])
            if chance.is_likely(0.5):
                self._to.late.append(sent[stored:])
            raise Killed("between two records")

    def _store(self, records: Iterable[Outgoing]) -> None:
        for record in records:
            self._to.append(record)
