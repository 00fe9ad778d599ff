"""Whether a contender that shares no code with routing wrote routing's very bytes."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from bench import planned
from bench.contest import BenchError
from bench.place import REGISTER
from kairan import topics
from kairan.kafka import KafkaReader
from kairan.settings import Settings
from kairan.stream import TopicPartition, until_now


def ends(settings: Settings) -> Mapping[TopicPartition, int]:
    """Where the delivery topics end now."""
    with _reading(settings) as reader:
        return reader.ends()


def demand(settings: Settings, lane: str, since: Mapping[TopicPartition, int]) -> None:
    """
    Compares what was written since then with what routing makes of the lane, topic by topic.

    Raises:
        BenchError: keys or values differ.

    """
    left = Counter[tuple[str, bytes | None, bytes | None]]()
    for _, deliveries in planned.deliveries(settings, lane):
        left.update((each.topic, each.key, each.value) for each in deliveries)
    with _reading(settings) as reader:
        reader.seek(since)
        for batch in until_now(reader):
            left.subtract((record.topic, record.key, record.value) for record in batch)
    if differing := sum(count > 0 for count in left.values()):
        raise BenchError(f"{differing} of {len(left)} deliveries have other bytes than routing gives them")


@contextmanager
def _reading(settings: Settings) -> Iterator[KafkaReader]:
    names = [topic.name for topic in topics.topics(REGISTER) if topic.kind is topics.DELIVERIES]
    properties = settings.properties("operator")
    with closing(KafkaReader(properties, topics.group("operator", "bench"), names, from_start=True)) as reader:
        yield reader
