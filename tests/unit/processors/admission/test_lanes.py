"""The bulk lane of a member waits for its live lane, and for nothing else."""

from collections.abc import Collection, Mapping

from kairan.stream import Incoming, Outgoing, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from processors.admission.lanes import Lanes
from processors.admission.members import Members
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import register

LIVE, BULK, ELSEWHERE = f"in.{s.YOKOHAMA}", f"in.{s.YOKOHAMA}.bulk", f"in.{s.EDOGAWA}"
NONE: Mapping[str, int] = {}
TOPICS = (LIVE, BULK, ELSEWHERE, f"{ELSEWHERE}.bulk")


class Bench:
    """Ingress topics, of which a test says what is read next."""

    def __init__(self) -> None:
        self.broker = MemoryBroker(dict.fromkeys(TOPICS, 1))
        self.reader = MemoryReader(self.broker, "admission", TOPICS)
        self.lanes = Lanes(self.reader, Members(register()).ingress)

    def send(self, topic: str, count: int = 1) -> None:
        for _ in range(count):
            self.broker.append(Outgoing(topic, b"", b""))

    def read(
        self, topic: str | None = None, held: Collection[str] = (), begun: Mapping[str, int] = NONE
    ) -> list[tuple[str, int]]:
        """Reads this topic to its end, or nothing; what goes on."""
        batch: list[Incoming] = []
        if topic is not None:
            others = [TopicPartition(each, 0) for each in TOPICS if each != topic]
            self.reader.pause(others)
            batch = self.reader.poll(0, 100)
            self.reader.resume(others)
        given = [record for record in batch if record.offset < begun.get(record.topic, record.offset + 1)]
        passed = self.lanes.through(given, begun, {TopicPartition(each, 0) for each in held})
        return [(record.topic, record.offset) for record in passed]


def test_bulk_records_wait_until_the_live_lane_was_read_as_far_as_it_reached_when_they_came() -> None:
    bench = Bench()
    bench.send(LIVE, 2)
    bench.send(BULK)

    assert [] == bench.read(BULK)
    assert [(LIVE, 0), (LIVE, 1), (BULK, 0)] == bench.read(LIVE)
    assert not bench.lanes.are_awaited


def test_what_is_stated_live_meanwhile_does_not_make_them_wait_longer() -> None:
    bench = Bench()
    bench.send(LIVE)
    bench.send(BULK)
    bench.read(BULK)
    bench.reader.seek({TopicPartition(LIVE, 0): 1})
    bench.send(LIVE, 5)

    assert [(BULK, 0)] == bench.read()


def test_they_keep_their_order() -> None:
    bench = Bench()
    bench.send(LIVE)
    bench.send(BULK)
    bench.read(BULK)
    bench.send(BULK)

    assert [] == bench.read(BULK)
    assert [(LIVE, 0), (BULK, 0), (BULK, 1)] == bench.read(LIVE)


def test_another_members_live_lane_is_not_waited_for() -> None:
    bench = Bench()
    bench.send(ELSEWHERE)
    bench.send(BULK)

    assert [(BULK, 0)] == bench.read(BULK)


def test_a_household_that_was_read_and_waits_for_its_rest_is_waited_for() -> None:
    bench = Bench()
    bench.send(LIVE, 3)
    bench.send(BULK)
    bench.read(BULK)

    assert [(LIVE, 0)] == bench.read(LIVE, begun={LIVE: 1})
    assert [] == bench.read(begun={LIVE: 1})
    assert [(BULK, 0)] == bench.read()


def test_behind_a_live_lane_is_the_bulk_lane_of_the_same_member() -> None:
    lanes, live = Bench().lanes, {TopicPartition(LIVE, 0)}

    assert [BULK] == [topic for topic in TOPICS if lanes.is_behind(TopicPartition(topic, 0), live)]


def test_what_waits_in_a_lane_that_is_held_goes_on_when_it_is_resumed() -> None:
    bench = Bench()
    bench.send(LIVE)
    bench.send(BULK)
    bench.read(BULK)

    assert [(LIVE, 0)] == bench.read(LIVE, held=[BULK])
    assert [(BULK, 0)] == bench.read()


def test_what_is_read_again_does_not_come_twice() -> None:
    bench = Bench()
    bench.send(LIVE)
    bench.send(BULK)
    bench.read(BULK)

    bench.lanes.forget([BULK])

    assert [(LIVE, 0)] == bench.read(LIVE)
