"""Kafka keeps the contract of the loops, as the fake does."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from confluent_kafka import Producer
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient, NewTopic

from kairan.kafka import BrokerRefusedError, KafkaReader, KafkaWriter
from kairan.settings import Settings
from kairan.stream import TopicPartition, until_now
from tests.contract.stream_suite import Bench, StreamSuite

pytestmark = pytest.mark.stack
numbers = count()


class KafkaBench:
    """A fresh topic of four partitions on the real broker."""

    def __init__(self, properties: dict[str, str], topic: str) -> None:
        self.topic = topic
        self.properties = properties
        self._open: list[KafkaReader] = []

    def reader(self, group: str, *, from_start: bool = False) -> KafkaReader:
        reader = KafkaReader(self.properties, f"{self.topic}.{group}", [self.topic], from_start=from_start)
        self._open.append(reader)
        return reader

    def writer(self) -> KafkaWriter:
        return KafkaWriter(self.properties)

    def forget(self, at: TopicPartition, before: int) -> None:
        admin = AdminClient(self.properties)
        for future in admin.delete_records([Assigned(*at, before)]).values():
            future.result(20)

    def close(self) -> None:
        for reader in self._open:
            reader.close()


class TestKafka(StreamSuite):
    @pytest.fixture
    def bench(self, stack: Settings, request: pytest.FixtureRequest) -> Iterator[Bench]:
        properties = stack.properties("admin")
        topic = f"contract-{request.node.name.replace('[', '-').strip(']')[:60]}-{next(numbers)}"
        admin = AdminClient(properties)
        for future in admin.create_topics([NewTopic(topic, 4, 1)]).values():
            future.result(20)
        bench = KafkaBench(properties, topic)
        yield bench
        bench.close()
        for future in admin.delete_topics([topic]).values():
            future.result(20)


def test_a_reader_of_a_topic_that_does_not_exist_is_refused(stack: Settings) -> None:
    with pytest.raises(BrokerRefusedError):
        KafkaReader(stack.properties("admin"), "g", ["no-such-topic"])


@pytest.mark.timeout(60)
def test_a_reader_stands_behind_a_batch_that_it_passed_over(stack: Settings) -> None:
    """Whoever waits until a topic is read to its end waited for ever, for a batch that nobody can unfold lay there."""
    properties, topic = stack.properties("admin"), f"unfolding-{next(numbers)}"
    admin = AdminClient(properties)
    for future in admin.create_topics([NewTopic(topic, 1, 1)]).values():
        future.result(20)
    greedy = {"compression.type": "zstd", "message.max.bytes": 100_000_000}
    bomber = Producer(properties | greedy)
    for value in (b"before", bytes(50_000_000)):
        bomber.produce(topic, value)
        assert 0 == bomber.flush(20)
    with closing(KafkaReader(properties, f"{topic}.group", [topic], of_strangers=True)) as reader:
        read = [record.value for batch in until_now(reader) for record in batch]

        assert [b"before"] == read
        assert reader.ends() == reader.positions()
