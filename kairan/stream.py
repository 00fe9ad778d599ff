"""
The ports of the loops: what a reader and a writer of topics promise.

``kairan.kafka`` and ``kairan.testing`` implement them; both pass ``tests/contract/stream_suite.py``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

AnyPartition = -1
_PATIENCE_SECONDS = 0.3
_AT_ONCE = 5000
MOST_SILENT = 100
"""Polls without a record, half a minute: longer than a broker takes to come back."""


class TopicPartition(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


class Position(NamedTuple):
    """Where a record lies."""

    topic: str
    partition: int
    offset: int


class Incoming(NamedTuple):
    """A record as read: ``timestamp`` is its append time in milliseconds since 1970 UTC."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None

    @property
    def at(self) -> Position:
        return Position(self.topic, self.partition, self.offset)


class Outgoing(NamedTuple):
    """A record to append; ``value`` None is a tombstone; without a partition the key decides (murmur2)."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int = AnyPartition


class SilentError(Exception):
    """A reader gives nothing although its partitions hold something."""


class NotConfirmedError(Exception):
    """The broker did not confirm a record: it may be written or not, so nothing that depends on it may be marked."""


class Reader(Protocol):
    """Reads explicitly assigned partitions, from a remembered position."""

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        """Waits up to ``timeout`` seconds for the first record, then drains what is there."""
        ...

    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        """Remembers the next offsets to read."""
        ...

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        """Reads on from these offsets."""
        ...

    def positions(self) -> Mapping[TopicPartition, int]:
        """The next offset to read of each assigned partition."""
        ...

    def starts(self) -> Mapping[TopicPartition, int]:
        """The oldest offset that is still kept of each assigned partition."""
        ...

    def since(self, instant: int) -> Mapping[TopicPartition, int]:
        """The offset of each partition's first record appended at this time or later; its end where there is none."""
        ...

    def ends(self) -> Mapping[TopicPartition, int]:
        """The offset behind the last record of each assigned partition, now."""
        ...

    def ends_of(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The same of these, without those of which no broker tells it in two seconds."""
        ...

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Reads no further there until resumed."""
        ...

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Reads on where it was paused."""
        ...

    def close(self) -> None:
        """Frees what the reader holds."""
        ...


def until_now(reader: Reader) -> Iterator[list[Incoming]]:
    """
    Batch by batch what the reader's partitions hold at this moment; some may be empty.

    Raises:
        SilentError: nothing comes although something is there. Whoever waited for ever would keep what it holds, and
            nobody would be told; a process that ends is started again.

    """
    ends, silent = reader.ends(), 0
    while behind := sum(position < ends[at] for at, position in reader.positions().items()):
        batch = reader.poll(_PATIENCE_SECONDS, _AT_ONCE)
        silent = 0 if batch else silent + 1
        if silent > MOST_SILENT:
            raise SilentError(f"{behind} partitions are silent before their end")
        yield batch


class Writer(Protocol):
    """Appends records; nothing counts as written before ``confirm`` returned."""

    def send(self, record: Outgoing) -> None:
        """Hands a record over."""
        ...

    def send_all(self, records: Iterable[Outgoing]) -> None:
        """Hands records over as they are made; the first are perhaps stored while the last are not made yet."""
        ...

    def confirm(self) -> Sequence[Position]:
        """
        Waits until all records sent since the last call are stored; their positions, in the order sent.

        Raises:
            NotConfirmedError: at least one was not; the process must not go on.
        """
        ...

    def close(self) -> None:
        """Frees what the writer holds."""
        ...
