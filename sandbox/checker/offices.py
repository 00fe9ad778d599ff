"""The tables of back offices as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.checker.facts import Json
from sandbox.checker.performers import Receiver


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """A row of 受信簿: a delivery that took effect. Instants in milliseconds; in ``body`` null is told to be empty."""

    event_ref: bytes
    business: str
    pairwise_id: bytes
    type: str
    change: str
    corrects_ref: bytes | None
    version: int
    source_municipality: str | None
    source_business: str | None
    protection: str | None
    effective: str
    registered: float
    envelope: Json
    body: Json
    topic_offset: int
    applied_at: float


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What a business knows of a person now."""

    business: str
    pairwise_id: bytes
    fields: Json


@dataclass(frozen=True, slots=True, eq=False)
class Parked:
    """A delivery that waits, as the bytes that came."""

    event_ref: bytes
    business: str
    pairwise_id: bytes
    delivery: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Discarded:
    """A delivery that somebody decided never to apply."""

    event_ref: bytes
    business: str


@dataclass(frozen=True, eq=False)
class Office:
    """The tables of one channel."""

    receiver: Receiver
    received: Sequence[Received] = ()
    known: Sequence[Known] = ()
    parked: Sequence[Parked] = ()
    discarded: Sequence[Discarded] = ()
