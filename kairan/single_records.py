"""Single records of topics, read where they lie."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kairan.loops import POLL_SECONDS
from kairan.stream import Incoming, Position, Reader, TopicPartition

TUNING = {"fetch.message.max.bytes": "131072", "queued.min.messages": "64"}
"""Of the reader's client: a record here and there, not a megabyte ahead."""
_NEAR = 64
"""A wanted record that lies so near behind another one is read on to, not sought."""


class RecordNotFoundError(Exception):
    """A topic does not give back a record that somebody has noted."""


class SingleRecords:
    """
    Through a reader that nobody else uses.

    In rounds: each partition is sought to its next wanted record and paused when that, and what lies near, was read.
    After so many polls without a record (``patience``) a wanted record is taken for lost.
    """

    def __init__(self, reader: Reader, patience: int = 100) -> None:
        self._reader = reader
        self._patience = patience
        self._all = frozenset(reader.positions())
        self._reader.pause(self._all)

    def lost(self, positions: Iterable[Position]) -> set[Position]:
        """Which of these lie where the topics no longer keep anything."""
        starts = self._reader.starts()
        return {at for at in positions if at.offset < starts.get(TopicPartition(*at[:2]), at.offset + 1)}

    def read(self, positions: set[Position]) -> Mapping[Position, Incoming]:
        """Raises RecordNotFoundError."""
        wanted = defaultdict[TopicPartition, list[int]](list)
        for topic, partition, offset in sorted(positions, reverse=True):
            wanted[TopicPartition(topic, partition)].append(offset)
        found: dict[Position, Incoming] = {}
        while wanted:
            self._round(wanted, found)
        return found

    def _round(self, wanted: dict[TopicPartition, list[int]], found: dict[Position, Incoming]) -> None:
        """Takes at least the next wanted record (the last of its list) of each partition."""
        reading = set(wanted)
        self._reader.seek({at: offsets[-1] for at, offsets in wanted.items()})
        self._reader.pause(self._all - reading)
        self._reader.resume(reading)
        silent = 0
        while reading:
            batch = self._reader.poll(POLL_SECONDS, _NEAR)
            silent = 0 if batch else silent + 1
            if silent > self._patience:
                raise RecordNotFoundError(f"{len(reading)} partitions are silent")
            for record in batch:
                at = TopicPartition(record.topic, record.partition)
                if at in reading and not _take(record, wanted, found):
                    reading.discard(at)
                    self._reader.pause([at])


def _take(record: Incoming, wanted: dict[TopicPartition, list[int]], found: dict[Position, Incoming]) -> bool:
    """Keeps a wanted record; whether the partition is worth reading on for the next."""
    at = TopicPartition(record.topic, record.partition)
    offsets = wanted[at]
    if record.offset > offsets[-1]:
        raise RecordNotFoundError(f"{at.topic} {at.partition} has no record {offsets[-1]}")
    if record.offset == offsets[-1]:
        found[record.at] = record
        offsets.pop()
    if not offsets:
        del wanted[at]
        return False
    return offsets[-1] <= record.offset + _NEAR
