"""The log read again."""

import pytest

from kairan.positions import AheadOfTopicError
from kairan.stream import Outgoing, Position, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from processors.admission.log import Log, LogLostError, RecordNotFoundError, catch_up
from processors.admission.memory import DictMemory, Notes
from tests.unit.processors.admission.world import KEYS

FAR = 500


def log(records: int = FAR) -> Log:
    """So many records in each of two partitions, each telling where it lies."""
    broker = MemoryBroker({"life-events": 2})
    for partition in range(2):
        for offset in range(records):
            broker.append(Outgoing("life-events", b"", f"{partition}:{offset}".encode(), partition))
    return Log(MemoryReader(broker, "log", ["life-events"]), patience=2)


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

    assert {at: f"{at.partition}:{at.offset}".encode() for at in positions} == log().read(positions)


def test_it_is_read_backwards_too() -> None:
    reader = log()
    reader.read(wanted((0, 400)))

    assert wanted((0, 3)) == set(reader.read(wanted((0, 3))))


def test_a_record_that_memory_knows_and_the_log_has_not_stops_the_process() -> None:
    with pytest.raises(RecordNotFoundError):
        log().read(wanted((0, FAR)))


def test_a_memory_that_is_ahead_of_the_log_stops_the_process() -> None:
    memory, notes = DictMemory(), Notes()
    notes.reached(Position("life-events", 0, 7))
    memory.note(notes)

    with pytest.raises(AheadOfTopicError):
        catch_up(MemoryReader(MemoryBroker({"life-events": 1}), "start", ["life-events"]), memory, KEYS)


def started(begins: int, noted: int) -> tuple[MemoryReader, DictMemory]:
    """A log that no longer has its first records, and a memory that has noted some of them."""
    broker = MemoryBroker({"life-events": 1})
    for _ in range(begins):
        broker.append(Outgoing("life-events", b"", b"", 0))
    broker.forget(TopicPartition("life-events", 0), begins)
    memory, notes = DictMemory(), Notes()
    if noted:
        notes.reached(Position("life-events", 0, noted - 1))
    memory.note(notes)
    return MemoryReader(broker, "start", ["life-events"]), memory


@pytest.mark.parametrize("noted", [0, 3])
def test_a_log_that_begins_behind_what_memory_knows_stops_the_process_with_an_alarm(
    noted: int, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, memory = started(begins=5, noted=noted)

    with pytest.raises(LogLostError, match=f"up to offset {noted}, but the topic begins at 5"):
        catch_up(reader, memory, KEYS)
    assert "restore a newer copy of the database" in capsys.readouterr().out


def test_what_the_log_lost_behind_memory_is_known_and_stops_nobody() -> None:
    assert 0 == catch_up(*started(begins=5, noted=5), KEYS)
