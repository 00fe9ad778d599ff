"""Reads the topic ``protection``: whole before the first record is routed, and what is new before each batch."""

import time
from collections.abc import Callable

from kairan import topics, wire
from kairan.logs import log
from kairan.stream import Incoming, Reader, until_now
from processors.routing.protection import ProtectionState

FRESH_SECONDS = 1.0
"""
A batch lasts less. One that lasts longer stood still, and somebody else may have taken over and routed a flag: what it
has yet to decide must not rest on what was known before.
"""


class Measures:
    """
    The protection state, as far as it was read; ``clock`` counts seconds, ``taken`` what was taken in.

    Admission writes a measure before the event that states it, so whoever has read ``protection`` up to now knows
    everything that any record of the log it holds can rest on.
    """

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._clock = clock
        self._fresh_until = clock()
        self.taken = 0
        self._named: set[bytes] = set()
        self.state = ProtectionState()

    def catch_up(self) -> ProtectionState:
        """Reads every partition to the end that it has at this moment."""
        self._fresh_until = self._clock() + FRESH_SECONDS
        self._named.clear()
        for batch in until_now(self._reader):
            for record in batch:
                self._note(record)
        return self.state

    def news(self) -> frozenset[bytes]:
        """As ``catch_up``; who may stand otherwise by what came."""
        state = self.catch_up()
        return frozenset().union(*map(state.around, self._named))

    def now(self) -> ProtectionState:
        """Reads on only when the last reading is too long ago."""
        return self.state if self._clock() < self._fresh_until else self.catch_up()

    def _note(self, record: Incoming) -> None:
        if record.value is None:
            # Nobody may take a measure away like this: whoever was protected by it stays so.
            log().warning(
                "tombstone in protection", topic=record.topic, partition=record.partition, offset=record.offset
            )
            return
        self.taken += 1
        name, stated = wire.decode_record(record.value)
        self.state.take(name, stated)
        self._named.add(stated["handle"])


TOPIC = topics.name(topics.PROTECTION)
