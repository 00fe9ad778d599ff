"""A sandbox's clock leaps ahead; where there is no leap the time is the log's."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.runtime.leaps import LOOK_SECONDS, Leap, Leaps

LEAPS = st.lists(st.builds(Leap, st.integers(0, 1000), st.integers(1, 1000)), max_size=4)


class Table:
    """Counts how often it is read."""

    def __init__(self, *leaps: Leap) -> None:
        self.leaps: Sequence[Leap] = leaps
        self.reads = 0

    def __call__(self) -> Sequence[Leap]:
        self.reads += 1
        return self.leaps


def test_without_a_leap_it_is_as_late_as_it_is() -> None:
    assert 1000 == Leaps(Table())(1000)


def test_what_happened_before_a_leap_happened_when_it_did() -> None:
    played = Leaps(Table(Leap(500, 70), Leap(900, 7)))

    assert [499, 570, 969, 977] == [played(instant) for instant in (499, 500, 899, 900)]


@given(LEAPS, st.integers(0, 2000), st.integers(0, 2000))
def test_time_never_runs_backwards(leaps: list[Leap], one: int, other: int) -> None:
    played = Leaps(Table(*leaps))
    before, after = sorted((one, other))

    assert after - before <= played(after) - played(before)


def test_a_new_leap_is_seen_soon_and_the_table_is_not_asked_for_each_record() -> None:
    table, now = Table(), [0.0]
    played = Leaps(table, lambda: now[0])
    before = [played(instant) for instant in range(100)]
    table.leaps = [Leap(50, 7)]
    now[0] += LOOK_SECONDS

    assert (list(range(100)), 107, 2) == (before, played(100), table.reads)


def test_whom_the_table_does_not_answer_asks_again_at_once() -> None:
    table = iter([ConnectionError(), [Leap(0, 7)]])

    def _read() -> Sequence[Leap]:
        found = next(table)
        if isinstance(found, Exception):
            raise found
        return found

    played = Leaps(_read, lambda: 0.0)
    with pytest.raises(ConnectionError):
        played(1)

    assert 8 == played(1)
