"""
Fires timers: appends what an instance is to be told to the processes' inputs, and notes that it was asked for.

A timer fires only after everything that was appended before its time is consumed: an outage must not fire it early.
"""

from collections.abc import Callable, Mapping
from threading import Event

from kairan.failpoints import failpoint
from kairan.loops import Stop
from kairan.stream import TopicPartition, Writer
from processors.runtime import inputs
from processors.runtime.process import Journal, Stand

LOOK_SECONDS = 0.5
AT_ONCE = 500
Stands = Mapping[TopicPartition, Stand]
Ends = Callable[[], Mapping[TopicPartition, int] | None]
"""Of some partitions; None while not each is told."""
Until = Callable[[Stands], int | None]
"""From where a process stands (milliseconds since 1970 UTC; None: nobody knows yet)."""
_NOWHERE = Stand(0, 0)


def horizon(now: int, ends: Mapping[TopicPartition, int], stands: Stands) -> int:
    """
    Up to when timers may fire (milliseconds since 1970 UTC); ``ends`` were asked for after ``now`` was taken.

    Of a partition that is not read to its end the time of what was consumed last counts.
    """
    return min([now, *(stand.reached for stand in behind(ends, stands))])


def reached(now: Callable[[], int], ends: Ends, stands: Stands) -> int | None:
    """The clock is asked before the ends are."""
    instant, told = now(), ends()
    return None if told is None else horizon(instant, told, stands)


class Downstream:
    """
    The same for a process that is told by letters of another one: what came before that time is told on and consumed.

    ``upstream``: how far the other one's timers may fire; ``waits``: has it letters to send? ``ends``: of this one's
    partitions, None while nobody knows.
    """

    def __init__(
        self,
        upstream: Callable[[], int | None],
        waits: Callable[[], bool],
        ends: Ends,
    ) -> None:
        self._upstream = upstream
        self._waits = waits
        self._ends = ends
        self._known: int | None = None
        self._next: tuple[int, Mapping[TopicPartition, int]] | None = None

    def __call__(self, stands: Stands) -> int | None:
        if self._next and not behind(self._next[1], stands):
            self._known, self._next = self._next[0], None
        if self._next is None:
            self._next = self._look()
        return self._known

    def _look(self) -> tuple[int, Mapping[TopicPartition, int]] | None:
        """In this order: what was consumed there is a letter by then, or lies before these ends."""
        instant = self._upstream()
        ends = None if instant is None or self._waits() else self._ends()
        return None if instant is None or ends is None else (instant, ends)


def behind(ends: Mapping[TopicPartition, int], stands: Stands) -> list[Stand]:
    """Where each stands that is not read to its end."""
    return [stands.get(at, _NOWHERE) for at, end in ends.items() if stands.get(at, _NOWHERE).position < end]


def fire(process: str, journal: Journal, writer: Writer, until: int) -> int:
    """How many were due; what is appended twice is acted on once."""
    due = journal.due(until, AT_ONCE)
    if due:
        writer.send_all(inputs.letter(process, timer.instance, timer.told) for timer in due)
        writer.confirm()
        failpoint("timers.before-mark")
        with journal.transaction():
            journal.asked(due)
    return len(due)


def keep(process: str, journal: Journal, writer: Writer, until: Until, stop: Stop) -> None:
    """Looks twice a second; ``until``: how far timers may fire where this is consumed, None while nobody knows."""
    while not stop():
        instant = until(journal.stands())
        if instant is None or not fire(process, journal, writer, instant):
            Event().wait(LOOK_SECONDS)
