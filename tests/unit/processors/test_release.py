"""What a mistake of ours held is decided when a mended program starts, as if there had been no mistake."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.decider import Decider
from kairan.loops import Stop
from kairan.single_records import SingleRecords
from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from processors.runtime import clock, inputs
from processors.runtime import release as releasing
from processors.runtime.process import Due, Process, Row, TakenError, Told
from processors.runtime.release import release
from processors.runtime.runtime import Runtime
from processors.runtime.testing import MemoryJournal
from tests.unit.processors.test_runtime import ANN, BEN, PURSE, Paid, Thanked, coins

PAYMENTS, LATE = "payments", 999
Purse: TypeAlias = Process[int, Paid, Thanked]


def decides(least: int) -> Purse:
    """As PURSE, but what is less than this cannot be paid."""

    def decide(purse: int, paid: Paid) -> Sequence[Thanked]:
        if paid.coins < least:
            raise ZeroDivisionError
        return [Thanked(purse + paid.coins)]

    return replace(PURSE, read=read, decider=Decider(0, decide, PURSE.decider.evolve))


def read(record: Incoming) -> Iterable[Told[Paid]]:
    return inputs.read(PURSE.name, PURSE.words, record) if record.topic == inputs.TOPIC else PURSE.read(record)


BROKEN, BETTER, MENDED = decides(0), decides(-1), decides(-9)


@dataclass
class World:
    """Payments on two partitions, the process's inputs, and a journal."""

    broker: MemoryBroker = field(default_factory=lambda: MemoryBroker({PAYMENTS: 2, inputs.TOPIC: 1}))
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    came: list[Incoming] = field(default_factory=list)

    def pay(self, process: Purse, *told: tuple[bytes, int], partitions: Sequence[int] = ()) -> None:
        """One batch, in this order."""
        at = [
            self.broker.append(Outgoing(PAYMENTS, instance, str(coins).encode(), partition))
            for (instance, coins), partition in zip(told, partitions or [0] * len(told), strict=True)
        ]
        self.come(process, [self.broker.slice(TopicPartition(*each[:2]), each.offset, 1)[0] for each in at])

    def come(self, process: Purse, batch: list[Incoming]) -> None:
        self.came += batch
        Runtime(process, self.journal).apply(batch)

    def singly(self) -> SingleRecords:
        return SingleRecords(MemoryReader(self.broker, "held", [PAYMENTS, inputs.TOPIC], from_start=True), patience=2)

    def release(self, process: Purse, stop: Stop = lambda: False) -> None:
        release(Runtime(process, self.journal), self.journal, self.singly(), stop)

    def paid(self) -> tuple[list[int], list[int]]:
        return coins(self.journal, ANN), coins(self.journal, BEN)


def kept(
    journal: MemoryJournal,
) -> tuple[Sequence[Row], list[Due], Mapping[bytes, list[bytes | None]], Sequence[bytes]]:
    """Lines, timers, each one's letters in their order, and who is held."""
    sent = [each for _, each in journal.pending(LATE)]
    letters = {instance: [each.value for each in sent if each.key == instance] for instance in (ANN, BEN)}
    lines = [row for _, row in sorted(journal._kept.lines.items())]
    return lines, journal.due(LATE, LATE), letters, journal.all_held()


def held() -> World:
    """Ann has paid 2, then what cannot be paid, then 4; Ben 5, then the same, then 1."""
    world = World()
    world.pay(BROKEN, (ANN, 2), (BEN, 5), (ANN, -1), (BEN, -2), (ANN, 4), (BEN, 1))
    assert ([2], [5]) == world.paid()
    return world


def test_what_was_held_is_decided_in_its_order_and_what_comes_then_goes_on() -> None:
    world = held()
    world.release(MENDED)

    assert ([2, -1, 4], [5, -2, 1]) == world.paid()
    assert [] == world.journal.all_held()
    world.pay(MENDED, (ANN, 8))
    assert [2, -1, 4, 8] == coins(world.journal, ANN)


def test_what_still_cannot_be_decided_is_held_from_there_on_and_alarmed_again_and_nobody_else_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    world.pay(BROKEN, (BEN, -1), (BEN, -2), (ANN, -1), (BEN, -1), (ANN, 4))
    capsys.readouterr()
    monkeypatch.setattr(releasing, "_AT_ONCE", 1)
    world.release(BETTER)

    assert ([-1, 4], [-1], [BEN]) == (*world.paid(), world.journal.all_held())
    assert [1, 3] == [at.offset for at in world.journal.waiting(BEN)]
    assert 1 == capsys.readouterr().out.count("an input is not decided")


STEPS = ["waiting", "histories", "append", "post", "set_timers", "release"]


