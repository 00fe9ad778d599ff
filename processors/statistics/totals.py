"""What each partition counts, window by window, as it leaves for the publisher. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kairan import wire
from kairan.stream import Incoming, TopicPartition
from processors.statistics.datasets import Partial, Position
from processors.statistics.tallies import Tally, partition_of, read_cell

PARTIAL, POSITION = "kairan.bus.StatisticsPartial", "kairan.bus.StatisticsPosition"


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

    def counted(self, record: Incoming, tallies: Iterable[Tally]) -> None:
        """A record is behind us; it changed these cells."""
        self._read[TopicPartition(record.topic, record.partition)] = record.offset + 1
        for tally in tallies:
            self._changed.add(self._set(record.partition, tally))

    def changed(self) -> list[Partial]:
        """What leaves now; it is asked again only when it has changed again."""
        leaving = [window for window in sorted(self._changed) if self._is_caught_up(window.partition)]
        self._changed.difference_update(leaving)
        return [self._partial(window) for window in leaving]

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


def write(partial: Partial) -> bytes:
    read = [{"topic": topic, "offset": offset} for topic, offset in sorted(partial.read.items())]
    counts = [{"place": place, "count": number} for place, number in sorted(partial.counts.items())]
    return wire.encode_record(PARTIAL, partial._asdict() | {"read": read, "counts": counts})


def read(value: bytes) -> Partial | Position:
    name, found = wire.decode_record(value)
    at: dict[str, Any] = {each["topic"]: each["offset"] for each in found["read"]}
    if name == POSITION:
        return Position(**{**found, "read": at})
    return Partial(**{**found, "read": at, "counts": {tuple(it["place"]): it["count"] for it in found["counts"]}})
