"""
What ends when somebody turns out to be protected: her sessions, proxies, streams, and what is queued for her.

Somebody else may hold any of them: a shared telephone, a proxy who was trusted, a password that was known at home. So
they end for good and whoever holds them learns nothing but that they have ended.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from threading import Event
from typing import Protocol

from kairan.identifiers import Handle
from kairan.loops import Stop
from kairan.measures import Standing
from processors.routing.measures import Measures

EVERY_SECONDS = 1.0
ALL_EVERY_SECONDS = 3.0
"""So often everybody is looked at who has anything open: what another process opened meanwhile ends here as well."""
STALE_SECONDS = 5.0
"""Whoever has not read the measures for so long does not know who is protected, and shows nobody anything."""


class StaleMeasuresError(Exception):
    """Who hides is not known at this moment: whoever asks is shown nothing, and nothing ends by it."""


class Ending(Protocol):
    """Something that people have open, and that has to end with their protection."""

    def people(self) -> Collection[Handle]:
        """Everybody whom it is about, on whichever side."""

    def close_all(self, handles: Collection[Handle]) -> int: ...


def must_end(live: Iterable[Handle], standing: Callable[[Handle], Standing]) -> frozenset[Handle]:
    """Of those who have anything open, whoever hides; ``unknown`` does."""
    return frozenset(each for each in live if standing(each) != "none")


class Guard:
    """
    Knows who hides, and ends what is theirs.

    Whoever may stand otherwise by what was read is looked at once, with all who are one with her or may be. Everybody
    who has something open is looked at every few seconds: what another process of the front door opened meanwhile, or
    one that knew less, ends here as well.

    Args:
        measures: read to the end before the first page is shown.
        endings: what ends, the quickest first.
        clock: seconds.

    """

    def __init__(
        self, measures: Measures, endings: Sequence[Ending], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._measures = measures
        self._endings = endings
        self._clock = clock
        self._read_at = -STALE_SECONDS
        self._all_at = -ALL_EVERY_SECONDS
        self.sweep()

    @property
    def is_fresh(self) -> bool:
        """Whether it knows who hides."""
        return self._clock() - self._read_at < STALE_SECONDS

    def demand(self) -> None:
        """Raises StaleMeasuresError."""
        if not self.is_fresh:
            raise StaleMeasuresError

    def hides(self, handle: Handle) -> bool:
        """Raises StaleMeasuresError."""
        self.demand()
        return self.standing(handle) != "none"

    def standing(self, handle: Handle) -> Standing:
        """``none`` where nothing was stated."""
        return self._measures.state.standing(handle)

    def sweep(self) -> int:
        """Reads what is new and ends what must end; how much that was."""
        news = self._measures.news()
        self._read_at = self._clock()
        if self._read_at - self._all_at < ALL_EVERY_SECONDS:
            named = must_end(map(Handle, news), self.standing)
            return sum(each.close_all(named) for each in self._endings) if named else 0
        self._all_at = self._read_at
        return sum(each.close_all(must_end(each.people(), self.standing)) for each in self._endings)

    def watch(self, stop: Stop) -> None:
        """For ``kairan.process.together``."""
        while not stop():
            self.sweep()
            Event().wait(EVERY_SECONDS)
