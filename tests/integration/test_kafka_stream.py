"""Kafka keeps the contract of the loops, as the fake does."""

import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from threading import Thread

import pytest
from confluent_kafka import Producer
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient, NewTopic

from kairan import topics
from kairan.kafka import BrokerRefusedError, KafkaReader, KafkaWriter, silence
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, TopicPartition, until_now
from operations.look import reading
from operations.stack import kafka
from operations.stack.admin import LOOKS_AGAIN
from operations.stack.home import Home
from tests.contract.stream_suite import Bench, StreamSuite

pytestmark = pytest.mark.stack
numbers = count()
PATIENCE_SECONDS = 30
"""How long a broker is kept silent for a reader that waits until it is back."""


ANSWER_SECONDS = 50
"""For what the administrator asks: the broker may have stood still in the test before."""


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
            future.result(ANSWER_SECONDS)

    def close(self) -> None:
        for reader in self._open:
            reader.close()


class TestKafka(StreamSuite):
    @pytest.fixture
    def bench(self, stack: Settings, request: pytest.FixtureRequest) -> Iterator[Bench]:
        properties = stack.properties("admin")
        topic = f"contract-{request.node.name.replace('[', '-').strip(']')[:60]}-{next(numbers)}"
        admin = create(properties, topic, partitions=4)
        bench = KafkaBench(properties, topic)
        yield bench
        bench.close()
        for future in admin.delete_topics([topic]).values():
            future.result(ANSWER_SECONDS)


def test_a_reader_of_a_topic_that_does_not_exist_is_refused(stack: Settings) -> None:
    with pytest.raises(BrokerRefusedError):
        KafkaReader(stack.properties("admin"), "g", ["no-such-topic"])


def test_who_asks_a_refused_reader_again_is_refused_again(stack: Settings) -> None:
    """Several threads share a reader: if only the first learned it, the others would wait for ever at its silence."""
    properties, topic = stack.properties("admin"), f"refusing-{next(numbers)}"
    create(properties, topic)
    with closing(KafkaReader(properties, f"{topic}.group", [topic])) as reader:
        reader.seek({TopicPartition(topic, 0): 1000})
        for _ in range(2):
            with pytest.raises(BrokerRefusedError, match=topic):
                comes(reader)


@pytest.mark.timeout(60)
def test_a_reader_closes_also_while_its_broker_is_silent(stack: Settings) -> None:
    """Else a process says nothing of what it cannot handle, and does not end when told, until the broker is back."""
    reader = KafkaReader(stack.properties("admin"), "silent", [topics.name(topics.HOLDS)], from_start=True)
    reader.poll(1, 1)  # it reads, whatever another test has left there
    reader.commit({TopicPartition(topics.name(topics.HOLDS), 0): 0})
    broker = kafka.process(Home(stack.home))
    assert broker is not None
    broker.suspend()
    ending = Thread(target=reader.close, daemon=True)
    try:
        ending.start()
        ending.join(PATIENCE_SECONDS)
        waits_for_the_broker = ending.is_alive()
    finally:
        broker.resume()

    assert not waits_for_the_broker


@pytest.mark.parametrize("partitions", [1, 5])
def test_a_partition_that_its_client_has_forgotten_is_read_on_by_another_client(
    stack: Settings, partitions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of few partitions the client is asked itself, of many another one."""
    properties, topic = stack.properties("admin"), f"forgotten-{next(numbers)}"
    create(properties, topic, partitions)
    monkeypatch.setattr(silence, "LOOK_SECONDS", 0.1)
    writer = KafkaWriter(properties)
    with closing(KafkaReader(properties, f"{topic}.group", [topic])) as reader, closing(writer):
        append(writer, topic, b"1")
        assert [b"1"] == [record.value for record in comes(reader)]
        forgetful = reader._consumer
        forgetful.pause([Assigned(topic, 0)])
        append(writer, topic, b"2")

        assert [b"2"] == [record.value for record in comes(reader)]
        assert reader._consumer is not forgetful
        assert 2 == reader.positions()[TopicPartition(topic, 0)]


def append(writer: KafkaWriter, topic: str, value: bytes) -> None:
    writer.send(Outgoing(topic, b"", value, partition=0))
    writer.confirm()


def create(properties: dict[str, str], topic: str, partitions: int = 1) -> AdminClient:
    """The controller answers before the broker knows the topic: a reader that comes between is refused."""
    admin = AdminClient(properties | LOOKS_AGAIN)
    for future in admin.create_topics([NewTopic(topic, partitions, 1)]).values():
        future.result(ANSWER_SECONDS)
    while len(admin.list_topics(topic, ANSWER_SECONDS).topics[topic].partitions) < partitions:
        time.sleep(0.05)
    return admin


def comes(reader: KafkaReader) -> list[Incoming]:
    """Asks until something comes, or nothing in a minute."""
    return next(filter(None, (reader.poll(0.5, 10) for _ in range(120))), [])


@pytest.mark.timeout(120)
def test_a_reader_stands_behind_a_batch_that_it_passed_over(stack: Settings) -> None:
    """Whoever waits until a topic is read to its end waited for ever, for a batch that nobody can unfold lay there."""
    properties, topic = stack.properties("admin"), f"unfolding-{next(numbers)}"
    create(properties, topic)
    greedy = {"compression.type": "zstd", "message.max.bytes": 100_000_000}
    bomber = Producer(properties | greedy)
    for value in (b"before", bytes(50_000_000)):
        bomber.produce(topic, value)
        assert 0 == bomber.flush(20)
    with closing(KafkaReader(properties, f"{topic}.group", [topic], of_strangers=True)) as reader:
        read = [record.value for batch in until_now(reader) for record in batch]

        assert [b"before"] == read
        assert reader.ends() == reader.positions()


@pytest.mark.timeout(120)
def test_whoever_reads_a_topic_again_and_again_reads_all_of_it_every_time(stack: Settings) -> None:
    """Kafka's client drops a pause or resume now and then that comes close behind an assignment (kairan.kafka)."""
    properties, topic = stack.properties("admin") | {"fetch.wait.max.ms": "10"}, f"again-{next(numbers)}"
    create(properties, topic, partitions=32)
    with closing(KafkaWriter(properties)) as writer:
        writer.send_all(Outgoing(topic, str(n).encode(), bytes(400)) for n in range(3000))
        writer.confirm()
    with closing(KafkaReader(properties, f"{topic}.group", [topic])) as reader:
        everything = reading.kept(reader)
        for _ in range(60):
            assert 3000 == sum(map(len, reading.batches(reader, everything)))
