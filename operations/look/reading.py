"""Topics as the operator reads them: from somewhere to where they end now, without leaving a mark."""

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager

from kairan import topics
from kairan.kafka import BrokerRefusedError, KafkaReader, KafkaWriter
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, Reader, SilentError, TopicPartition, Writer
from operations.stack.errors import StackError

OPERATOR = "operator"
Ranges = Mapping[TopicPartition, tuple[int, int]]
"""Of each partition the first offset to read and the one behind the last."""
_BATCH = 5000
_POLL_SECONDS = 0.5
_SILENT_POLLS = 40
_CONNECT_SECONDS = 3
_WIDER = 8
_HASTE = {"fetch.wait.max.ms": "10"}
"""A new place to read from is asked for only when the broker has answered for the old one: let it not wait there."""


@contextmanager
def reader(settings: Settings, command: str, names: Iterable[str]) -> Iterator[Reader]:
    """
    Reads these topics from their beginning.

    Raises:
        StackError: Kafka does not answer, or does not let the operator read.

    """
    properties = settings.properties(OPERATOR) | _HASTE
    demand_answer(settings)
    with (
        _explained(OPERATOR),
        closing(KafkaReader(properties, topics.group(OPERATOR, command), names, from_start=True)) as it,
    ):
        yield it


def positions(settings: Settings, group: str, names: Iterable[str]) -> dict[TopicPartition, int]:
    """
    Up to where a process of this group has told the broker that it has read.

    Raises:
        StackError: Kafka does not answer, or does not let the operator read.

    """
    demand_answer(settings)
    with _explained(OPERATOR), closing(KafkaReader(settings.properties(OPERATOR), group, names)) as it:
        return it.positions()


@contextmanager
def writer(settings: Settings, principal: str = OPERATOR, *, positions: bool = False) -> Iterator[Writer]:
    """
    Writes as this principal; ``positions``: whether ``confirm`` tells them.

    Raises:
        StackError: Kafka does not answer, or does not let it write.

    """
    properties = settings.properties(principal)
    demand_answer(settings)
    with _explained(principal), closing(KafkaWriter(properties, positions=positions)) as it:
        yield it


def append(settings: Settings, record: Outgoing) -> None:
    """Writes one record and waits until it is stored."""
    with writer(settings) as it:
        it.send(record)
        it.confirm()


def kept(reader: Reader, since: int | None = None) -> Ranges:
    """All that is kept, until now; what was appended at this time or later, where one is given."""
    starts = reader.starts() if since is None else reader.since(since)
    return {at: (starts[at], end) for at, end in reader.ends().items()}


def everything(reader: Reader) -> Iterator[Incoming]:
    return between(reader, kept(reader))


def between(reader: Reader, ranges: Ranges) -> Iterator[Incoming]:
    """What is kept of these ranges, in the order of each partition; raises SilentError as ``batches`` does."""
    for batch in batches(reader, ranges):
        yield from batch


def batches(reader: Reader, ranges: Ranges) -> Iterator[list[Incoming]]:
    """
    The same, as it comes.

    Raises:
        SilentError: the broker gives nothing any more (``reader`` makes a StackError of it).

    """
    starts, ends = reader.starts(), reader.ends()
    clipped = {at: (max(first, starts[at]), min(end, ends[at])) for at, (first, end) in ranges.items()}
    left = {at: span for at, span in clipped.items() if span[0] < span[1]}
    behind: Mapping[tuple[str, int], int] = {at: end for at, (_, end) in clipped.items()}
    reader.seek({at: first for at, (first, _) in left.items()})
    reader.pause([at for at in starts if at not in left])
    reader.resume(left)
    silent = 0
    while left:
        batch = reader.poll(_POLL_SECONDS, _BATCH)
        silent = 0 if batch else silent + 1
        if silent > _SILENT_POLLS:
            raise SilentError(f"{len(left)} partitions are silent before their end")
        yield [each for each in batch if each.offset < behind[each[:2]]]
        _drop_finished(reader, left)


def newest(reader: Reader, last: int) -> list[Incoming]:
    """The last records by append time, newest first; looks further back where compaction left gaps."""
    starts, ends = reader.starts(), reader.ends()
    span = last
    while True:
        begin = {at: max(starts[at], end - span) for at, end in ends.items()}
        found = list(between(reader, {at: (begin[at], end) for at, end in ends.items()}))
        if len(found) >= last or begin == starts:
            return sorted(found, key=lambda each: (each.timestamp, each.offset), reverse=True)[:last]
        span *= _WIDER


def one(reader: Reader, at: TopicPartition, offset: int) -> Incoming | None:
    """The record at an offset; None when it is not kept any more."""
    return next(between(reader, {at: (offset, offset + 1)}), None)


def _drop_finished(reader: Reader, left: dict[TopicPartition, tuple[int, int]]) -> None:
    finished = [at for at, position in reader.positions().items() if at in left and position >= left[at][1]]
    reader.pause(finished)
    for at in finished:
        del left[at]


def demand_answer(settings: Settings) -> None:
    """
    The client itself would wait a quarter of a minute for a broker that is not there.

    Raises:
        StackError: it is not there.

    """
    bootstrap = settings.bootstrap_address()
    host, _, port = bootstrap.partition(",")[0].rpartition(":")
    try:
        socket.create_connection((host, int(port)), _CONNECT_SECONDS).close()
    except OSError as error:
        advice = "run `kairan up`" if settings.bootstrap is None else "check KAIRAN_BOOTSTRAP and the network"
        raise StackError(f"Kafka does not answer at {bootstrap}: {advice}.") from error


@contextmanager
def _explained(principal: str) -> Iterator[None]:
    try:
        yield
    except SilentError as error:
        raise StackError("Kafka has stopped answering: `kairan status` shows whether it runs.") from error
    except BrokerRefusedError as error:
        advice = "`kairan topics apply` makes topics and rights"
        raise StackError(f"Kafka refuses the principal {principal}: {error}; {advice}.") from error
