"""Reads the topic ``protection``: whole before the first record is routed, and what is new before each batch."""

from kairan import topics, wire
from kairan.logs import log
from kairan.stream import Incoming, Reader
from processors.routing.protection import ProtectionState

_POLL_SECONDS = 1.0
_AT_MOST = 10_000


class Measures:
    """
    The protection state, as far as it was read.

    Admission writes a measure before the event that states it, so whoever has read ``protection`` up to now knows
    everything that any record of the log it holds can rest on.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._next = dict(reader.positions())
        self.state = ProtectionState()

    def catch_up(self) -> ProtectionState:
        """Reads every partition to the end that it has at this moment."""
        ends = self._reader.ends()
        while any(self._next[at] < end for at, end in ends.items()):
            for record in self._reader.poll(_POLL_SECONDS, _AT_MOST):
                self._note(record)
            self._next = dict(self._reader.positions())
        return self.state

    def _note(self, record: Incoming) -> None:
        if record.value is None:
            # Nobody may take a measure away like this: whoever was protected by it stays so.
            log().warning(
                "tombstone in protection", topic=record.topic, partition=record.partition, offset=record.offset
            )
            return
        self.state.take(*wire.decode_record(record.value))


TOPIC = topics.name(topics.PROTECTION)
