"""The log read again."""

import pytest

from kairan.positions import AheadOfTopicError
from kairan.stream import Incoming, Outgoing, Position, SilentError, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from processors.admission.log import Log, LogLostError, catch_up
from processors.admission.memory import DictMemory, Notes
from tests.unit.processors.admission.world import KEYS


def test_bodies_of_single_records_are_read_where_they_lie() -> None:
    broker = MemoryBroker({"life-events": 1})
    for value in (b"0", None, b"2"):
        broker.append(Outgoing("life-events", b"", value))
    first, second = (Position("life-events", 0, offset) for offset in (1, 2))

    assert {first: b"", second: b"2"} == Log(MemoryReader(broker, "log", ["life-events"])).read({first, second})


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


class Silent(MemoryReader):
    """As a client that has lost its partition and does not say so."""

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        return []


def test_a_start_does_not_wait_for_ever_for_what_the_log_does_not_give() -> None:
    broker = MemoryBroker({"life-events": 1})
    broker.append(Outgoing("life-events", b"", b""))

    with pytest.raises(SilentError, match="1 partitions"):
        catch_up(Silent(broker, "start", ["life-events"]), DictMemory(), KEYS)
