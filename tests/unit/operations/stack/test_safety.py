"""A broker elsewhere must keep what it acknowledges and keep strangers out."""

import pytest

from kairan.topics import Durability
from operations.stack import safety
from operations.stack.errors import StackError

SAFE = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "unclean.leader.election.enable": "false",
    "auto.create.topics.enable": "false",
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
}
UNSAFE = {
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "unclean.leader.election.enable": "true",
    "auto.create.topics.enable": "true",
    "authorizer.class.name": "",
}
ELSEWHERE = "kafka-1.example:9092,kafka-2.example:9092"


def test_a_safe_broker_elsewhere_is_used() -> None:
    safety.require_safe(ELSEWHERE, SAFE)

    assert Durability(replicas=3, in_sync=2) == safety.durability(SAFE)


@pytest.mark.parametrize("name", UNSAFE)
def test_each_unsafe_setting_elsewhere_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(StackError, match=name):
        safety.require_safe(ELSEWHERE, SAFE | {name: UNSAFE[name]})


def test_all_unsafe_settings_are_told_at_once() -> None:
    assert len(UNSAFE) == len(safety.problems(UNSAFE))


@pytest.mark.parametrize("bootstrap", ["127.0.0.1:9092", "localhost:9092", "[::1]:9092", "127.0.0.1:1,localhost:2"])
def test_a_broker_on_this_machine_may_have_one_disk(bootstrap: str) -> None:
    safety.require_safe(bootstrap, UNSAFE)

    assert safety.is_local(bootstrap)


def test_one_address_elsewhere_makes_the_broker_not_local() -> None:
    assert not safety.is_local("127.0.0.1:9092,kafka-2.example:9092")


@pytest.mark.parametrize("bootstrap", ["localhost.example:9092", "127.evil.example:9092"])
def test_a_name_that_only_begins_like_this_machine_is_not_local(bootstrap: str) -> None:
    assert not safety.is_local(bootstrap)
