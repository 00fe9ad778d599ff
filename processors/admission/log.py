"""The log read again: single records for lineage, and all from the watermark on when a process starts."""

from collections.abc import Iterable, Iterator, Mapping

from kairan import wire
from kairan.keys import BusKeys
from kairan.logs import log
from kairan.loops import POLL_SECONDS
from kairan.positions import read_on
from kairan.single_records import SingleRecords
from kairan.stream import MOST_SILENT, Incoming, Position, Reader, SilentError, TopicPartition
from processors.admission.facts import Entry, stated_by
from processors.admission.memory import Memory, Notes

_BATCH = 5000
_LOST = "restore a newer copy of the database, or the topic from a replica; without it facts would be admitted twice"


class LogLostError(Exception):
    """The log no longer has what memory has not noted: going on would forget ids, and admit their facts again."""

    def __init__(self, at: TopicPartition, position: int, start: int) -> None:
        super().__init__(
            f"Memory has noted {at.topic} {at.partition} up to offset {position}, but the topic begins at {start}: "
            f"{_LOST}."
        )


class Log:
    """Bodies of single records (``lineage.LogReader``), through a reader of the whole log."""

    def __init__(self, reader: Reader) -> None:
        self._records = SingleRecords(reader)

    def read(self, positions: set[Position]) -> Mapping[Position, bytes]:
        return {at: record.value or b"" for at, record in self._records.read(positions).items()}


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
    count = 0
    for batch in _until(reader, part, ends):
        memory.note(notes_of(batch, keys))
        count += len(batch)
    return count


def _until(reader: Reader, part: list[TopicPartition], ends: Mapping[TopicPartition, int]) -> Iterator[list[Incoming]]:
    """
    Batch by batch, some of them empty.

    Raises:
        SilentError: nothing comes although something is there, as in ``until_now``.

    """
    silent, missing = 0, _missing(reader, part, ends)
    while missing:
        batch = reader.poll(POLL_SECONDS, _BATCH)
        silent = 0 if batch else silent + 1
        if silent > MOST_SILENT:
            raise SilentError(f"{len(missing)} partitions are silent before their end")
        yield batch
        for record in batch:
            if record.offset + 1 >= ends[TopicPartition(record.topic, record.partition)]:
                missing.discard(TopicPartition(record.topic, record.partition))
        if not batch:
            missing = _missing(reader, part, ends)


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
