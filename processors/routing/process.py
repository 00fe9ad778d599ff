"""The handler of a lane: measures first, then a batch's deliveries, then who is held, then the note, then the mark."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kairan.keys import BusKeys
from kairan.loops import Waves
from kairan.stream import Incoming, Outgoing
from kairan.wire import NotDecodableError
from processors.routing import events
from processors.routing.bundle import Bundle
from processors.routing.deliveries import OtherKeyVersionError, route
from processors.routing.envelopes import NoDeliveryShapeError
from processors.routing.events import UnroutableError
from processors.routing.measures import Measures
from processors.routing.notes import Note
from processors.routing.plans import PROTECTION_CHANGED
from processors.routing.unrouted import Unrouted

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
    unrouted: Unrouted
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
        if changes := self.unrouted.changes():
            yield changes
        self.note.write(max(record.timestamp for record in batch))

    def try_again(self) -> Waves:
        """For ``kairan.loops.transform_batch``, after the start: what waits is tried by this program and policy."""
        if waiting := list(self.unrouted.begin_again()):
            self._demand_key()
            self.measures.catch_up()
            yield self._routed(waiting)
        if changes := self.unrouted.changes():
            yield changes

    def _routed(self, batch: Sequence[Incoming]) -> Iterator[Outgoing]:
        """
        Delivery after delivery, so that the broker is at work while the next record is decided.

        A record that cannot be routed holds its person (docs/adr/0019): what comes behind it waits with it.
        """
        for record in batch:
            if self.unrouted.holds(record.key) and not _overtakes(record):
                self.unrouted.hold(record, None)
                continue
            try:
                yield from route(record, self.measures.now(), self.bundle, self.keys)
            except CANNOT_BE_ROUTED as error:
                self.unrouted.hold(record, _rule(error))

    def _demand_key(self) -> None:
        """Admission notes the key before its first event, perhaps after our start."""
        if not self._is_verified:
            self._is_verified = self.key_is_known()
        if not self._is_verified:
            raise UnknownKeyError(f"key version {self.keys.version}")


def _overtakes(record: Incoming) -> bool:
    """A flag must not wait, as it does not at the sinks."""
    try:
        return events.read(record).shape.type == PROTECTION_CHANGED
    except UnroutableError:
        return False


def _rule(error: Exception) -> str:
    return error.rule if isinstance(error, UnroutableError) else str(error)
