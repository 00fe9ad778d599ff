"""The database says where to read on."""

import pytest

from kairan.positions import AheadOfTopicError, read_on
from kairan.stream import Outgoing, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader

FIRST, SECOND = TopicPartition("t", 0), TopicPartition("t", 1)


@pytest.fixture
def broker() -> MemoryBroker:
    broker = MemoryBroker({"t": 2})
    for _ in range(3):
        broker.append(Outgoing("t", b"k", b"v", 0))
    return broker


def test_kafkas_note_is_only_a_hint(broker: MemoryBroker) -> None:
    broker.committed[("g", FIRST)] = 3
    reader = MemoryReader(broker, "g", ["t"])
    read_on(reader, {FIRST: 1})

    assert [1, 2] == [record.offset for record in reader.poll(0.0, 10)]


def test_where_the_database_says_nothing_it_begins(broker: MemoryBroker) -> None:
    reader = MemoryReader(broker, "g", ["t"])
    read_on(reader, {SECOND: 0})

    assert {FIRST: 0, SECOND: 0} == reader.positions()


def test_a_database_ahead_of_its_topic_is_not_read_on(broker: MemoryBroker) -> None:
    with pytest.raises(AheadOfTopicError, match="up to offset 4, but the topic ends at 3"):
        read_on(MemoryReader(broker, "g", ["t"]), {FIRST: 4})


class Forgetful(MemoryReader):
    """A topic that no longer keeps its first two records."""

    def starts(self) -> dict[TopicPartition, int]:
        return {FIRST: 2, SECOND: 0}


def test_what_a_topic_no_longer_keeps_is_passed_over(broker: MemoryBroker) -> None:
    reader = Forgetful(broker, "g", ["t"])
    read_on(reader, {FIRST: 1})

    assert 2 == reader.positions()[FIRST]
