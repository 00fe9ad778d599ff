"""Every principal tries every topic: what the table gives works, everything else is refused by the broker."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from kairan import rights, topics
from kairan.kafka.messages import passes
from kairan.register import Register
from kairan.settings import Settings

pytestmark = pytest.mark.stack

SECONDS = 60
FORBIDDEN = {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED}
AT_ONCE = 4


class Try(NamedTuple):
    """Somebody tries something; the broker lets it pass or not."""

    principal: str
    operation: str
    name: str


Attempts = Callable[[Settings, str, list[str]], Iterator[Try]]


def attempt_writes(stack: Settings, principal: str, names: list[str]) -> Iterator[Try]:
    """
    What the broker would let this principal write, without a record left behind.

    The broker looks at the right first and at ``acks`` afterwards: acks=2 is a request it then always turns down.
    """
    answers: dict[str, KafkaError | None] = {}

    def note(error: KafkaError | None, message: Message) -> None:
        answers[message.topic() or ""] = error

    quick = {"acks": 2, "linger.ms": 0, "retries": 0, "delivery.timeout.ms": SECONDS * 1000, "log_level": 0}
    producer = Producer(stack.properties(principal) | quick)
    for name in names:
        producer.produce(name, b"", b"key", 0, on_delivery=note)
    assert 0 == producer.flush(SECONDS)

    for name, error in answers.items():
        assert error is not None, f"{name}: the broker stored what it should have turned down"
        assert error.code() in FORBIDDEN | {KafkaError.INVALID_REQUIRED_ACKS}, f"{principal} {name}: {error}"
        if error.code() not in FORBIDDEN:
            yield Try(principal, "WRITE", name)


def attempt_reads(stack: Settings, principal: str, names: list[str]) -> Iterator[Try]:
    """
    The topics whose end this principal reaches by reading.

    What the broker does not even show cannot be read: its authorizer lets a reader see what he may read.
    """
    quick = {"group.id": principal, "enable.partition.eof": True, "fetch.wait.max.ms": 10, "log_level": 0}
    consumer = Consumer(stack.properties(principal) | quick | {"auto.offset.reset": "earliest"})
    waiting = set(consumer.list_topics(timeout=SECONDS).topics) & set(names)
    consumer.assign([TopicPartition(name, 0, 0) for name in waiting])
    while waiting:
        message = consumer.poll(SECONDS)
        assert message is not None, f"{principal} hears nothing about {waiting}"
        error = message.error()
        if error is not None and message.topic() in waiting:
            waiting.discard(message.topic() or "")
            assert error.code() in FORBIDDEN | {KafkaError._PARTITION_EOF}, f"{principal} {error}"
            if error.code() not in FORBIDDEN:
                yield Try(principal, "READ", message.topic() or "")
    consumer.close()


def attempt_commits(stack: Settings, principal: str, groups: list[str]) -> Iterator[Try]:
    """The groups whose position this principal moves, on a topic that it may read, if there is one."""
    mine = next(iter(read_by(stack.register()).get(principal, ())), None)
    if mine is None:
        return
    admin = AdminClient(stack.properties(principal) | {"log_level": 0})
    for group in groups:
        move = ConsumerGroupTopicPartitions(group, [TopicPartition(mine, 0, 0)])
        while (error := refusal_of(admin, move)) is not None and passes(error):
            time.sleep(0.1)
        if error is None:
            yield Try(principal, "READ", group)
        else:
            assert error.code() in FORBIDDEN, f"{principal} {group}: {error}"


def refusal_of(admin: AdminClient, move: ConsumerGroupTopicPartitions) -> KafkaError | None:
    """Who may not see the group is refused as a whole, who sees it but may not use it for each partition."""
    try:
        moved = admin.alter_consumer_group_offsets([move], request_timeout=SECONDS)[move.group_id].result(SECONDS)
    except KafkaException as error:
        refused: KafkaError = error.args[0]
        return refused
    refused_there: KafkaError | None = moved.topic_partitions[0].error
    return refused_there


def all_attempts(stack: Settings, register: Register, attempts: Attempts, names: list[str]) -> set[Try]:
    who = [principal.name for principal in rights.principals(register)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {done for found in pool.map(lambda name: list(attempts(stack, name, names)), who) for done in found}


def read_by(register: Register) -> dict[str, list[str]]:
    """The topics that each principal may read; whoever only writes is not there."""
    found = dict[str, list[str]]()
    for right in sorted(rights.rights(register)):
        if right[1:3] == ("READ", "TOPIC"):
            found.setdefault(right.principal, []).append(right.name)
    return found


def given(register: Register, operation: str) -> set[Try]:
    """What the table gives on topics."""
    of_all = rights.rights(register)
    return {Try(r.principal, operation, r.name) for r in of_all if r.operation == operation and r.resource == "TOPIC"}


def test_nobody_writes_a_topic_that_the_table_does_not_give(stack: Settings, register: Register) -> None:
    names = [topic.name for topic in topics.topics(register)]

    assert given(register, "WRITE") == all_attempts(stack, register, attempt_writes, names)


def test_nobody_reads_a_topic_that_the_table_does_not_give(stack: Settings, register: Register) -> None:
    names = [topic.name for topic in topics.topics(register)]

    assert given(register, "READ") == all_attempts(stack, register, attempt_reads, names)


def test_nobody_moves_the_position_of_another_principal(stack: Settings, register: Register) -> None:
    who = [principal.name for principal in rights.principals(register)]
    own = {Try(name, "READ", topics.group(name, "try")) for name in read_by(register)}
    others = [f"{name}-try" for name in who]

    assert own == all_attempts(stack, register, attempt_commits, [*(it.name for it in own), *others])
