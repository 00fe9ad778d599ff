"""
All that is left to chance in one run, drawn from one seed: which faults there are, how often, and each single one.

A seed has some faults and lacks others: a run in which everything goes wrong at once hides what one fault alone does.
"""

from collections import Counter
from collections.abc import Mapping, MutableSequence, Sequence
from random import Random
from typing import Any, Literal, TypeVar, get_args

Fault = Literal["kill", "torn", "lost-acknowledgement", "doubled", "stalled", "database", "forgotten", "slow", "skewed"]
FAULTS: Sequence[Fault] = get_args(Fault)
RATES = (0.01, 0.03, 0.1)
OFTEN: Mapping[Fault, Sequence[float]] = {"doubled": (0.03, 0.3), "forgotten": (0.3, 0.7), "slow": (0.1, 0.3)}
"""What there are few occasions for."""
MOST_SKEWED_MS = 5 * 60_000
ONCE_ENOUGH = 50
"""Faults in one run: a run that dies again and again shows nothing new."""

Any_ = TypeVar("Any_")


class Chance:
    """``happened`` counts the faults there were; after ``calm`` there are none any more."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._rates = {
            fault: self.random.choice(OFTEN.get(fault, RATES)) for fault in FAULTS if self.random.random() < 0.5
        }
        self.happened: Counter[str] = Counter()
        self._left = ONCE_ENOUGH

    def of(self, fault: Fault, at: str = "") -> bool:
        """Does it happen here?"""
        rate = self._rates.get(fault)
        if rate is None or self.random.random() >= rate or not self._left:
            return False
        self._left -= 1
        self.happened[f"{fault} {at}" if at else fault] += 1
        return True

    def calm(self) -> None:
        self._rates = {}

    def skew(self) -> int:
        """How far a clock is off, in milliseconds."""
        if "skewed" not in self._rates:
            return 0
        self.happened["skewed"] += 1
        return self.random.randint(-MOST_SKEWED_MS, MOST_SKEWED_MS)

    def is_likely(self, probability: float) -> bool:
        """For what is no fault."""
        return self.random.random() < probability

    def below(self, number: int) -> int:
        return int(self.random.random() * number)

    def one_of(self, these: Sequence[Any_]) -> Any_:
        return these[self.below(len(these))]

    def shuffle(self, these: MutableSequence[Any]) -> None:
        if len(these) > 1:
            self.random.shuffle(these)
