"""Holds, and households that arrive in pieces."""

import pytest

from kairan.holds import Hold, Holds, encode
from kairan.stream import Incoming, Outgoing, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from processors.admission import waiting
from processors.admission.holding import HeldReader
from processors.admission.households import LARGEST, PATIENCE_SECONDS, Households
from processors.admission.members import Members
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import register

MOVED_IN, BORN = "residence.MovedIn", "vital.Born"
HERE, THERE = f"in.{s.YOKOHAMA}", f"in.{s.EDOGAWA}"
BULK = f"{HERE}.bulk"
MEMBER, TYPE = Hold("member", s.YOKOHAMA), Hold("type", BORN)
BIRTH, MOVE, TAX = s.statement(BORN), s.statement(MOVED_IN), s.statement("tax.ResidentTaxAssessed")


class Bench:
    """Ingress topics and holds."""

    def __init__(self) -> None:
        self.broker = MemoryBroker({HERE: 1, BULK: 1, THERE: 1, "holds": 1})
        holds = Holds(MemoryReader(self.broker, "holds", ["holds"]))
        self.inputs = MemoryReader(self.broker, "admission", [HERE, BULK, THERE])
        self.reader = HeldReader(self.inputs, holds, Members(register()).ingress, lambda: 0.0)

    def hold(self, hold: Hold) -> None:
        self.broker.append(Outgoing("holds", hold.key(), encode(hold, "operator", 0)))

    def resume(self, hold: Hold) -> None:
        self.broker.append(Outgoing("holds", hold.key(), None))

    def send(self, topic: str, *values: bytes) -> None:
        for value in values:
            self.broker.append(Outgoing(topic, b"", value))

    def read(self) -> list[tuple[str, int]]:
        return [(record.topic, record.offset) for record in self.reader.poll(0, 100)]


def test_a_held_member_is_paused_and_others_flow() -> None:
    bench = Bench()
    bench.hold(MEMBER)
    bench.send(HERE, MOVE)
    bench.send(THERE, MOVE)

    assert [(THERE, 0)] == bench.read()


def test_a_resumed_member_goes_on_without_loss() -> None:
    bench = Bench()
    bench.hold(MEMBER)
    bench.send(HERE, MOVE, MOVE)
    bench.read()
    bench.resume(MEMBER)

    assert [(HERE, 0), (HERE, 1)] == bench.read()


def test_a_held_type_stops_its_lane_at_the_first_such_statement() -> None:
    bench = Bench()
    bench.hold(TYPE)
    bench.send(HERE, MOVE, BIRTH, MOVE)
    bench.send(THERE, MOVE)

    assert [[(HERE, 0), (THERE, 0)], []] == [bench.read(), bench.read()]


def test_a_live_lane_that_stopped_stops_its_bulk_lane_and_nobody_elses() -> None:
    bench = Bench()
    bench.hold(TYPE)
    bench.send(HERE, MOVE, BIRTH)
    bench.send(BULK, TAX, TAX)
    bench.send(THERE, MOVE)
    before = [bench.read(), bench.read()]
    bench.send(BULK, TAX)
    before.append(bench.read())
    bench.resume(TYPE)

    assert [[(HERE, 0), (THERE, 0)], [], []] == before
    assert [(HERE, 1), (BULK, 0), (BULK, 1), (BULK, 2)] == bench.read()


