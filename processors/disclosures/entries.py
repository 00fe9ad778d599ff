"""What routing wrote down of one event, as the topic has it (``kairan.bus.Disclosure``)."""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from kairan import masks, topics, wire
from kairan.identifiers import Handle
from kairan.receipts import LogPosition
from kairan.shapes import UnknownSchemaIdError
from kairan.stream import Incoming
from kairan.wire import NotDecodableError, NotFramedError

TOPIC = topics.name(topics.DISCLOSURES)
SHAPE = "kairan.bus.Disclosure"
RESIDENT_RECORD = "001"
_HANDLE = 16
Way = Literal["routed", "refill", "recall"]


class NotAnEntryError(ValueError):
    """It is another record, nobody's, or written in a way that this release does not know."""


UNREADABLE = (NotAnEntryError, NotFramedError, NotDecodableError, UnknownSchemaIdError)


class Told(NamedTuple):
    """
    One business of a member: what it was told, and by which rules of the policy.

    ``fields``: places in the body, be they empty there; ``takes_back``: it was told that it no longer holds something.
    """

    member: str
    business: str
    rule: str
    fields: frozenset[int]
    takes_back: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """
    Of one event, ``written`` just before it was told (milliseconds since 1970 UTC).

    ``municipality`` and ``source`` stated it; ``related`` are persons whom it also concerned.
    """

    at: LogPosition
    written: int
    type: str
    municipality: str
    source: str
    way: Way
    told: tuple[Told, ...]
    related: frozenset[Handle]

    @property
    def is_of_her_home(self) -> bool:
        """Whoever keeps her resident record stated it."""
        return self.source == RESIDENT_RECORD


class Noted(NamedTuple):
    """A record as it is kept; ``digest`` is of its value."""

    at: LogPosition
    digest: bytes
    handle: Handle
    written: int
    value: bytes


def noted(record: Incoming) -> Noted:
    """Raises one of UNREADABLE."""
    value = record.value or b""
    if len(record.key or b"") != _HANDLE:
        raise NotAnEntryError("of nobody")
    entry = decode(value, record.timestamp)
    digest = hashlib.sha256(value).digest()[:16]
    return Noted(entry.at, digest, Handle(record.key or b""), record.timestamp, value)


def decode(value: bytes, written: int) -> Entry:
    """Raises one of UNREADABLE."""
    name, found = wire.decode_record(value)
    if name != SHAPE or found["way"] not in get_args(Way):
        raise NotAnEntryError("another record")
    return Entry(
        LogPosition(found["lane"], found["partition"], found["offset"]),
        written,
        found["type"],
        found["municipality"],
        found["business"],
        found["way"],
        tuple(_told(each) for each in found["told"]),
        frozenset(Handle(each["handle"]) for each in found["related"]),
    )


def _told(found: dict[str, Any]) -> Told:
    fields = masks.of_bytes(found["fields"])
    return Told(found["member"], found["business"], found["rule"], fields, found["takes_back"])
