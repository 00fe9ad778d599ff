"""Single records, read where they lie."""

import pytest

from kairan.single_records import RecordNotFoundError, SingleRecords
from kairan.stream import Outgoing, Position, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader

FAR = 500


def records(count: int = FAR) -> SingleRecords:
    """So many records in each of two partitions, each telling where it lies."""
    broker = MemoryBroker({"life-events": 2})
    for partition in range(2):
        for offset in range(count):
            broker.append(Outgoing("life-events", b"", f"{partition}:{offset}".encode(), partition))
    return SingleRecords(MemoryReader(broker, "log", ["life-events"]), patience=2)


def wanted(*places: tuple[int, int]) -> set[Position]:
    return {Position("life-events", *place) for place in places}


@pytest.mark.parametrize(
    "places",
    [
        [(0, 0)],
        [(0, 0), (0, 1), (0, 63), (0, 64), (0, 65)],
        [(0, 3), (0, FAR - 1), (1, 0), (1, 200), (1, FAR - 1)],
        [],
    ],
)
def test_single_records_are_read_wherever_they_lie(places: list[tuple[int, int]]) -> None:
    positions = wanted(*places)

    assert {at: f"{at.partition}:{at.offset}".encode() for at in positions} == {
        at: record.value for at, record in records().read(positions).items() if at == record.at
    }


def test_it_is_read_backwards_too() -> None:
    reader = records()
    reader.read(wanted((0, 400)))

    assert wanted((0, 3)) == set(reader.read(wanted((0, 3))))


def test_a_record_that_the_topic_has_not_is_not_waited_for_for_ever() -> None:
    with pytest.raises(RecordNotFoundError):
        records().read(wanted((0, FAR)))


def test_lost_is_what_lies_before_the_beginning_and_in_a_topic_that_is_not_read() -> None:
    broker = MemoryBroker({"life-events": 1, "other": 1})
    for _ in range(3):
        broker.append(Outgoing("life-events", b"", b""))
    broker.forget(TopicPartition("life-events", 0), 2)
    elsewhere = Position("other", 0, 0)

    assert {elsewhere, *wanted((0, 1))} == SingleRecords(MemoryReader(broker, "log", ["life-events"])).lost(
        {elsewhere, *wanted((0, 1), (0, 2))}
    )
