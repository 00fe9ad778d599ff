"""What comes next is made ready beside the work, in order, and only where there is a next."""

from collections.abc import Sequence
from threading import Event, current_thread

import pytest

from connectors.postgres import ahead
from connectors.postgres.ahead import ahead as made_ahead

SECONDS = 20


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PART", 2)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_parts_come_in_their_order_each_with_what_was_made_of_it(count: int) -> None:
    found = list(made_ahead(sum, range(count)))

    assert list(range(count)) == [number for part, _ in found for number in part]
    assert [sum(part) for part, _ in found] == [made for _, made in found]


def test_the_next_part_is_made_while_one_is_worked_on() -> None:
    made = {number: Event() for number in (0, 2, 4)}

    def _make(part: Sequence[int]) -> None:
        made[part[0]].set()

    parts = made_ahead(_make, range(6))
    next(parts)

    assert made[2].wait(SECONDS)
    assert not made[4].is_set()
    assert 2 == len(list(parts))


def test_who_has_one_part_is_not_sent_to_another_thread() -> None:
    assert [current_thread()] == [made for _, made in made_ahead(lambda _: current_thread(), range(2))]


def test_what_making_raises_is_raised_behind_the_parts_before() -> None:
    def _make(part: Sequence[int]) -> int:
        return 1 // (2 - part[0])

    parts = made_ahead(_make, range(6))

    assert 0 == next(parts)[1]
    with pytest.raises(ZeroDivisionError):
        next(parts)
