"""
The invariants asked again and again while moves run: what is broken is alarmed once, and the last outcome is kept.

All moves are read for it (100,000 in about 0.4 s; those that are open by an index), so it
takes a hundredth of one connection's time at most, and asks less often where there are many.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from threading import Event
from typing import NamedTuple

from kairan.logs import log
from kairan.loops import POLL_SECONDS, Stop
from kairan.postgres import Connection
from processors.moving import invariants
from processors.moving.invariants import Rule
from processors.moving.process import NAME

AT_MOST_EVERY = 60_000
MOST_OF_THE_TIME = 100
"""Whoever asked for a second asks again in a hundred."""
Counts = Mapping[Rule, int]
_LAST = "select at, took, broken from processes.checked where process = %b"
_NOTE = """
insert into processes.checked (process, at, took, broken) values (%b, %b::bigint, %b::bigint, %b::jsonb)
on conflict (process) do update set at = excluded.at, took = excluded.took, broken = excluded.broken"""


class Checked(NamedTuple):
    """What was found ``at`` (milliseconds since 1970 UTC), which ``took`` so many milliseconds; only what is broken."""

    at: int
    took: int
    broken: Counts

    @property
    def again_at(self) -> int:
        return self.at + max(AT_MOST_EVERY, MOST_OF_THE_TIME * self.took)


class Changed(NamedTuple):
    """A rule is broken by another number than before; 0: it holds again."""

    rule: Rule
    number: int


def changes(former: Counts, found: Counts) -> Iterator[Changed]:
    """In the order of the rules."""
    yield from (Changed(rule, found.get(rule, 0)) for rule in Rule if found.get(rule, 0) != former.get(rule, 0))


class Watch:
    """``now``: milliseconds since 1970 UTC, by the wall; ``clock`` counts seconds."""

    def __init__(
        self, connection: Connection, now: Callable[[], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connection = connection
        self._now = now
        self._clock = clock
        self._broken: Counts = {}
        self._next = clock()

    def keep(self, stop: Stop) -> None:
        while not stop():
            self.look_if_due()
            Event().wait(POLL_SECONDS)

    def look_if_due(self) -> None:
        if self._clock() >= self._next:
            self.look()

    def look(self) -> None:
        begun = self._clock()
        counts, _ = invariants.broken(self._connection)
        took = round(1000 * (self._clock() - begun))
        checked = Checked(self._now(), took, {rule: count for rule, count in counts.items() if count})
        note(self._connection, checked)
        for changed in changes(self._broken, checked.broken):
            _tell(changed)
        self._broken, self._next = checked.broken, begun + (checked.again_at - checked.at) / 1000


def note(connection: Connection, checked: Checked) -> None:
    broken = json.dumps({rule.name: count for rule, count in checked.broken.items()})
    connection.execute(_NOTE, (NAME, checked.at, checked.took, broken))


def last(connection: Connection) -> Checked | None:
    """None: nobody has asked yet. A rule that only another release knows is left out: it is not asked here."""
    for at, took, broken in connection.execute(_LAST, (NAME,)).fetchall():
        return Checked(at, took, {Rule[name]: count for name, count in broken.items() if name in Rule.__members__})
    return None


def _tell(changed: Changed) -> None:
    its = {"rule": str(changed.rule), "code": changed.rule.name.lower(), "count": changed.number}
    if changed.number:
        log().error("invariant broken", alarm="procedures are not as they must be", **its)
    else:
        log().info("invariant holds again", **its)
