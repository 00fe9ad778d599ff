"""The log counted again, partition by partition, against what was told of it: no count leaves, only how many differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kairan import topics
from kairan.partitioning import LOG_PARTITIONS
from kairan.settings import Settings
from kairan.stream import Incoming, Reader, TopicPartition
from operations.look import databases, reading
from operations.stack.errors import StackError
from processors.runtime import tables
from processors.runtime.leaps import Leaps
from processors.statistics import totals
from processors.statistics.datasets import Partial, Position
from processors.statistics.publishing.months import Months
from processors.statistics.recount import Differing, differing

LOG, PARTIALS = topics.name(topics.LIFE_EVENTS), topics.name(topics.STATISTICS_PARTIALS)


class Recounted(NamedTuple):
    """How many records were counted again, and what was told otherwise."""

    records: int
    differing: Sequence[Differing]


def recount(settings: Settings) -> Recounted:
    """
    As far as is told that it was counted.

    Raises:
        StackError: the servers do not answer, or the log is not whole.

    """
    months = told(settings)
    with databases.opened(settings, databases.BUS) as connection:
        known = tables.leaps(connection)
    with reading.reader(settings, "recount", [LOG]) as reader:
        if any(reader.starts().values()):
            raise StackError("The log no longer has its beginning: nothing is counted again from it.")
        found = [_recounted(reader, Leaps(lambda: known), *its) for its in months.told()]
    return Recounted(sum(each.records for each in found), [it for each in found for it in each.differing])


def told(settings: Settings) -> Months:
    """
    What who counts told last.

    Raises:
        StackError: the servers do not answer.

    """
    months = Months(LOG_PARTITIONS)
    with reading.reader(settings, "recount", [PARTIALS]) as reader:
        for each in reading.everything(reader):
            if each.value is not None:
                months.take(totals.read(each.value))
    return months


def _recounted(reader: Reader, played: Leaps, told: Sequence[Partial], position: Position) -> Recounted:
    count, end = 0, max([_read(position), *map(_read, told)])

    def counted() -> Iterator[Incoming]:
        nonlocal count
        for record in _before(reader, position.partition, end):
            count += 1
            yield record._replace(timestamp=played(record.timestamp))

    found = list(differing(counted(), told, position))
    return Recounted(count, found)


def _before(reader: Reader, partition: int, end: int) -> Iterator[Incoming]:
    ranges: Mapping[TopicPartition, tuple[int, int]] = {TopicPartition(LOG, partition): (0, end)}
    return reading.between(reader, ranges)


def _read(told: Partial | Position) -> int:
    return told.read.get(LOG, 0)
