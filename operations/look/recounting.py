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
from processors.statistics.datasets import DATASETS, Partial, Position
from processors.statistics.publishing.months import Months
from processors.statistics.recount import Differing, differing

LANES = {"live": topics.name(topics.LIFE_EVENTS), "bulk": topics.name(topics.LIFE_EVENTS_BULK)}
PARTIALS = topics.name(topics.STATISTICS_PARTIALS)


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
    with reading.reader(settings, "recount", list(LANES.values())) as reader:
        if any(reader.starts().values()):
            raise StackError("The log no longer has its beginning: nothing is counted again from it.")
        played = Leaps(lambda: known)
        found = [_recounted(reader, played, lane, *its) for its in months.told() for lane in LANES]
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


def _recounted(reader: Reader, played: Leaps, lane: str, told: Sequence[Partial], position: Position) -> Recounted:
    topic, its = LANES[lane], [each for each in told if DATASETS[each.dataset].lane == lane]
    claims: list[Partial | Position] = [position, *its]
    count, end = 0, max(each.read.get(topic, 0) for each in claims)

    def counted() -> Iterator[Incoming]:
        nonlocal count
        for record in _before(reader, TopicPartition(topic, position.partition), end):
            count += 1
            yield record._replace(timestamp=played(record.timestamp))

    found = list(differing(counted(), its, position, topic))
    return Recounted(count, found)


def _before(reader: Reader, at: TopicPartition, end: int) -> Iterator[Incoming]:
    ranges: Mapping[TopicPartition, tuple[int, int]] = {at: (0, end)}
    return reading.between(reader, ranges)
