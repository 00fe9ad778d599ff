"""
Partitions that give nothing although there is more.

Kafka's client may forget a partition when its broker begins anew (librdkafka issues 4492 and 5153): it answers every
question and raises nothing, but fetches no more. Whoever only waits would wait until somebody looks.
"""

import time
from collections.abc import Callable, Collection, Mapping

from kairan.stream import TopicPartition

LOOK_SECONDS = 20.0
"""Between two looks, of which three find it; longer than a client waits before it tries a broker again."""

Positions = Mapping[TopicPartition, int]
Ends = Callable[[Collection[TopicPartition]], Positions]


class Silence:
    """Looked for only when nothing came: what is there is fetched in half a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()
        self._stood: Positions = {}
        self._behind: Positions = {}

    def lasts(self, positions: Positions, ends: Ends) -> bool:
        """
        Whether one of these stands before its end, as it did at the last two; whose end nobody tells may be at it.

        ``ends`` is asked of what has not moved since the last look, so never where something comes all the time.
        """
        if self._clock() - self._looked < LOOK_SECONDS:
            return False
        self._looked = self._clock()
        still = dict(positions.items() & self._stood.items())
        told = ends(still) if still else {}
        behind = {at: position for at, position in still.items() if told.get(at, position) > position}
        lasting = behind.items() & self._behind.items()
        self._stood, self._behind = dict(positions), behind
        return bool(lasting)
