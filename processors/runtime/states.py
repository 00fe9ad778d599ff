"""
The states of those who were told something last, so that they need not be replayed from their first line.

While a process runs no line of its journal is changed or taken away: the state that follows from the first lines is the
same for ever, and who goes on from there reads those behind them, whoever wrote them. Kept is only what was committed.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

from processors.runtime.process import Due, Timer

State = TypeVar("State")
MOST = 1000
"""Instances: a person who moves takes some twenty kilobytes."""


class Waits(NamedTuple):
    """The timers of a state, as its process says them and as a journal keeps them."""

    timers: tuple[Timer[Any], ...]
    due: tuple[Due, ...]


class Kept(NamedTuple, Generic[State]):
    """What follows from the lines up to ``version``; ``waits``: what its timers were set to with the last of them."""

    version: int
    state: State
    waits: Waits | None = None


class States(Generic[State]):
    """``initial``: of who was told nothing, or is not kept."""

    def __init__(self, initial: State) -> None:
        self._new = Kept(0, initial)
        self._kept = dict[bytes, Kept[State]]()

    def of(self, instance: bytes) -> Kept[State]:
        return self._kept.get(instance, self._new)

    def versions(self, instances: Iterable[bytes]) -> dict[bytes, int]:
        return {instance: self.of(instance).version for instance in instances}

    def keep(self, committed: Mapping[bytes, Kept[State]]) -> None:
        """Forgets whoever was told nothing for the longest time."""
        for instance, kept in committed.items():
            self._kept.pop(instance, None)
            self._kept[instance] = kept
        for instance in list(islice(self._kept, max(0, len(self._kept) - MOST))):
            del self._kept[instance]
