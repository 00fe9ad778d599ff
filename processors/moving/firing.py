"""
Up to when the timers of moves may fire: when everything that was appended before their time is consumed.

Three sources are read each at its own pace: the log, what offices answer, what the persons' process tells households.
What is told on by another topic counts as consumed when it was told on and that topic was read so far.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from kairan.logs import log
from kairan.stream import TopicPartition
from processors.runtime.clock import Downstream, Ends, Stands, Until, reached
from processors.runtime.process import Stand

MOST_STILL = 10 * 60 * 1000


class Sources(NamedTuple):
    """What moves are told by: ``read`` by their process; ``answers``, ``heard`` so far, which are ``inputs`` then."""

    read: Ends
    answers: Ends
    heard: Callable[[], Stands]
    inputs: Ends


class Patience:
    """
    The ``ends`` of what members write, without what stands still: one of them would stop the timers of all.

    Whoever is ``heard`` no further for ten minutes though something is there is alarmed, and waited for no longer.
    """

    def __init__(self, now: Callable[[], int], ends: Ends, heard: Callable[[], Stands]) -> None:
        self._now = now
        self._ends = ends
        self._heard = heard
        self._since: dict[TopicPartition, tuple[int, int]] = {}
        self._given_up: set[TopicPartition] = set()

    def __call__(self) -> Mapping[TopicPartition, int] | None:
        stands, told = self._heard(), self._ends()
        if told is None:
            return None
        return {at: self._waited_for(at, stands.get(at, Stand(0, 0)).position, end) for at, end in told.items()}

    def _waited_for(self, at: TopicPartition, position: int, end: int) -> int:
        stood, since = self._since.get(at, (-1, 0))
        if position >= end or stood != position:
            self._since[at] = (position, self._now())
            self._given_up.discard(at)
            return end
        if self._now() - since < MOST_STILL:
            return end
        if at not in self._given_up:
            self._given_up.add(at)
            log().error("nobody is heard", alarm="timers wait for it no longer", position=position, **at._asdict())
        return position


class Last:
    """
    As ``until``; ``said``: what it said last.

    Whoever waits for the same sources need not ask for their ends again: what was read up to then stays read.
    """

    def __init__(self, until: Until) -> None:
        self._until = until
        self.said: int | None = None

    def __call__(self, stands: Stands) -> int | None:
        self.said = self._until(stands)
        return self.said


def of_persons(now: Callable[[], int], sources: Sources) -> Until:
    answers = Patience(now, sources.answers, sources.heard)
    answered = Downstream(lambda: reached(now, answers, sources.heard()), lambda: False, sources.inputs)
    return lambda stands: _earlier(reached(now, sources.read, stands), answered(stands))


def of_households(persons: Callable[[], int | None], letters_wait: Callable[[], bool], inputs: Ends) -> Until:
    """Nobody is behind whose arrival is not consumed yet, by the persons' process and then by this one."""
    return Downstream(persons, letters_wait, inputs)


def _earlier(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else min(one, other)