def test_of_a_bulk_lane_that_waits_only_so_much_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A live lane can be long behind; what waits for it stays in its topic."""
    monkeypatch.setattr(waiting, "OF_LANES", 1000 + 2 * len(TAX))
    bench = Bench()
    bench.inputs.pause([TopicPartition(HERE, 0)])
    bench.send(HERE, MOVE)
    read = []
    for _ in range(5):
        bench.send(BULK, TAX)
        assert [] == bench.read()
        read.append(bench.inputs.positions()[TopicPartition(BULK, 0)])
    bench.inputs.resume([TopicPartition(HERE, 0)])

    assert [1, 2, 0, 0, 0] == read
    assert [(HERE, 0)] == bench.read()
    assert [(BULK, offset) for offset in range(5)] == bench.read()


def test_a_household_behind_what_a_bulk_lane_gives_back_comes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    bench.inputs.pause([TopicPartition(HERE, 0)])
    bench.send(HERE, MOVE)
    bench.send(BULK, TAX, member_of("a").value or b"")
    monkeypatch.setattr(waiting, "OF_LANES", 1)
    assert [] == bench.read()
    monkeypatch.undo()
    bench.inputs.resume([TopicPartition(HERE, 0)])
    bench.send(BULK, TAX)

    assert [[(HERE, 0)], [(BULK, 0), (BULK, 1), (BULK, 2)]] == [bench.read(), bench.read()]


def test_behind_a_resumed_type_the_order_is_as_it_was() -> None:
    bench = Bench()
    bench.hold(TYPE)
    bench.send(HERE, MOVE, BIRTH, MOVE)
    bench.read()
    bench.resume(TYPE)

    assert [(HERE, 1), (HERE, 2)] == bench.read()


def test_a_lane_that_stopped_stays_stopped_while_another_hold_ends() -> None:
    bench = Bench()
    bench.hold(TYPE)
    bench.hold(MEMBER)
    bench.send(HERE, BIRTH)
    bench.resume(MEMBER)
    bench.read()

    assert [] == bench.read()


def test_bytes_that_name_no_type_are_not_held() -> None:
    bench = Bench()
    bench.hold(TYPE)
    bench.send(HERE, b"?")

    assert [(HERE, 0)] == bench.read()


def test_seeking_keeps_what_is_held_paused() -> None:
    bench = Bench()
    bench.hold(MEMBER)
    bench.send(HERE, MOVE)
    bench.read()
    bench.reader.seek({TopicPartition(HERE, 0): 0})

    assert [] == bench.read()


def member_of(group: str | None, size: int = 3, topic: str = HERE) -> Incoming:
    value = s.statement(MOVED_IN, group=None if group is None else {"id": group, "size": size})
    return Incoming(topic, 0, 0, 0, b"", value)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def passed(*batches: list[Incoming]) -> list[int]:
    """How many records go on after each batch, while no time passes."""
    households = Households(Clock())
    return [len(households.through(batch)) for batch in batches]


def test_half_a_household_waits_for_the_rest() -> None:
    assert [0, 0, 3] == passed([member_of("a")], [member_of("a")], [member_of("a")])


def test_a_complete_household_does_not_wait() -> None:
    assert [3] == passed([member_of("a")] * 3)


def test_neither_does_somebody_alone() -> None:
    assert [2, 1] == passed([member_of("a", 1), member_of(None)], [member_of("b", 1)])


def test_nobody_else_waits_for_a_household() -> None:
    assert [2, 1] == passed(
        [member_of(None), member_of("a"), member_of(None, topic=THERE)], [member_of(None, topic=THERE)]
    )


def test_behind_a_begun_household_the_order_is_kept() -> None:
    households = Households(Clock())
    first, last = member_of("a"), member_of(None)
    households.through([first])

    assert [first, last] == households.through([last])


def test_a_household_that_does_not_come_is_not_waited_for_for_ever() -> None:
    clock = Clock()
    households = Households(clock)
    households.through([member_of("a")])
    clock.seconds = PATIENCE_SECONDS / 2
    households.through([member_of("a")])
    clock.seconds = PATIENCE_SECONDS

    assert (2, False) == (len(households.through([])), households.are_awaited)


def test_nothing_is_decoded_that_is_too_large_for_a_statement() -> None:
    """Two megabytes of related persons were two hundred of memory, and each poll decoded them again."""
    related = [{"role": "", "atena_number": ""}] * 40_000
    large = s.statement(MOVED_IN, group={"id": "a", "size": 3}, related=related)

    assert [1] == passed([Incoming(HERE, 0, 0, 0, b"", large)])


def test_a_bulk_lane_waits_for_a_household_that_was_read_and_waits_for_its_rest() -> None:
    bench = Bench()
    bench.send(HERE, *[member_of("a").value or b""] * 2)
    bench.send(BULK, TAX)
    before = bench.read()
    bench.send(HERE, member_of("a").value or b"")

    assert [[], [*((HERE, offset) for offset in range(3)), (BULK, 0)]] == [before, bench.read()]


def test_nobody_waits_for_a_household_that_is_larger_than_any() -> None:
    assert [0, 2] == passed([member_of("a", LARGEST)], [member_of("b", LARGEST + 1)])


def test_of_all_households_no_more_waits_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is admitted without its rest: the room is for all members together."""
    here, there = member_of("a"), member_of("b", topic=THERE)
    monkeypatch.setattr(waiting, "OF_HOUSEHOLDS", waiting.cost(here) + waiting.cost(there))

    assert [0, 0, 2, 0] == passed([here], [there], [here], [here])


def test_what_is_read_again_does_not_wait_as_well() -> None:
    bench = Bench()
    bench.send(HERE, member_of("a").value or b"")
    assert [] == bench.read()
    bench.reader.seek({TopicPartition(HERE, 0): 0})
    bench.send(HERE, MOVE)

    assert [(HERE, 0), (HERE, 1)] == bench.read()


def test_a_held_type_behind_a_begun_household_is_not_passed_twice() -> None:
    bench = Bench()
    bench.hold(TYPE)
    bench.send(HERE, BIRTH, member_of("a").value or b"")

    assert [[], []] == [bench.read(), bench.read()]
    bench.resume(TYPE)
    bench.send(HERE, MOVE)
    assert [(HERE, 0), (HERE, 1), (HERE, 2)] == bench.read()
