"""What was asked a moment ago of the very same objects is not worked out again; of equal ones it is."""

from collections.abc import Sequence

from kairan.remembering import kept_with_it, remembering


class Adder:
    def __init__(self) -> None:
        self.asked = 0
        self.of = remembering(self._of)

    def _of(self, one: Sequence[int], other: int) -> list[int]:
        self.asked += 1
        return [each + other for each in one]


def test_the_same_objects_are_asked_once() -> None:
    adder, numbers = Adder(), [1, 2]

    assert [[8, 9], [8, 9]] == [adder.of(numbers, 7) for _ in range(2)]
    assert 1 == adder.asked


def test_equal_objects_are_others() -> None:
    adder = Adder()
    first, second = [1], [1]
    adder.of(first, 7)
    adder.of(second, 7)

    assert 2 == adder.asked


def test_another_argument_is_another_question() -> None:
    adder, numbers = Adder(), [1]

    assert [[8], [9], [8]] == [adder.of(numbers, other) for other in (7, 8, 7)]


def test_what_was_asked_long_ago_is_forgotten() -> None:
    adder, numbers = Adder(), [[each] for each in range(20)]
    for each in numbers:
        adder.of(each, 7)

    assert ([7], 21) == (adder.of(numbers[0], 7), adder.asked)


class Basket:
    """Of numbers; how often they were added up is counted."""

    def __init__(self, *numbers: int) -> None:
        self.numbers, self.asked = numbers, 0


@kept_with_it
def total(basket: Basket) -> int:
    basket.asked += 1
    return sum(basket.numbers)


@kept_with_it
def largest(basket: Basket) -> int | None:
    basket.asked += 1
    return max(basket.numbers, default=None)


def test_what_is_kept_with_a_thing_is_asked_once_of_each_thing_and_for_each_question() -> None:
    one, other = Basket(1, 2), Basket(1, 2)

    assert [3, 2, 3, 2, 3] == [total(one), largest(one), total(one), largest(one), total(other)]
    assert (2, 1) == (one.asked, other.asked)


def test_that_there_is_nothing_is_kept_too() -> None:
    empty = Basket()

    assert [None, None] == [largest(empty), largest(empty)]
    assert 1 == empty.asked
