"""Reads the topic ``protection``: whole before the first record is routed, and what is new before each batch."""

from kairan import topics, wire
from kairan.logs import log
from kairan.stream import Incoming, Reader, until_now
from processors.routing.protection import ProtectionState


class Measures:
    """
    The protection state, as far as it was read.

    Admission writes a measure before the event that states it, so whoever has read ``protection`` up to now knows
    everything that any record of the log it holds can rest on.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.state = ProtectionState()

    def catch_up(self) -> ProtectionState:
        """Reads every partition to the end that it has at this moment."""
        for batch in until_now(self._reader):
            for record in batch:
                self._note(record)
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
