"""Persons and procedures by the names that a municipality may see: the bus's own ids are on no page."""

from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from kairan.identifiers import EventRef, Handle, InvalidIdentifierError, PairwiseId
from kairan.keys import BusKeys, ForgedPairwiseIdError

_SCOPE = "desk"
DAY = 24 * 60 * 60 * 1000


class Named(NamedTuple):
    """A move of a person, as the bus knows it."""

    instance: bytes
    item: bytes


class Names:
    """For several threads: the keys are not. ``now``: the clock, milliseconds; no leap of a sandbox closes a page."""

    def __init__(self, keys: BusKeys, now: Callable[[], int]) -> None:
        self._keys = keys
        self._now = now
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
        """
        96 hexadecimal digits for its address, good for this municipality until the next day (UTC) is over.

        Nothing in it joins two procedures of a person, nor what was opened on two days: addresses stay in many logs.
        """
        with self._lock:
            return self._keys.sealed(named.instance + named.item, _SCOPE, member, str(self._today)).hex()

    def named(self, member: str, text: str) -> Named | None:
        """None: no address of this municipality's, or an old one."""
        found = (self._unsealed(member, text, day) for day in (self._today, self._today - 1))
        plain = next((each for each in found if each is not None), None)
        return Named(plain[:16], plain[16:]) if plain else None

    @property
    def _today(self) -> int:
        return self._now() // DAY

    def _unsealed(self, member: str, text: str, day: int) -> bytes | None:
        try:
            with self._lock:
                return self._keys.unsealed(bytes.fromhex(text), _SCOPE, member, str(day))
        except ValueError:
            return None
