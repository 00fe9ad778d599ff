"""Timers fire late rather than early: never before everything that was appended before their time is consumed."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import wire
from kairan.stream import Incoming, TopicPartition
from kairan.testing import MemoryBroker, MemoryWriter
from processors.runtime import clock, inputs
from processors.runtime.process import Due, Stand
from processors.runtime.testing import MemoryJournal

A, B = TopicPartition("life-events", 0), TopicPartition("life-events", 1)
ANN = b"a" * 16
TOLD = json.dumps({"word": "Came"})


def test_with_everything_read_what_is_due_now_may_fire() -> None:
    assert 100 == clock.horizon(100, {A: 5, B: 0}, {A: Stand(5, 7)})


def test_while_a_partition_is_not_read_to_its_end_what_was_consumed_there_last_counts() -> None:
    assert 7 == clock.horizon(100, {A: 6, B: 3}, {A: Stand(5, 7), B: Stand(3, 9)})


def test_while_nothing_is_read_of_a_partition_that_holds_something_nothing_fires() -> None:
    assert 0 == clock.horizon(100, {A: 5, B: 1}, {A: Stand(5, 7)})


@given(
    st.dictionaries(st.sampled_from([A, B]), st.integers(0, 9)),
    st.dictionaries(st.sampled_from([A, B]), st.builds(Stand, st.integers(0, 9), st.integers(0, 200))),
)
def test_nothing_fires_ahead_of_the_clock(ends: Mapping[TopicPartition, int], stands: dict) -> None:
    assert 100 >= clock.horizon(100, ends, stands)


@pytest.fixture
def journal() -> MemoryJournal:
    journal = MemoryJournal()
    with journal.transaction():
        journal.set_timers({ANN: [Due(ANN, 50, TOLD)]})
    return journal


def fired(journal: MemoryJournal, until: int) -> tuple[int, list[Incoming]]:
    broker = MemoryBroker(partitions={inputs.TOPIC: 1})
    count = clock.fire("moving", journal, MemoryWriter(broker), until)
    return count, broker.records(inputs.TOPIC)


def test_a_timer_that_is_due_becomes_an_input_and_is_not_asked_for_again(journal: MemoryJournal) -> None:
    count, [record] = fired(journal, 50)

    assert (1, "moving", ANN.hex(), TOLD) == (count, *wire.decode_record(record.value or b"")[1].values())
    assert ANN == record.key
    assert (0, []) == fired(journal, 50)


def test_a_timer_that_is_not_due_waits(journal: MemoryJournal) -> None:
    assert (0, []) == fired(journal, 49)


class Deaf(MemoryWriter):
    """Dies before anything is confirmed."""

    def confirm(self) -> list:
        raise ConnectionError


def test_a_timer_that_was_not_stored_is_asked_for_again(journal: MemoryJournal) -> None:
    with pytest.raises(ConnectionError):
        clock.fire("moving", journal, Deaf(MemoryBroker(partitions={inputs.TOPIC: 1})), 50)

    assert 1 == fired(journal, 50)[0]


def test_while_nobody_knows_how_far_nothing_fires(journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "LOOK_SECONDS", 0)
    broker = MemoryBroker(partitions={inputs.TOPIC: 1})
    known, looks = iter([None, None, 50]), iter([False, False, False, True])
    clock.keep("moving", journal, MemoryWriter(broker), lambda _: next(known), lambda: next(looks))

    assert (0, 1) == (next(known, 0), len(broker.records(inputs.TOPIC)))


class Upstream:
    """A process whose letters tell another one."""

    def __init__(self, reached: int | None, *, waits: bool = False, ends: Mapping[TopicPartition, int]) -> None:
        self.reached, self.waits, self.ends = reached, waits, ends
        self.downstream = clock.Downstream(lambda: self.reached, lambda: self.waits, lambda: self.ends)


def test_who_is_told_by_letters_fires_when_what_was_told_before_that_time_is_consumed() -> None:
    upstream = Upstream(70, ends={A: 3})
    first = upstream.downstream({A: Stand(2, 99)})
    upstream.reached, upstream.ends = 80, {A: 5}

    assert (None, 70) == (first, upstream.downstream({A: Stand(3, 99)}))
    assert (70, 80) == (upstream.downstream({A: Stand(4, 99)}), upstream.downstream({A: Stand(5, 99)}))


@pytest.mark.parametrize("upstream", [Upstream(None, ends={}), Upstream(70, waits=True, ends={})])
def test_while_the_other_has_yet_to_tell_nothing_fires(upstream: Upstream) -> None:
    assert [None, None] == [upstream.downstream({}), upstream.downstream({})]
