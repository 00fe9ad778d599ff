"""Topics as the operator reads them."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, SilentError, TopicPartition
from kairan.testing.broker import MemoryBroker, MemoryReader
from operations.look import reading
from operations.stack.errors import StackError

TOPIC = "life-events"


def broker(*counts: int) -> MemoryBroker:
    """So many records in each partition; each is appended a millisecond after the one before."""
    ticks = iter(range(1000))
    made = MemoryBroker({TOPIC: len(counts)}, lambda: next(ticks))
    for number in range(max(counts)):
        for partition, count in enumerate(counts):
            if number < count:
                made.append(Outgoing(TOPIC, b"key", f"{partition}/{number}".encode(), partition))
    return made


def reader(*counts: int) -> MemoryReader:
    return MemoryReader(broker(*counts), "operator", [TOPIC], from_start=True)


def test_everything_is_read_to_where_it_ends_now() -> None:
    held = broker(3, 0, 1)
    found = reading.everything(MemoryReader(held, "operator", [TOPIC], from_start=True))
    first = next(found)
    held.append(Outgoing(TOPIC, b"key", b"later", 0))

    assert {b"0/0", b"0/1", b"0/2", b"2/0"} == {first.value, *(each.value for each in found)}


def test_only_the_wanted_stretch_of_each_partition_is_read() -> None:
    wanted = {TopicPartition(TOPIC, 0): (1, 3), TopicPartition(TOPIC, 1): (4, 1 << 62)}

    found = list(reading.between(reader(9, 6, 9), wanted))

    assert [b"0/1", b"0/2"] == [each.value for each in found if each.partition == 0]
    assert [b"1/4", b"1/5"] == [each.value for each in found if each.partition == 1]
    assert 4 == len(found)


def test_what_was_appended_since_a_time_is_read_from_there() -> None:
    held = reader(3, 3)  # appended in turn, at 0 to 5

    found = list(reading.between(held, reading.kept(held, since=3)))

    assert [b"0/2", b"1/1", b"1/2"] == sorted(each.value or b"" for each in found)
    assert [] == list(reading.between(held, reading.kept(held, since=6)))


def test_the_newest_come_first_whatever_their_partition() -> None:
    assert [b"0/4", b"0/3", b"1/2", b"0/2"] == [each.value for each in reading.newest(reader(5, 3), 4)]


def test_fewer_than_asked_for_are_all_there_are() -> None:
    assert 8 == len(reading.newest(reader(5, 3), 100))
    assert [] == reading.newest(reader(0), 5)


def test_a_record_is_found_at_its_offset_or_not_kept_any_more() -> None:
    held = reader(5, 3)
    at = TopicPartition(TOPIC, 1)

    assert b"1/1" == getattr(reading.one(held, at, 1), "value", None)
    assert b"1/0" == getattr(reading.one(held, at, 0), "value", None)
    assert reading.one(held, at, 3) is None


class SilentReader(MemoryReader):
    """Knows where the topic ends and never gets there."""

    def __init__(self, _properties: object, group: str, names: Iterable[str], *, from_start: bool) -> None:
        super().__init__(broker(1), group, names, from_start=from_start)

    def poll(self, _timeout: float, _at_most: int) -> list[Incoming]:
        return []


def test_a_kafka_that_falls_silent_is_told_as_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "KafkaReader", SilentReader)
    monkeypatch.setattr(reading, "demand_answer", lambda _settings: None)
    (tmp_path / "principals").mkdir()
    (tmp_path / "principals" / f"{reading.OPERATOR}.properties").touch()
    settings = Settings(home=tmp_path, bootstrap="localhost:1")

    with (
        pytest.raises(StackError, match="Kafka has stopped answering: `kairan status`") as told,
        reading.reader(settings, "test", [TOPIC]) as silent,
    ):
        list(reading.everything(silent))

    assert isinstance(told.value.__cause__, SilentError)
