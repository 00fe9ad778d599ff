"""The database says where to read on."""

import pytest

from kairan.positions import AheadOfTopicError, kept, read_on
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


def test_what_a_topic_no_longer_keeps_is_passed_over(broker: MemoryBroker) -> None:
    broker.forget(FIRST, 2)
    reader = MemoryReader(broker, "g", ["t"])
    read_on(reader, {FIRST: 1})

    assert 2 == reader.positions()[FIRST]


def test_also_where_kafkas_note_alone_knows_the_position(
    broker: MemoryBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    broker.committed[("g", FIRST)] = 1
    broker.forget(FIRST, 3)
    reader = MemoryReader(broker, "g", ["t"])

    alarm = capsys.readouterr().out
    assert ({FIRST: 3, SECOND: 0}, 1) == (reader.positions(), alarm.count("behind retention"))
    assert all(told in alarm for told in ("position=1", "offset=3", "count=2"))


@pytest.mark.parametrize(
    ("topic", "remedy"),
    [("deliveries.131237.tax", "refill"), ("in.131237", "sent again"), ("life-events.bulk", "from a replica")],
)
def test_the_alarm_says_where_what_was_missed_is_still_kept(
    topic: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 5 == kept(TopicPartition(topic, 0), 2, 5)
    assert remedy in capsys.readouterr().out


def test_where_nothing_was_missed_nothing_is_alarmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert [5, 7] == [kept(FIRST, position, 5) for position in (5, 7)]
    assert "" == capsys.readouterr().out
