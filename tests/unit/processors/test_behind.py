"""One topic is known before another, however the two are read."""

from hypothesis import given
from hypothesis import strategies as st

from kairan.loops import next_offsets
from kairan.stream import Incoming, Outgoing, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from processors.runtime.behind import Behind

FIRST, THEN, LAST = "protection", "life-events", "life-events.bulk"
TOPICS = {FIRST: 2, THEN: 2, LAST: 1}
WRITES = st.lists(st.tuples(st.sampled_from([*TOPICS]), st.booleans()), max_size=20)


class Reading:
    """Three topics of which one is known before the next."""

    def __init__(self) -> None:
        self.broker = MemoryBroker(TOPICS, lambda: 0)
        self.last = self.reader(LAST)
        self.behind = Behind(self.reader(FIRST), Behind(self.reader(THEN), self.last))
        self.read = list[Incoming]()

    def reader(self, topic: str) -> MemoryReader:
        return MemoryReader(self.broker, "g", [topic], from_start=True)

    def write(self, topic: str, number: int) -> None:
        self.broker.append(Outgoing(topic, number.to_bytes(2), number.to_bytes(2)))

    def poll(self, at_most: int = 3) -> list[Incoming]:
        batch = self.behind.poll(0, at_most)
        self.read += batch
        return batch

    def drain(self, at_most: int = 3) -> list[str]:
        idle = 0
        while idle < 3:
            idle = 0 if self.poll(at_most) else idle + 1
        return [each.topic for each in self.read]


def test_all_that_is_there_is_read_in_turn() -> None:
    reading = Reading()
    for number, topic in enumerate([LAST, THEN, FIRST] * 4):
        reading.write(topic, number)

    assert [FIRST] * 4 + [THEN] * 4 + [LAST] * 4 == reading.drain()


@given(WRITES, st.integers(1, 4))
def test_nothing_is_handed_out_before_what_was_written_to_the_first_before_it(
    writes: list[tuple[str, bool]], at_most: int
) -> None:
    """Whoever writes goes on while it is read; the number of a record tells when it was written."""
    reading = Reading()
    for number, (topic, is_polled) in enumerate(writes):
        reading.write(topic, number)
        if is_polled:
            reading.poll(at_most)
    reading.drain(at_most)
    numbers = {each: int.from_bytes(each.value or b"") for each in reading.read}

    assert len(writes) == len(numbers) == len(reading.read)
    for place, record in enumerate(reading.read):
        before = {each for each in reading.read if each.topic == FIRST and numbers[each] < numbers[record]}
        assert record.topic == FIRST or before <= set(reading.read[:place])


class Late(MemoryReader):
    """Its records come only after it was asked a few times."""

    patience = 2

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        self.patience -= 1
        return super().poll(timeout, at_most) if self.patience < 0 else []


def test_a_first_one_that_is_silent_is_waited_for() -> None:
    broker = MemoryBroker({FIRST: 1, THEN: 1}, lambda: 0)
    for topic in (FIRST, THEN):
        broker.append(Outgoing(topic, b"k", b"v"))
    behind = Behind(Late(broker, "g", [FIRST], from_start=True), MemoryReader(broker, "g", [THEN], from_start=True))

    assert [[], [FIRST], [THEN], []] == [[each.topic for each in behind.poll(0, 9)] for _ in range(4)]


def test_it_goes_on_where_it_is_put_and_notes_where_it_was() -> None:
    reading = Reading()
    for topic in TOPICS:
        reading.write(topic, 0)
    reading.drain()
    for topic in TOPICS:
        reading.write(topic, 0)
    positions = reading.behind.positions()
    reading.poll()
    reading.behind.commit(next_offsets(reading.read))
    reading.behind.seek(dict.fromkeys(positions, 0))

    assert reading.behind.ends().keys() == positions.keys() == reading.behind.starts().keys()
    assert {TopicPartition(LAST, 0): 1} == {
        at: offset for (_, at), offset in reading.broker.committed.items() if at.topic == LAST
    }
    assert [FIRST] * 2 + [THEN] * 2 + [LAST] * 2 == reading.drain()[-6:]
