"""The handler of a lane: measures, entries of who will be told, the deliveries, who is held, the note, the mark."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from kairan.keys import BusKeys
from kairan.loops import Waves
from kairan.stream import Incoming, Outgoing
from kairan.wire import NotDecodableError
from processors.routing import events
from processors.routing.bundle import Bundle
from processors.routing.deliveries import OtherKeyVersionError, Routed, route
from processors.routing.envelopes import NoDeliveryShapeError
from processors.routing.events import UnroutableError
from processors.routing.measures import Measures
from processors.routing.notes import Note
from processors.routing.plans import PROTECTION_CHANGED
from processors.routing.unrouted import Unrouted

CANNOT_BE_ROUTED = (UnroutableError, NotDecodableError, NoDeliveryShapeError, OtherKeyVersionError)


AT_ONCE = 1000
"""So many events are written down before the first of them is told; those before them are told meanwhile."""


class Ready(NamedTuple):
    """An event whose deliveries are made and may go when its entry is stored; ``measures``: how many were known."""

    record: Incoming
    routed: Routed
    measures: int


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
        yield from self._routed(batch)
        if changes := self.unrouted.changes():
            yield changes
        self.note.write(max(record.timestamp for record in batch))

    def try_again(self) -> Waves:
        """For ``kairan.loops.transform_batch``, after the start: what waits is tried by this program and policy."""
        if waiting := list(self.unrouted.begin_again()):
            self._demand_key()
            self.measures.catch_up()
            yield from self._routed(waiting)
        if changes := self.unrouted.changes():
            yield changes

    def _routed(self, batch: Sequence[Incoming]) -> Waves:
        """
        Nobody is told before it is stored that she will be (docs/adr/0037).

        The deliveries of one stretch go with the entries of the next, event after event, so that the broker is at work
        while the next is decided.
        """
        ready: list[Ready] = []
        for start in range(0, len(batch), AT_ONCE):
            told, ready = ready, []
            yield chain(_deliveries(told), self._entries(batch[start : start + AT_ONCE], ready))
            yield from self._decided_again(ready)
        yield _deliveries(ready)

    def _entries(self, batch: Sequence[Incoming], ready: list[Ready]) -> Iterator[Outgoing]:
        """A record that cannot be routed holds its person (docs/adr/0019): what comes behind it waits with it."""
        for record in batch:
            if self.unrouted.holds(record.key) and not _overtakes(record):
                self.unrouted.hold(record, None)
                continue
            try:
                decided = self._decide(record)
            except CANNOT_BE_ROUTED as error:
                self.unrouted.hold(record, _rule(error))
                continue
            ready.append(decided)
            yield from _entries((decided,))

    def _decided_again(self, ready: list[Ready]) -> Waves:
        """
        What was decided before another measure was read, until it stands.

        Whoever stood still with it in his hands may have been succeeded, and a flag routed.
        """
        self.measures.now()
        while ready and ready[0].measures != self.measures.taken:
            former = list(ready)
            ready[:] = [self._decide(each.record) for each in former]
            if [each.routed for each in ready] != [each.routed for each in former]:
                yield _entries(ready)
            self.measures.now()

    def _decide(self, record: Incoming) -> Ready:
        routed = route(record, self.measures.now(), self.bundle, self.keys)
        return Ready(record, routed, self.measures.taken)

    def _demand_key(self) -> None:
        """Admission notes the key before its first event, perhaps after our start."""
        if not self._is_verified:
            self._is_verified = self.key_is_known()
        if not self._is_verified:
            raise UnknownKeyError(f"key version {self.keys.version}")


def _entries(ready: Iterable[Ready]) -> Iterator[Outgoing]:
    return (each.routed.entry for each in ready if each.routed.entry is not None)


def _deliveries(ready: Iterable[Ready]) -> Iterator[Outgoing]:
    return chain.from_iterable(each.routed.deliveries for each in ready)


def _overtakes(record: Incoming) -> bool:
    """A flag must not wait, as it does not at the sinks."""
    try:
        return events.read(record).shape.type == PROTECTION_CHANGED
    except UnroutableError:
        return False


def _rule(error: Exception) -> str:
    return error.rule if isinstance(error, UnroutableError) else str(error)
