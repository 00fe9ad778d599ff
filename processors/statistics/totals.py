"""What each partition counts, window by window, as it leaves for the publisher. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kairan import wire
from kairan.stream import Incoming, TopicPartition
from processors.statistics.datasets import Partial, Position
from processors.statistics.tallies import Tally, partition_of, read_cell

PARTIAL, POSITION = "kairan.bus.StatisticsPartial", "kairan.bus.StatisticsPosition"

IDLE_MILLISECONDS = 10_000
"""So often a partition to which nothing comes says that nothing came."""


class Window(NamedTuple):
    """Of a dataset, as one partition counts it."""

    dataset: str
    window: str
    partition: int

    @property
    def key(self) -> bytes:
        return "|".join(map(str, self)).encode()


class Totals:
    """
    All cells of the partitions that this process counts, and which windows changed since they last left.

    After a crash cells may be ahead of what is read again. Until that is behind them a partition is silent, for
    no offset would be true of all its cells.
    """

    def __init__(self, cells: Iterable[tuple[bytes, bytes]], read: Mapping[TopicPartition, int]) -> None:
        """``cells``: as they were stored; ``read``: where reading begins. All of them leave once."""
        self._counts: dict[Window, dict[tuple[str, ...], int]] = defaultdict(dict)
        self._ahead: dict[TopicPartition, int] = {}
        self._read = dict(read)
        for key, value in cells:
            partition, tally = partition_of(key), read_cell(value)
            self._set(partition, tally)
            for topic, offset in tally.read.items():
                at = TopicPartition(topic, partition)
                self._ahead[at] = max(offset, self._ahead.get(at, 0))
        self._changed = set(self._counts)
        self._reached: dict[TopicPartition, int] = {}
        self._positions: dict[int, Position] = {}

    def counted(self, record: Incoming, tallies: Iterable[Tally]) -> None:
        """A record is behind us; it changed these cells."""
        at = TopicPartition(record.topic, record.partition)
        self._read[at], self._reached[at] = record.offset + 1, record.timestamp
        for tally in tallies:
            self._changed.add(self._set(record.partition, tally))

    def changed(self) -> list[Partial]:
        """What leaves now; it is asked again only when it has changed again."""
        leaving = [window for window in sorted(self._changed) if self._is_caught_up(window.partition)]
        self._changed.difference_update(leaving)
        return [self._partial(window) for window in leaving]

    def positions(self, asked: int, ends: Mapping[TopicPartition, int]) -> list[Position]:
        """
        How far is counted where it has become news; tell it when all that ``changed`` has returned is told.

        ``ends``: of the log's lanes, asked for after ``asked`` (milliseconds since 1970 UTC). A lane that is read to
        its end is counted until then, another one until its last record was appended; the earlier of both counts.
        """
        partitions = sorted({at.partition for at in ends})
        found = [self._position(each, asked, ends) for each in partitions if self._is_caught_up(each)]
        news = [each for each in found if self._is_news(each)]
        self._positions.update((each.partition, each) for each in news)
        return news

    def _position(self, partition: int, asked: int, ends: Mapping[TopicPartition, int]) -> Position:
        lanes = {at: end for at, end in ends.items() if at.partition == partition}
        read = {at: self._read.get(at, 0) for at in lanes}
        until = min(asked if read[at] >= end else self._reached.get(at, 0) for at, end in lanes.items())
        return Position(partition, {at.topic: offset for at, offset in read.items()}, until)

    def _is_news(self, now: Position) -> bool:
        told = self._positions.get(now.partition)
        return told is None or told.read != now.read or now.until - told.until >= IDLE_MILLISECONDS

    def _set(self, partition: int, tally: Tally) -> Window:
        window = Window(tally.cell.dataset, tally.cell.window, partition)
        self._counts[window][tally.cell.place] = tally.total
        return window

    def _is_caught_up(self, partition: int) -> bool:
        ahead = ((at, offset) for at, offset in self._ahead.items() if at.partition == partition)
        return all(self._read.get(at, 0) >= offset for at, offset in ahead)

    def _partial(self, window: Window) -> Partial:
        read = {at.topic: offset for at, offset in self._read.items() if at.partition == window.partition}
        counts = {place: number for place, number in self._counts[window].items() if number}
        return Partial(*window, read, counts)


def key_of(partial: Partial) -> bytes:
    return Window(partial.dataset, partial.window, partial.partition).key


def write_position(position: Position) -> bytes:
    return wire.encode_record(POSITION, position._asdict() | {"read": _read_to(position.read)})


def position_key(position: Position) -> bytes:
    return f"position|{position.partition}".encode()


def write(partial: Partial) -> bytes:
    read = _read_to(partial.read)
    counts = [{"place": place, "count": number} for place, number in sorted(partial.counts.items())]
    return wire.encode_record(PARTIAL, partial._asdict() | {"read": read, "counts": counts})


def _read_to(read: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"topic": topic, "offset": offset} for topic, offset in sorted(read.items())]


def read(value: bytes) -> Partial | Position:
    """What lies in ``statistics-partials``."""
    name, found = wire.decode_record(value)
    at: dict[str, Any] = {each["topic"]: each["offset"] for each in found["read"]}
    if name == POSITION:
        return Position(**{**found, "read": at})
    return Partial(**{**found, "read": at, "counts": {tuple(it["place"]): it["count"] for it in found["counts"]}})
