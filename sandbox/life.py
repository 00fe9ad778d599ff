"""
The stream of what happens: who moves, is born, dies, is corrected, in which order, on which day.

Everything is decided here, purely and from one seed; ``clerk.py`` only carries it out. The calendar is a year that
ends before today, so that seasons are in it and no date of 異動 lies in the future.
"""

import heapq
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, count
from typing import Literal

from sandbox.acts import Act, Assessment, Booked, Changed
from sandbox.calendar import moving_weight
from sandbox.draw import Draw
from sandbox.nation import Nation
from sandbox.people import Record

CALENDAR = (450, 75)
"""The first and the last day on which something new begins, in days before today."""
LARGEST = 90
"""More facts than one happening with all that follows ever costs."""

LATELY = 150

Follow = Callable[["Life", date], Iterable[Act]]
"""What happens on a day: its acts; what follows from it later is noted with ``Life.later``."""


@dataclass
class Life:
    """What is going on: who is in the middle of something, and what will follow when."""

    draw: Draw
    busy: set[int] = field(default_factory=set)
    reserved: int = 0
    booked: deque[Booked] = field(default_factory=lambda: deque(maxlen=LATELY))
    """What was booked of late and can still be found wrong."""
    assessed: list[Assessment] = field(default_factory=list)
    _due: list[tuple[date, int, int, Follow]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    @property
    def nation(self) -> Nation:
        return self.draw.nation

    def later(self, day: date, facts: int, follow: Follow) -> None:
        """Something that must follow, with the number of facts it will register at most."""
        self.reserved += facts
        heapq.heappush(self._due, (min(day, self.draw.today), next(self._order), facts, follow))

    def due(self, until: date) -> Iterator[Act]:
        """What follows up to that day, in the order of days."""
        while self._due and self._due[0][0] <= until:
            day, _, facts, follow = heapq.heappop(self._due)
            self.reserved -= facts
            yield from follow(self, day)

    def next_due(self) -> list[Act]:
        """What follows next, whenever; empty when nothing does."""
        return list(self.due(self._due[0][0])) if self._due else []

    def pick(self, suits: Callable[[Record], bool]) -> Record | None:
        """Somebody who is not in the middle of anything; None when nobody suitable was met."""
        everybody = list(self.nation.home)
        for _ in range(80):
            record = self.nation.home[self.draw.random.choice(everybody)]
            if record.person not in self.busy and suits(record):
                return record
        return None

    def household_is_free(self, record: Record) -> bool:
        return not any(other.person in self.busy for other in self.nation.household(record))

    def note(self, changes: Iterable[Changed], mistake: Literal["address", "name"], cancel: str | None = None) -> None:
        """It may turn out to be wrong."""
        self.booked.append(Booked(tuple(changes), mistake, cancel))

    def begin(self, records: Iterable[Record]) -> None:
        """Nothing else happens to these persons until ``end``."""
        self.busy.update(record.person for record in records)

    def end(self, records: Iterable[Record]) -> tuple[Act, ...]:
        """It is over; returns no acts, so that it can itself be what follows."""
        self.busy.difference_update(record.person for record in records)
        return ()


@dataclass(frozen=True)
class Kinds:
    """What can happen, how often, and what always costs exactly one fact."""

    weights: tuple[tuple[Follow, float, bool], ...]
    """With the share among others; True: in the seasons in which people move."""
    filler: Follow

    def choose(self, life: Life, day: date) -> Follow:
        season = moving_weight(day)
        weights = [weight * (season if seasonal else 1) for _, weight, seasonal in self.weights]
        return life.draw.random.choices([kind for kind, _, _ in self.weights], weights)[0]


def stream(life: Life, kinds: Kinds, facts: int, started: Iterable[tuple[date, int, Follow]] = ()) -> Iterator[Act]:
    """Acts that register exactly so many facts; ``started`` happens on fixed days (tax runs)."""
    for day, cost, follow in started:
        life.later(day, cost, follow)
    days, done, free = _days(life.draw.today), 0, facts - life.reserved
    while (left := facts - done - life.reserved) > 0:
        day = days(1 - left / free)
        follow = kinds.choose(life, day) if left > LARGEST else kinds.filler
        acts = (*life.due(day), *follow(life, day))
        for act in acts or life.next_due():
            done += act.facts
            yield act
    for act in life.due(date.max):
        done += act.facts
        yield act
    yield from _rest(life, kinds, facts - done)


def _rest(life: Life, kinds: Kinds, left: int) -> Iterator[Act]:
    """What was reserved and did not happen in the end is made up by single facts."""
    last = life.draw.today - timedelta(days=CALENDAR[1])
    while left > 0:
        for act in kinds.filler(life, last):
            left -= act.facts
            yield act


def _days(today: date) -> Callable[[float], date]:
    """Which day it is when a share of everything has happened: more happens in the season of moves."""
    first, last = (today - timedelta(days=before) for before in CALENDAR)
    days = [first + timedelta(days=passed) for passed in range((last - first).days + 1)]
    busy = list(accumulate(0.5 + moving_weight(day) / 2 for day in days))
    return lambda share: days[min(bisect_left(busy, share * busy[-1]), len(days) - 1)]
