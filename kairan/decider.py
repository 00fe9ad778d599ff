"""A process: three pure functions (docs/adr/0027)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

State = TypeVar("State")
Input = TypeVar("Input")
Output = TypeVar("Output")


@dataclass(frozen=True, slots=True)
class Decider(Generic[State, Input, Output]):
    """``decide`` is asked with the state before the input; ``evolve`` alone makes the next one."""

    initial: State
    decide: Callable[[State, Input], Sequence[Output]]
    evolve: Callable[[State, Input], State]

    def replay(self, history: Iterable[Input]) -> State:
        return reduce(self.evolve, history, self.initial)
