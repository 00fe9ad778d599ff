"""Issues 宛名番号 and 世帯番号 as core systems do: 15 digits, the last a check digit (M11W2-7)."""

from collections.abc import Iterator
from itertools import count
from random import Random

WEIGHTS = (2, 3, 4, 5, 6, 7)


def with_check_digit(body: int) -> str | None:
    """The 15 digits of a running number; None where the remainder is 1: such a number is not issued."""
    digits = f"{body:014d}"
    total = sum(int(digit) * WEIGHTS[place % 6] for place, digit in enumerate(reversed(digits)))
    remainder = total % 11
    return None if remainder == 1 else f"{digits}{-remainder % 11}"


def issued(random: Random, start: int) -> Iterator[str]:
    """Numbers in rising order with gaps, as numbers that were once issued and closed leave them."""
    bodies = count(start)
    for body in bodies:
        number = with_check_digit(body)
        if number is not None and random.random() > 0.3:
            yield number
