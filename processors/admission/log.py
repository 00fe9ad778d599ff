"""The log read again: single records for lineage, and all from the watermark on when a process starts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kairan import wire
from kairan.keys import BusKeys
from kairan.logs import log
from kairan.loops import POLL_SECONDS
from kairan.positions import read_on
from kairan.stream import Incoming, Position, Reader, TopicPartition
from processors.admission.facts import Entry, stated_by
from processors.admission.memory import Memory, Notes

_NEAR = 64
"""A wanted record that lies so near behind another one is read on to, not sought."""
_BATCH = 5000
_LOST = "restore a newer copy of the database, or the topic from a replica; without it facts would be admitted twice"


class RecordNotFoundError(Exception):
    """The log does not give back a record that memory has noted."""


class LogLostError(Exception):
    """The log no longer has what memory has not noted: going on would forget ids, and admit their facts again."""

    def __init__(self, at: TopicPartition, position: int, start: int) -> None:
        super().__init__(
            f"Memory has noted {at.topic} {at.partition} up to offset {position}, but the topic begins at {start}: "
            f"{_LOST}."
        )


class Log:
    """
    Single records by position (``lineage.LogReader``), through a reader of the whole log.

    In rounds: each partition is sought to its next wanted record and paused when that, and what lies near, was read.
    After so many polls without a record (``patience``) a wanted record is taken for lost.
    """

    def __init__(self, reader: Reader, patience: int = 100) -> None:
        self._reader = reader
        self._patience = patience
        self._all = frozenset(reader.positions())
        self._reader.pause(self._all)

    def read(self, positions: set[Position]) -> Mapping[Position, bytes]:
        wanted = defaultdict[TopicPartition, list[int]](list)
        for topic, partition, offset in sorted(positions, reverse=True):
            wanted[TopicPartition(topic, partition)].append(offset)
        found: dict[Position, bytes] = {}
        while wanted:
            self._round(wanted, found)
        return found

    def _round(self, wanted: dict[TopicPartition, list[int]], found: dict[Position, bytes]) -> None:
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
                raise RecordNotFoundError(f"{len(reading)} partitions of the log are silent")
            for record in batch:
                at = TopicPartition(record.topic, record.partition)
                if at in reading and not _take(record, wanted, found):
                    reading.discard(at)
                    self._reader.pause([at])


def _take(record: Incoming, wanted: dict[TopicPartition, list[int]], found: dict[Position, bytes]) -> bool:
    """Keeps a wanted record; whether the partition is worth reading on for the next."""
    at = TopicPartition(record.topic, record.partition)
    offsets = wanted[at]
    if record.offset > offsets[-1]:
        raise RecordNotFoundError(f"{at.topic} {at.partition} has no record {offsets[-1]}")
    if record.offset == offsets[-1]:
        found[Position(*record[:3])] = record.value or b""
        offsets.pop()
    if not offsets:
        del wanted[at]
        return False
    return offsets[-1] <= record.offset + _NEAR


def catch_up(reader: Reader, memory: Memory, keys: BusKeys) -> int:
    """
    Notes what was appended since memory was last written; how many records that were.

    Names first: an event makes its subject's number permanent, so the number must be known.

    Raises:
        AheadOfTopicError: memory knows more than the log.
        LogLostError: the log begins behind what memory knows.

    """
    _demand_all(reader, memory.watermarks())
    read_on(reader, memory.watermarks())
    ends = reader.ends()
    return sum(_read_on(reader, memory, keys, part, ends) for part in _names_first(ends))


def _demand_all(reader: Reader, noted: Mapping[TopicPartition, int]) -> None:
    """Whatever memory is a projection of is never deleted; where it was, nobody else can decide what follows."""
    for at, start in reader.starts().items():
        position = noted.get(at, 0)
        if position < start:
            place = {"topic": at.topic, "partition": at.partition, "position": position, "offset": start}
            log().error("the log was lost before memory knew it", alarm=_LOST, count=start - position, **place)
            raise LogLostError(at, position, start)


def _names_first(partitions: Iterable[TopicPartition]) -> list[list[TopicPartition]]:
    parts = list(partitions)
    return [
        [at for at in parts if at.topic.startswith("subjects.")],
        [at for at in parts if not at.topic.startswith("subjects.")],
    ]


def _read_on(
    reader: Reader, memory: Memory, keys: BusKeys, part: list[TopicPartition], ends: Mapping[TopicPartition, int]
) -> int:
    """Reads these partitions to where they ended, the others paused."""
    reader.pause([at for at in ends if at not in part])
    reader.resume(part)
    count, missing = 0, _missing(reader, part, ends)
    while missing:
        batch = reader.poll(POLL_SECONDS, _BATCH)
        memory.note(notes_of(batch, keys))
        count += len(batch)
        for record in batch:
            if record.offset + 1 >= ends[TopicPartition(record.topic, record.partition)]:
                missing.discard(TopicPartition(record.topic, record.partition))
        if not batch:
            missing = _missing(reader, part, ends)
    return count


def _missing(reader: Reader, part: Iterable[TopicPartition], ends: Mapping[TopicPartition, int]) -> set[TopicPartition]:
    """Which partitions are not read to their end yet."""
    positions = reader.positions()
    return {at for at in part if positions[at] < ends[at]}


def notes_of(records: Iterable[Incoming], keys: BusKeys) -> Notes:
    """What records of the log and of ``subjects.<code>`` add to memory."""
    notes = Notes()
    for record in records:
        position = Position(*record[:3])
        municipality = record.topic.removeprefix("subjects.")
        if municipality == record.topic:
            envelope = wire.decode_envelope(record.value or b"").record
            notes.event(envelope, position)
            notes.stated |= stated_by(envelope)
        elif record.value is None:
            notes.reached(position)
        else:
            _, told = wire.decode_record(record.value)
            if told["atena_number"] is not None:
                handle = keys.handle_of(municipality, told["pairwise_id"])
                notes.entry(Entry(municipality, told["atena_number"], handle), position)
            else:
                notes.reached(position)
    return notes