@pytest.mark.parametrize("step", STEPS)
def test_a_release_that_fails_at_any_step_leaves_everything_as_it_was_and_the_next_start_does_it(step: str) -> None:
    world = held()
    before = kept(world.journal)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(world.journal, step, lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            world.release(MENDED)

    assert before == kept(world.journal)
    world.release(MENDED)
    assert ([2, -1, 4], [5, -2, 1]) == world.paid()


def test_a_release_that_fails_at_an_instance_has_kept_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    world = held()
    append = world.journal.append

    def fails_for_ben(rows: Iterable[Row]) -> None:
        lines = list(rows)
        assert all(row.instance == ANN for row in lines)
        append(lines)

    monkeypatch.setattr(world.journal, "append", fails_for_ben)
    with pytest.raises(AssertionError):
        world.release(MENDED)

    assert ([2, -1, 4], [5], [BEN]) == (*world.paid(), world.journal.all_held())


def test_to_release_twice_changes_nothing() -> None:
    world = held()
    world.release(BETTER)
    before = kept(world.journal)
    world.release(BETTER)

    assert before == kept(world.journal)


def test_what_was_released_is_acted_on_once_although_its_batch_comes_again() -> None:
    world = held()
    world.release(MENDED)
    before = kept(world.journal)
    world.come(MENDED, list(world.came))

    assert before == kept(world.journal)


def test_who_is_to_stop_begins_no_other_instance() -> None:
    world, asked = held(), list[bool]()

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 1

    world.release(MENDED, stop)

    assert ([2, -1, 4], [5]) == world.paid()


def test_a_timer_that_was_due_waits_like_any_input_and_is_told_in_its_turn() -> None:
    world = World()
    world.pay(BROKEN, (ANN, 2), (ANN, -1))
    assert 1 == clock.fire(PURSE.name, world.journal, MemoryWriter(world.broker), LATE)
    world.come(BROKEN, world.broker.records(inputs.TOPIC))
    world.pay(BROKEN, (ANN, 4))
    world.release(MENDED)

    assert [2, -1, 1, 4] == coins(world.journal, ANN)
    assert [(ANN, 106)] == [each[:2] for each in world.journal.due(LATE, 9)]


def test_a_timer_that_was_told_when_it_was_not_set_and_is_set_again_behind_that_is_due() -> None:
    world = World()
    world.pay(BROKEN, (ANN, 2), (ANN, -2))
    clock.fire(PURSE.name, world.journal, MemoryWriter(world.broker), LATE)
    world.come(BROKEN, world.broker.records(inputs.TOPIC))
    world.pay(BROKEN, (ANN, 2))
    world.release(replace(MENDED, accepts=lambda purse, paid: paid.coins != 1 or purse > 0))

    assert [2, -2, 2] == coins(world.journal, ANN)
    assert [(ANN, 102)] == [each[:2] for each in world.journal.due(LATE, 9)]


def test_a_record_that_tells_others_too_is_told_again_to_those_who_were_held() -> None:
    def to_both(record: Incoming) -> Iterable[Told[Paid]]:
        paid = Paid(int(record.value or b""))
        return [Told(ANN, paid), *([Told(BEN, paid)] if paid.coins > 0 else [])]

    world = World()
    world.pay(replace(BROKEN, read=to_both), (b"", -1), (b"", 2))
    world.release(replace(MENDED, read=to_both))

    assert ([-1, 2], [2]) == world.paid()


def test_what_a_mended_reader_takes_for_nothing_waits_no_longer() -> None:
    world = held()
    world.release(replace(BROKEN, read=lambda record: [told for told in read(record) if told.told.coins > 0]))

    assert ([2, 4], [5, 1], []) == (*world.paid(), world.journal.all_held())


def test_who_misses_an_input_that_the_topic_has_lost_stays_held_with_an_alarm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = held()
    world.broker.forget(TopicPartition(PAYMENTS, 0), 3)
    world.release(MENDED)

    assert ([2], [5, -2, 1], [ANN]) == (*world.paid(), world.journal.all_held())
    assert "restore the topic" in capsys.readouterr().out


@dataclass
class Meanwhile(SingleRecords):
    """While this reads, somebody else does something."""

    reads: SingleRecords
    does: Stop

    def lost(self, positions: Iterable[Position]) -> set[Position]:
        return self.reads.lost(positions)

    def read(self, positions: set[Position]) -> Mapping[Position, Incoming]:
        self.does()
        return self.reads.read(positions)


def release_both(world: World, other: Stop) -> None:
    release(Runtime(MENDED, world.journal), world.journal, Meanwhile(world.singly(), other), lambda: False)


def test_of_two_that_release_the_same_one_is_told_that_it_is_taken_and_nothing_is_told_twice() -> None:
    world = held()
    with pytest.raises(TakenError):
        release_both(world, lambda: world.release(MENDED) is None)

    assert ([2, -1, 4], [5, -2, 1]) == world.paid()


def test_an_owner_that_still_holds_more_meanwhile_is_noticed_and_nothing_is_lost() -> None:
    world = held()
    with pytest.raises(TakenError):
        release_both(world, lambda: world.pay(BROKEN, (ANN, 8)) is None)
    assert ([2], [5]) == world.paid()
    world.release(MENDED)

    assert ([2, -1, 4, 8], [5, -2, 1]) == world.paid()


def test_a_version_that_somebody_else_wrote_meanwhile_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    world = held()
    before = kept(world.journal)
    monkeypatch.setattr(world.journal, "histories", lambda instances, _: dict.fromkeys(instances, ()))
    with pytest.raises(TakenError):
        world.release(MENDED)

    assert before == kept(world.journal)


PAYMENT = st.tuples(st.sampled_from([ANN, BEN]), st.integers(-2, 3), st.integers(0, 1))
Batches: TypeAlias = list[list[tuple[bytes, int, int]]]
BATCHES = st.lists(st.lists(PAYMENT, min_size=1, max_size=4), max_size=4)


def play(batches: Iterable[tuple[Purse, list[tuple[bytes, int, int]]]], world: World) -> None:
    for process, batch in batches:
        world.pay(process, *[each[:2] for each in batch], partitions=[each[2] for each in batch])


@given(BATCHES, BATCHES, BATCHES)
def test_whatever_was_held_and_released_the_journal_is_as_if_it_had_been_decided_at_once(
    first: Batches, second: Batches, third: Batches
) -> None:
    world, at_once = World(), World()
    play([(BROKEN, batch) for batch in first], world)
    world.release(BETTER)
    play([(BETTER, batch) for batch in second], world)
    world.release(MENDED)
    play([(MENDED, batch) for batch in third], world)
    play([(MENDED, batch) for batch in (*first, *second, *third)], at_once)

    assert (kept(at_once.journal), at_once.journal.stands()) == (kept(world.journal), world.journal.stands())
