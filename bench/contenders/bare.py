"""
A bare fan-out: the limit of what Python and the client can do.

It knows every delivery beforehand, bytes and all, so it only reads a record and produces those. Same client settings,
same batches, same promise as routing: read positions are marked when all is confirmed.
"""

import gc
import sys
from collections import defaultdict

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from bench import planned
from bench.contenders.telling import telling
from kairan import loops, topics
from kairan.kafka import reader, writer
from kairan.loops import Stop
from kairan.process import run
from kairan.settings import Settings
from kairan.stream import AnyPartition

GROUP = "routing.bare"
Record = tuple[str, bytes | None, bytes | None]
Planned = dict[int, dict[int, list[Record]]]
"""By partition and offset: topic, value and key of each delivery."""


def main(settings: Settings, lane: str, stop: Stop) -> None:
    due = _planned(settings, lane)
    gc.freeze()
    properties, topic = settings.properties("routing"), topics.name(planned.LANES[lane])
    consumer = Consumer({**reader.TUNING, **properties, "group.id": GROUP})
    consumer.assign([TopicPartition(topic, partition, min(records)) for partition, records in due.items()])
    producer = Producer({**writer.TUNING, **properties, "delivery.report.only.error": True, "linger.ms": 50})
    while not stop():
        first = consumer.poll(loops.POLL_SECONDS)
        if first is not None:
            batch = [first, *consumer.consume(loops.BATCH - 1, 0)]
            _fan_out(producer, batch, due)
            consumer.commit(offsets=_behind(topic, batch), asynchronous=False)
    consumer.close()


def _fan_out(producer: Producer, batch: list[Message], due: Planned) -> None:
    produce = producer.produce
    for message in batch:
        for topic, value, key in due[message.partition() or 0][message.offset() or 0]:
            while True:
                try:
                    produce(topic, value, key, AnyPartition, _demand_stored)
                except BufferError:
                    producer.poll(0.05)
                else:
                    break
    producer.flush()


def _behind(topic: str, batch: list[Message]) -> list[TopicPartition]:
    read = {message.partition() or 0: message.offset() or 0 for message in batch}
    return [TopicPartition(topic, partition, offset + 1) for partition, offset in read.items()]


def _demand_stored(error: KafkaError | None, _message: Message) -> None:
    if error is not None:
        raise KafkaException(error)


def _planned(settings: Settings, lane: str) -> Planned:
    due: Planned = defaultdict(dict)
    for record, deliveries in planned.deliveries(settings, lane):
        due[record.partition][record.offset] = [(each.topic, each.value, each.key) for each in deliveries]
    return due


if __name__ == "__main__":
    chosen = sys.argv[1]
    run("bare", lambda settings, stop: main(settings, chosen, telling(stop)))
