"""
The port between what a sink decides and where an office keeps it.

``connectors.postgres.tables`` implements it on PostgreSQL, ``connectors.postgres.testing`` in memory; both pass
``tests/contract/sink_suite.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from connectors.postgres.deliveries import Key, Row
from connectors.postgres.effects import PROTECTION_CHANGED, Person, Told


class CannotApplyError(Exception):
    """The office refuses this; ``reason`` is a code, never a value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Parked(NamedTuple):
    """A delivery to a business that waits, and how its person came to wait; ``is_marked``: to be discarded."""

    key: Key
    event_ref: bytes
    type: str
    delivery: bytes
    offset: int
    is_marked: bool = False

    @property
    def overtakes(self) -> bool:
        return self.type == PROTECTION_CHANGED

    @property
    def is_discarded(self) -> bool:
        """Has an operator decided that it will never be applied? Of a flag nobody may: in doubt a person is hidden."""
        return self.is_marked and not self.overtakes


class Refused(NamedTuple):
    """Bytes that are no delivery."""

    offset: int
    reason: str
    digest: bytes
    length: int


class Standing(NamedTuple):
    """Where an office stands: the next offset to read (None before the first), who waits, whether one was discarded."""

    position: int | None
    anybody_parked: bool
    anybody_released: bool
    anything_discarded: bool


class Stretch(NamedTuple):
    """What was read of a partition: from an offset up to before the next."""

    topic: str
    partition: int
    first: int
    next: int

    @property
    def at(self) -> tuple[str, int]:
        return self.topic, self.partition


class Office(Protocol):
    """The tables of one channel. What changes them is called inside a transaction."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, for everybody's eyes; raises CannotApplyError where the office refuses."""
        ...

    def attempt(self) -> AbstractContextManager[None]:
        """The same inside a transaction, which goes on; what the office would check at its end it checks here."""
        ...

    def standing(self, topic: str, partition: int) -> Standing:
        """How far it has read, and whether anybody waits."""
        ...

    def position(self, topic: str, partition: int) -> int | None:
        """How far it has read."""
        ...

    def finish(self, topic: str, partition: int, position: int, receipt: bytes) -> None:
        """Read up to here, and a receipt to be sent."""
        ...

    def usual(self, read: Stretch, first: Sequence[Row], others: Sequence[Row], receipt: bytes) -> None:
        """
        Inbox, effects of the ``first``, position and receipt; outside a transaction it is one of its own.

        The ``others`` enter the inbox only. Usual is: nothing of it was read before, nobody is parked, each row is new,
        neither annulled nor discarded, and each of the first is the next of its person (``effects.overlay``); no two
        of these are of one person.

        Raises:
            CannotApplyError: it is not so; the transaction is to be undone.

        """
        ...

    def received(self, rows: Sequence[Row]) -> set[tuple[bytes, str]]:
        """Which of these took effect before."""
        ...

    def insert(self, rows: Sequence[Row]) -> Mapping[tuple[bytes, str], bool]:
        """Puts into the inbox what is not there; the new ones, and whether an annulment was there first."""
        ...

    def overlay(self, rows: Sequence[Row]) -> set[Key]:
        """Adds one newer delivery to each person (``effects.overlay``); those of whom only a fold can tell."""
        ...

    def history(self, keys: Iterable[Key]) -> Mapping[Key, list[Told]]:
        """Everything received of these persons."""
        ...

    def put(self, people: Mapping[Key, Person]) -> None:
        """Replaces what is known of them, and marks what is annulled."""
        ...

    def protect(self, people: Mapping[Key, Person]) -> None:
        """Replaces protection and measures only: no field stands in a flag's way."""
        ...

    def waiting(self, keys: Iterable[Key]) -> set[Key]:
        """Who of these is parked."""
        ...

    def released(self) -> set[Key]:
        """Whose release is marked."""
        ...

    def queue(self, key: Key) -> list[Parked]:
        """What waits, in the order it came."""
        ...

    def park(self, rows: Sequence[Row], reason: str) -> set[tuple[bytes, str]]:
        """Sets aside what is not yet; the new ones."""
        ...

    def unpark(self, parked: Parked) -> None:
        """No longer set aside."""
        ...

    def discard(self, parked: Parked, *, answered: bool) -> None:
        """No longer set aside, and never to be applied; why, and by whom, is kept. ``answered``: as given up."""
        ...

    def discarded(self, rows: Sequence[Row]) -> set[tuple[bytes, str]]:
        """Which of these were."""
        ...

    def stay(self, parked: Parked, reason: str) -> None:
        """Could not be applied again: the person's release marks are taken off."""
        ...

    def strip(self, pairwise_ids: Iterable[bytes], strip: Callable[[bytes], bytes]) -> None:
        """Takes the location out of what is parked of these persons and of those related to them."""
        ...

    def refuse(self, refused: Sequence[Refused]) -> None:
        """Notes that these bytes were no delivery."""
        ...
