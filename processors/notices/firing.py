"""
Up to when the timers of notices may fire: when the log, protection and what instances tell each other are consumed.

Nothing is sent to a mother while a measure of her child, or a doubt, is still on its way to her instance.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from processors.runtime.clock import Downstream, Ends, Stands, Until, reached

LETTERS_IN_TURN = 3
"""Asked who is named, told how he stands, told on what was said: no letter follows from a fourth."""


class Sources(NamedTuple):
    """``read``: the log and protection; ``inputs``: what instances are told; ``letters_wait`` to be sent there."""

    read: Ends
    inputs: Ends
    stands: Callable[[], Stands]
    letters_wait: Callable[[], bool]


def of_notices(now: Callable[[], int], sources: Sources) -> Until:
    until: Until = partial(reached, now, sources.read)
    for _ in range(LETTERS_IN_TURN):
        until = Downstream(partial(_asked, until, sources.stands), sources.letters_wait, sources.inputs)
    return until


def _asked(until: Until, stands: Callable[[], Stands]) -> int | None:
    return until(stands())
