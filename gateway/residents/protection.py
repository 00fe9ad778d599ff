"""
What ends when somebody turns out to be protected: her sessions, proxies, streams, and what is queued for her.

Somebody else may hold any of them: a shared telephone, a proxy who was trusted, a password that was known at home. So
they end for good and whoever holds them learns nothing but that they have ended.
"""

import time
from collections.abc import Callable, Collection, Sequence
from threading import Event
from typing import NamedTuple, Protocol

from gateway.hiding import Moving, hiding
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


class _Looked(NamedTuple):
    """Who had something open when it was looked last, and who of them hid."""

    people: frozenset[Handle] = frozenset()
    hiding: frozenset[Handle] = frozenset()


class Guard:
    """
    Knows who hides, and ends what is theirs.

    Whoever may stand otherwise by what was read is looked at once, with all who are one with her or may be. Everybody
    who has something open is looked at every few seconds: what another process of the front door opened meanwhile, or
    one that knew less, ends here as well.

    Args:
        measures: read to the end before the first page is shown.
        endings: what ends, the quickest first.
        moving: what moves say of who hides, and who moves with whom.
        clock: seconds.

    """

    def __init__(
        self, measures: Measures, endings: Sequence[Ending], moving: Moving, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._measures = measures
        self._endings = endings
        self._moving = moving
        self._looked = _Looked()
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

    def hiding(self, people: Collection[Handle]) -> frozenset[Handle]:
        """Who of many hides, asked now. Raises StaleMeasuresError."""
        self.demand()
        return self._hiding(people)

    def standing(self, handle: Handle) -> Standing:
        """
        ``none`` where nothing was stated, ``unknown`` of whom moves alone say so.

        Of who has something open as the last look found it, of anybody else as it is now.
        """
        measured, looked = self._measures.state.standing(handle), self._looked
        if measured != "none":
            return measured
        hides = handle in (looked.hiding if handle in looked.people else self._hiding([handle]))
        return "unknown" if hides else "none"

    def sweep(self) -> int:
        """Reads what is new and ends what must end; how much that was."""
        news = self._measures.news()
        self._read_at = self._clock()
        if not news and self._read_at - self._all_at < ALL_EVERY_SECONDS:
            return 0
        self._all_at = self._read_at
        return self._end_what_must()

    def _end_what_must(self) -> int:
        live = [each.people() for each in self._endings]
        people = frozenset[Handle]().union(*live)
        self._looked = _Looked(people, self._hiding(people))
        hiding = self._looked.hiding
        return sum(each.close_all(hiding & set(of)) for each, of in zip(self._endings, live, strict=True))

    def _hiding(self, people: Collection[Handle]) -> frozenset[Handle]:
        return hiding(people, self._moving, self._measures.state.standing)

    def watch(self, stop: Stop) -> None:
        """For ``kairan.process.together``."""
        while not stop():
            self.sweep()
            Event().wait(EVERY_SECONDS)
