"""The bulk lane of a member waits for its live lane, and for nothing else."""

import tracemalloc
from collections.abc import Collection, Mapping

import pytest

from kairan.stream import Incoming, Outgoing, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from processors.admission import waiting
from processors.admission.lanes import AGAIN_SECONDS, Lanes
from processors.admission.members import Members
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import register

LIVE, BULK, ELSEWHERE = f"in.{s.YOKOHAMA}", f"in.{s.YOKOHAMA}.bulk", f"in.{s.EDOGAWA}"
NONE: Mapping[str, int] = {}
BULK_ELSEWHERE = f"{ELSEWHERE}.bulk"
TOPICS = (LIVE, BULK, ELSEWHERE, BULK_ELSEWHERE)


class Bench:
    """Ingress topics, of which a test says what is read next."""

    def __init__(self) -> None:
        self.broker = MemoryBroker(dict.fromkeys(TOPICS, 1))
        self.reader = MemoryReader(self.broker, "admission", TOPICS)
        self.begun: Mapping[str, int] = NONE
        self.seconds = 0.0
        self.lanes = Lanes(self.reader, Members(register()).ingress, self.given_out, lambda: self.seconds)

    def given_out(self) -> dict[TopicPartition, int]:
        return self.reader.positions() | {TopicPartition(topic, 0): offset for topic, offset in self.begun.items()}

    def send(self, topic: str, count: int = 1, size: int = 0) -> None:
        for _ in range(count):
            self.broker.append(Outgoing(topic, b"", bytes(size)))

    def give_back(self) -> dict[str, int]:
        places = self.lanes.give_back()
        self.reader.seek(places)
        return {at.topic: offset for at, offset in places.items()}

    def full(self) -> set[str]:
        return {at.topic for at in self.lanes.full()}

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
        self.begun = begun
        passed = self.lanes.through(given, {TopicPartition(each, 0) for each in held})
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


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for some ten records of a thousand bytes."""
    monkeypatch.setattr(waiting, "OF_LANES", 15_000)


@pytest.mark.usefixtures("small")
def test_all_lanes_together_keep_no_more_than_there_is_room_for() -> None:
    """Each had room of its own: hundreds of megabytes for a hundred members after an outage."""
    bench = Bench()
    bench.send(LIVE)
    bench.send(ELSEWHERE)
    bench.send(BULK, 8, 1000)
    bench.send(BULK_ELSEWHERE, 7, 1000)
    bench.read(BULK)

    assert {} == bench.give_back()
    bench.read(BULK_ELSEWHERE)
    assert {BULK: 0} == bench.give_back()
    assert {BULK} == bench.full()
    assert {} == bench.give_back()


@pytest.mark.usefixtures("small")
def test_what_was_given_back_is_read_again_when_the_live_lane_is_where_it_was_then() -> None:
    bench = Bench()
    bench.send(LIVE, 2)
    bench.send(BULK, 20, 1000)
    bench.read(BULK)
    bench.give_back()

    bench.reader.seek({TopicPartition(LIVE, 0): 1})
    assert [] == bench.read()
    assert {BULK} == bench.full()
    assert [(LIVE, 1)] == bench.read(LIVE)
    assert set() == bench.full()
    assert [(BULK, offset) for offset in range(20)] == bench.read(BULK)


@pytest.mark.usefixtures("small")
def test_room_is_free_again_when_what_waited_goes_on() -> None:
    bench = Bench()
    for _ in range(3):
        bench.send(LIVE)
        bench.send(BULK, 10, 1000)
        bench.read(BULK)
        assert {} == bench.give_back()
        bench.read(LIVE)
        assert not bench.lanes.are_awaited


@pytest.mark.usefixtures("small")
def test_so_it_is_when_a_part_goes_on() -> None:
    bench = Bench()
    for offset in range(8):
        bench.send(LIVE)
        bench.send(BULK, 5, 1000)
        bench.read(BULK)
        bench.reader.seek({TopicPartition(LIVE, 0): offset})
        bench.read()
        assert {} == bench.give_back()


def test_what_goes_on_at_once_is_no_more_than_a_batch_and_every_lane_has_a_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A batch decoded is many times as large as its bytes: what waited at a hundred members does not go on as one."""
    monkeypatch.setattr(waiting, "AT_ONCE", 2_000)
    bench = Bench()
    bench.send(LIVE)
    bench.send(ELSEWHERE)
    for _ in range(3):
        for topic in (BULK, BULK_ELSEWHERE):
            bench.send(topic, 1, 1000)
            bench.read(topic)
    bench.reader.seek({TopicPartition(topic, 0): 1 for topic in (LIVE, ELSEWHERE)})

    assert [[(BULK, n), (BULK_ELSEWHERE, n)] for n in range(3)] == [bench.read() for _ in range(3)]
    assert not bench.lanes.are_awaited


def test_a_lane_behind_others_is_not_passed_over_when_they_wait_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "AT_ONCE", 1)
    bench = Bench()
    bench.send(LIVE)
    bench.send(ELSEWHERE)
    for topic in (BULK, BULK, BULK_ELSEWHERE):
        bench.send(topic)
        bench.read(topic)
    bench.reader.seek({TopicPartition(topic, 0): 1 for topic in (LIVE, ELSEWHERE)})

    assert [[(BULK, 0)], [(BULK_ELSEWHERE, 0)], [(BULK, 1)]] == [bench.read() for _ in range(3)]


def test_a_live_lane_without_a_leader_keeps_its_own_bulk_lane_waiting_and_nobody_elses() -> None:
    bench = Bench()
    bench.broker.leaderless = {TopicPartition(LIVE, 0)}
    bench.send(BULK)
    bench.send(BULK_ELSEWHERE)

    assert [] == bench.read(BULK)
    assert [(BULK_ELSEWHERE, 0)] == bench.read(BULK_ELSEWHERE)
    assert {BULK} == bench.full()


def test_its_end_is_asked_for_again_but_not_at_every_poll() -> None:
    """Each question may last seconds."""
    bench = Bench()
    bench.broker.leaderless = {TopicPartition(LIVE, 0)}
    bench.send(BULK)
    bench.read(BULK)
    bench.read()
    bench.broker.leaderless.clear()

    assert [] == bench.read()
    bench.seconds = AGAIN_SECONDS
    assert [(BULK, 0)] == bench.read()
    assert set() == bench.full()


def test_no_end_is_asked_for_but_those_of_the_live_lanes_that_bulk_records_wait_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A partition of somebody else that has no leader made everybody wait for fifteen seconds, and then the end."""
    bench = Bench()
    asked: list[TopicPartition] = []
    monkeypatch.setattr(bench.reader, "ends_of", lambda these: asked.extend(these) or dict.fromkeys(asked, 0))
    bench.send(BULK)
    bench.read(BULK)

    assert [TopicPartition(LIVE, 0)] == asked


def test_a_record_that_waits_costs_no_more_memory_than_is_counted() -> None:
    tracemalloc.start()
    records = [_record(offset) for offset in range(2_000)]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken < sum(map(waiting.cost, records)) < 1.3 * taken


def _record(offset: int) -> Incoming:
    """As a client makes it: every object its own."""
    topic, partition = f"{LIVE}.bulk", int("0")
    return Incoming(topic, partition, 10**9 + offset, 10**12 + offset, b"%015d" % offset, bytes(100 + offset % 2))
