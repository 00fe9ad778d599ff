"""A broker in memory that passes the same suite as Kafka (``tests/contract/stream_suite.py``)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from kairan.partitioning import partition_of
from kairan.positions import kept
from kairan.stream import AnyPartition, Incoming, NotConfirmedError, Outgoing, Position, TopicPartition


class MemoryBroker:
    """Topics with partitions; append time comes from ``clock`` (milliseconds)."""

    def __init__(self, partitions: Mapping[str, int], clock: Callable[[], int] = lambda: 0) -> None:
        self.partitions = dict(partitions)
        self.committed: dict[tuple[str, TopicPartition], int] = {}
        self._log: dict[TopicPartition, list[Incoming]] = defaultdict(list)
        self._starts: dict[TopicPartition, int] = defaultdict(int)
        self._clock = clock
        self.leaderless: set[TopicPartition] = set()
        """Of these no end is told."""

    def append(self, record: Outgoing) -> Position:
        partition = record.partition
        if partition == AnyPartition:
            partition = partition_of(record.key or b"", self.partitions[record.topic])
        log = self._log[TopicPartition(record.topic, partition)]
        at = Position(record.topic, partition, len(log))
        log.append(Incoming(*at, self._clock(), record.key, record.value))
        return at

    def records(self, topic: str) -> list[Incoming]:
        """All records of a topic, partition by partition."""
        return [record for at in self.of(topic) for record in self._log[at][self._starts[at] :]]

    def of(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, partition) for partition in range(self.partitions[topic])]

    def slice(self, at: TopicPartition, start: int, count: int) -> list[Incoming]:
        return self._log[at][start : start + count]

    def forget(self, at: TopicPartition, before: int) -> None:
        """Keeps no record before this offset, as retention does."""
        self._starts[at] = before

    def start(self, at: TopicPartition) -> int:
        return self._starts[at]

    def end(self, at: TopicPartition) -> int:
        return len(self._log[at])

    def since(self, at: TopicPartition, instant: int) -> int:
        return next((record.offset for record in self._log[at] if record.timestamp >= instant), self.end(at))


class MemoryReader:
    """Reads a ``MemoryBroker`` from the group's committed offsets."""

    def __init__(
        self,
        broker: MemoryBroker,
        group: str,
        topics: Iterable[str],
        *,
        from_start: bool = False,
        partitions: Collection[int] | None = None,
    ) -> None:
        self._broker = broker
        self._group = group
        self._paused: set[TopicPartition] = set()
        self._next = {
            at: broker.start(at) if from_start else self._committed(at)
            for topic in topics
            for at in broker.of(topic)
            if partitions is None or at.partition in partitions
        }

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:  # noqa: ARG002 - memory never waits
        batch: list[Incoming] = []
        for at, start in self._next.items():
            if at not in self._paused:
                self._next[at] = kept(at, start, self._broker.start(at))
                batch += self._broker.slice(at, self._next[at], at_most - len(batch))
        self._next |= {TopicPartition(record.topic, record.partition): record.offset + 1 for record in batch}
        return batch

    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        self._broker.committed |= {(self._group, at): offset for at, offset in positions.items()}

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        self._next |= positions

    def positions(self) -> dict[TopicPartition, int]:
        return dict(self._next)

    def starts(self) -> dict[TopicPartition, int]:
        return {at: self._broker.start(at) for at in self._next}

    def ends(self) -> dict[TopicPartition, int]:
        return {at: self._broker.end(at) for at in self._next}

    def ends_of(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return {at: self._broker.end(at) for at in partitions if at not in self._broker.leaderless}

    def since(self, instant: int) -> dict[TopicPartition, int]:
        return {at: self._broker.since(at, instant) for at in self._next}

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        self._paused |= set(partitions)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        self._paused -= set(partitions)

    def close(self) -> None:
        self._next = {}

    def _committed(self, at: TopicPartition) -> int:
        start = self._broker.start(at)
        return kept(at, self._broker.committed.get((self._group, at), start), start)


class MemoryWriter:
    """Appends to a ``MemoryBroker`` at ``confirm``; ``failing`` makes the next confirmation fail."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._sent: list[Outgoing] = []
        self.failing = False

    def send(self, record: Outgoing) -> None:
        self._sent.append(record)

    def send_all(self, records: Iterable[Outgoing]) -> None:
        for record in records:
            self.send(record)

    def confirm(self) -> Sequence[Position]:
        if self.failing:
            raise NotConfirmedError("the fake was told to fail")
        sent, self._sent = self._sent, []
        return [self._broker.append(record) for record in sent]

    def close(self) -> None:
        self._sent = []
