"""The handler of a lane: measures first, then the deliveries of a batch as one wave, then the note, then the mark."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kairan.keys import BusKeys
from kairan.logs import log
from kairan.loops import Waves
from kairan.stream import Incoming, Outgoing
from kairan.wire import NotDecodableError
from processors.routing.bundle import Bundle
from processors.routing.deliveries import OtherKeyVersionError, route
from processors.routing.envelopes import NoDeliveryShapeError
from processors.routing.events import UnroutableError
from processors.routing.measures import Measures
from processors.routing.notes import Note

CANNOT_BE_ROUTED = (UnroutableError, NotDecodableError, NoDeliveryShapeError, OtherKeyVersionError)


class UnknownKeyError(Exception):
    """The log has records, but no check value of this key: they were written with another one."""


@dataclass
class Lane:
    """
    Routes one lane of the log.

    Args:
        key_is_known: whether the log knows our key's check value; raises when it knows another key.

    """

    bundle: Bundle
    keys: BusKeys
    measures: Measures
    note: Note
    key_is_known: Callable[[], bool]
    _is_verified: bool = False

    def start(self) -> None:
        """Refuses to start with another key or with backdated rows; knows all measures afterwards."""
        self.note.verify()
        self._is_verified = self.key_is_known()
        self.measures.catch_up()

    def handle(self, batch: Sequence[Incoming]) -> Waves:
        """For ``kairan.loops.transform``."""
        self._demand_key()
        self.measures.catch_up()
        yield self._routed(batch)
        self.note.write(max(record.timestamp for record in batch))

    def _routed(self, batch: Sequence[Incoming]) -> Iterator[Outgoing]:
        """
        Delivery after delivery, so that the broker is at work while the next record is decided.

        A record that cannot be routed ends the process, which says where it lies; nothing is marked then.
        """
        for record in batch:
            try:
                yield from route(record, self.measures.now(), self.bundle, self.keys)
            except CANNOT_BE_ROUTED as error:
                place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
                log().error("cannot be routed", error=type(error).__name__, alarm="the log", **place)
                raise

    def _demand_key(self) -> None:
        """Admission notes the key before its first event, perhaps after our start."""
        if not self._is_verified:
            self._is_verified = self.key_is_known()
        if not self._is_verified:
            raise UnknownKeyError(f"key version {self.keys.version}")
