"""
A sandbox travels through weeks: its clock leaps ahead, and whatever is appended from then on happens as much later.

Where people live there is no leap, and the time is the log's. A leap is written down some seconds before it is in
force, and looked for more often than that: nobody reads a record behind it without knowing of it.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

AHEAD_MILLISECONDS = 3000
LOOK_SECONDS = 1.0


class LeapError(Exception):
    """A clock leaps where no sandbox is."""


class Leap(NamedTuple):
    """From ``since`` on the clock is ``forward`` further ahead (both milliseconds; since 1970 UTC)."""

    since: int
    forward: int


class Leaps:
    """``read``: those that are written down, in any order."""

    def __init__(self, read: Callable[[], Sequence[Leap]], clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._looked = -LOOK_SECONDS
        self._known: Sequence[Leap] = ()

    def __call__(self, instant: int) -> int:
        """What time it is in the sandbox at this instant (both milliseconds since 1970 UTC)."""
        if self._clock() - self._looked >= LOOK_SECONDS:
            looked = self._clock()
            self._known = self._read()
            self._looked = looked
        return instant + sum(leap.forward for leap in self._known if leap.since <= instant)
