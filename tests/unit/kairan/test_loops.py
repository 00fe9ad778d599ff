"""The loops: what is not confirmed is not marked, and what is marked was confirmed."""

from collections.abc import Callable, Sequence

import pytest

from kairan.loops import Waves, effect, relay, relay_batch, transform
from kairan.stream import Incoming, NotConfirmedError, Outgoing, Position, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter


def broker_with(*values: bytes) -> MemoryBroker:
    broker = MemoryBroker({"in": 1, "first": 1, "then": 1})
    for value in values:
        broker.append(Outgoing("in", b"k", value))
    return broker


def rounds(count: int) -> Callable[[], bool]:
    left = iter([False] * count)
    return lambda: next(left, True)


def values(broker: MemoryBroker, topic: str) -> list[bytes | None]:
    return [record.value for record in broker.records(topic)]


def copy_to_first(batch: Sequence[Incoming]) -> Waves:
    yield [Outgoing("first", record.key, record.value) for record in batch]


AT = TopicPartition("in", 0)


def test_a_transform_writes_what_the_handler_yields_and_marks_what_it_read() -> None:
    broker = broker_with(b"1", b"2")

    transform("t", MemoryReader(broker, "g", ["in"]), MemoryWriter(broker), copy_to_first, rounds(1))

    assert ([b"1", b"2"], 2) == (values(broker, "first"), broker.committed["g", AT])


def test_a_wave_is_stored_before_the_handler_goes_on() -> None:
    broker = broker_with(b"1")
    seen: list[object] = []

    def handle(batch: Sequence[Incoming]) -> Waves:
        positions = yield [Outgoing("first", None, batch[0].value)]
        seen.append((list(positions), values(broker, "first")))
        yield [Outgoing("then", None, batch[0].value)]

    transform("t", MemoryReader(broker, "g", ["in"]), MemoryWriter(broker), handle, rounds(1))

    assert [([Position("first", 0, 0)], [b"1"])] == seen


def test_what_stands_behind_the_last_wave_runs_before_the_mark() -> None:
    broker = broker_with(b"1")
    marked: list[bool] = []

    def handle(_: Sequence[Incoming]) -> Waves:
        yield []
        marked.append(("g", AT) in broker.committed)

    transform("t", MemoryReader(broker, "g", ["in"]), MemoryWriter(broker), handle, rounds(1))

    assert [False] == marked


def test_an_unconfirmed_wave_marks_nothing() -> None:
    broker = broker_with(b"1")
    writer = MemoryWriter(broker)
    writer.failing = True

    with pytest.raises(NotConfirmedError):
        transform("t", MemoryReader(broker, "g", ["in"]), writer, copy_to_first, rounds(1))

    assert {} == broker.committed


def test_an_effect_is_applied_before_its_position_is_marked() -> None:
    broker = broker_with(b"1")
    seen: list[tuple[list[bytes | None], bool]] = []

    class Remembering:
        def apply(self, batch: Sequence[Incoming]) -> None:
            seen.append(([record.value for record in batch], ("g", AT) in broker.committed))

    effect("e", MemoryReader(broker, "g", ["in"]), Remembering(), rounds(1))

    assert ([([b"1"], False)], 1) == (seen, broker.committed["g", AT])


class Rows:
    """An outbox in memory."""

    def __init__(self, *rows: bytes) -> None:
        self.rows = list(rows)
        self.marked: list[tuple[bytes, Position]] = []
        self.waits = 0

    def pending(self, at_most: int) -> list[tuple[bytes, Outgoing]]:
        done = {row for row, _ in self.marked}
        return [(row, Outgoing("first", row, row)) for row in self.rows if row not in done][:at_most]

    def mark(self, rows: Sequence[bytes], positions: Sequence[Position]) -> None:
        self.marked += zip(rows, positions, strict=True)

    def wait(self, seconds: float) -> None:
        self.waits += 1


def test_a_relay_sends_in_order_and_marks_each_row_with_its_position() -> None:
    broker = broker_with()
    outbox = Rows(b"1", b"2", b"3")

    relay("r", outbox, MemoryWriter(broker), rounds(2))

    assert [b"1", b"2", b"3"] == values(broker, "first")
    assert [(row, Position("first", 0, n)) for n, row in enumerate([b"1", b"2", b"3"])] == outbox.marked


def test_what_goes_to_another_topic_is_sent_when_what_stands_before_it_is_stored() -> None:
    broker = broker_with()
    seen: list[tuple[str, int]] = []

    class Mixed(Rows):
        def pending(self, at_most: int) -> list[tuple[bytes, Outgoing]]:
            topics = ("first", "first", "then", "first")
            return [(row, Outgoing(topic, row, row)) for row, topic in zip(self.rows, topics, strict=True)]

    class Watching(MemoryWriter):
        def send(self, record: Outgoing) -> None:
            seen.append((record.topic, len(values(broker, "first")) + len(values(broker, "then"))))
            super().send(record)

    outbox = Mixed(b"1", b"2", b"3", b"4")
    relay_batch("r", outbox, Watching(broker))

    assert [("first", 0), ("first", 0), ("then", 2), ("first", 3)] == seen
    assert [Position("first", 0, 0), Position("first", 0, 1), Position("then", 0, 0), Position("first", 0, 2)] == [
        position for _, position in outbox.marked
    ]


def test_a_relay_with_nothing_to_send_waits() -> None:
    outbox = Rows()

    relay("r", outbox, MemoryWriter(broker_with()), rounds(2))

    assert 2 == outbox.waits


def test_an_unconfirmed_row_is_not_marked_and_is_sent_again() -> None:
    broker = broker_with()
    outbox = Rows(b"1")
    failing = MemoryWriter(broker)
    failing.failing = True
    with pytest.raises(NotConfirmedError):
        relay_batch("r", outbox, failing)

    relay_batch("r", outbox, MemoryWriter(broker))

    assert ([b"1"], [b"1"]) == (values(broker, "first"), [row for row, _ in outbox.marked])
