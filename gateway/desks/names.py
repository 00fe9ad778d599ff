"""Persons and procedures by the names that a municipality may see: the bus's own ids are on no page."""

from threading import Lock
from typing import NamedTuple

from kairan.identifiers import EventId, EventRef, Handle, InvalidIdentifierError, PairwiseId
from kairan.keys import BusKeys, ForgedPairwiseIdError


class Named(NamedTuple):
    """A move of a person, as the bus knows it."""

    instance: bytes
    item: bytes


class Names:
    """For several threads: the keys are not."""

    def __init__(self, keys: BusKeys) -> None:
        self._keys = keys
        self._lock = Lock()

    def person(self, member: str, instance: bytes) -> PairwiseId:
        with self._lock:
            return self._keys.pairwise_id(member, instance)

    def handle(self, member: str, person: bytes) -> Handle | None:
        """None: no pairwise id of this municipality's."""
        try:
            with self._lock:
                return self._keys.handle_of(member, PairwiseId(person))
        except (InvalidIdentifierError, ForgedPairwiseIdError):
            return None

    def event(self, member: str, event: bytes) -> EventRef:
        with self._lock:
            return self._keys.event_ref(member, event)

    def procedure(self, member: str, named: Named) -> str:
        """64 hexadecimal digits for its address: another municipality's of the same procedure are others."""
        return self.person(member, named.instance).hex() + self.event(member, named.item).hex()

    def named(self, member: str, text: str) -> Named | None:
        """None: no address of this municipality's."""
        try:
            person, event = PairwiseId.parse_hex(text[:32]), EventRef.parse_hex(text[32:])
            with self._lock:
                found: tuple[Handle, EventId] = (
                    self._keys.handle_of(member, person), self._keys.event_id_of(member, event),
                )  # fmt: skip
        except (InvalidIdentifierError, ForgedPairwiseIdError):
            return None
        return Named(*found)
