"""
What a sink tells the ledger: which deliveries took effect, as counts and sums that anyone can compute again.

The sum is additive modulo 2^128 over a digest of each (event_ref, business), so two parties that hold the same
set agree without listing it; a bucket is a thousand offsets of the log.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kairan import scanner, shapes, wire

MODULUS = 1 << 128
BUCKET = 1000
MOST = 1 << 45
"""Of any number in a receipt: milliseconds until the year 3084, and a sum of thousands of such counts still fits."""
LONGEST = 100
"""Characters of a name in a receipt."""
LARGEST = 60 * 1024
"""Bytes of a receipt: its topic takes batches of ``topics.MEMBER_BATCH_BYTES`` (docs/adr/0020)."""
_SHAPE = "kairan.bus.Receipt"


class LogPosition(NamedTuple):
    """Where an event lies in the log: ``lane`` live or bulk, partition, offset."""

    lane: str
    partition: int
    offset: int


class Bucket(NamedTuple):
    """A thousand offsets of a partition of the log."""

    lane: str
    partition: int
    bucket: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many, and the sum of their digests."""

    count: int = 0
    sum: int = 0

    def plus(self, digest: int) -> "Tally":
        return Tally(self.count + 1, (self.sum + digest) % MODULUS)

    def and_also(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, (self.sum + other.sum) % MODULUS)


class TooLargeError(ValueError):
    """A receipt does not fit on its topic: what it tells of has to be applied in parts."""


class Excepted(NamedTuple):
    """A delivery to a business that did not take effect in its turn, and why; ``released``: it did later."""

    event_ref: bytes
    business: str
    kind: str
    offset: int


def digest(event_ref: bytes, business: str) -> int:
    return int.from_bytes(hashlib.sha256(event_ref + business.encode("ascii")).digest()[:16])


def bucket_of(at: LogPosition) -> Bucket:
    return Bucket(at.lane, at.partition, at.offset // BUCKET)


def tallies(applied: Iterable[tuple[bytes, str, LogPosition]]) -> dict[Bucket, Tally]:
    """The tally of each bucket of these (event_ref, business, position)."""
    found: dict[tuple[str, int, int], list[int]] = {}
    for event_ref, business, (lane, partition, offset) in applied:
        found.setdefault((lane, partition, offset // BUCKET), []).append(digest(event_ref, business))
    return {Bucket(*bucket): Tally(len(digests), sum(digests) % MODULUS) for bucket, digests in found.items()}


def total(found: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in found:
        whole = whole.and_also(tally)
    return whole


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    What one transaction of a sink applied of the offsets ``first`` to ``last`` of its channel's topic.

    ``last`` is one below ``first`` where nothing new was read and only released deliveries took effect.
    """

    member: str
    channel: str
    topic: str
    partition: int
    first: int
    last: int
    buckets: Mapping[Bucket, Tally]
    exceptions: Sequence[Excepted]
    applied: int

    def encode(self) -> bytes:
        """Raises TooLargeError."""
        whole = total(self.buckets.values())
        record = {
            "channel": {"member": self.member, "channel": self.channel},
            "topic": self.topic,
            "partition": self.partition,
            "first": self.first,
            "last": self.last,
            "count": whole.count,
            "sum": whole.sum.to_bytes(16),
            "buckets": [_bucket_record(*each) for each in sorted(self.buckets.items())],
            "exceptions": [excepted._asdict() for excepted in self.exceptions],
            "applied": self.applied,
        }
        encoded = wire.encode_record(_SHAPE, record)
        if len(encoded) > LARGEST:
            raise TooLargeError(f"{len(encoded)} bytes")
        return encoded


def decode(value: bytes) -> Receipt:
    """
    The receipt in these bytes.

    Raises:
        NotAReceiptError: they hold something else, or buckets that do not add up to the whole.

    """
    full_name, record = wire.decode_record(value)
    if full_name != _SHAPE:
        raise NotAReceiptError(full_name)
    _demand_storable(value, record)
    buckets = {Bucket(each["lane"], each["partition"], each["bucket"]): _tally(each) for each in record["buckets"]}
    if total(buckets.values()) != _tally(record):
        raise NotAReceiptError("buckets do not add up")
    return Receipt(
        member=record["channel"]["member"],
        channel=record["channel"]["channel"],
        topic=record["topic"],
        partition=record["partition"],
        first=record["first"],
        last=record["last"],
        buckets=buckets,
        exceptions=[Excepted(**each) for each in record["exceptions"]],
        applied=record["applied"],
    )


class NotAReceiptError(ValueError):
    """A record on a receipts topic that is no receipt; says which rule it breaks."""


def _demand_storable(value: bytes, record: Mapping[str, Any]) -> None:
    """A member's principal writes these bytes: what no table could keep must not end the process of all members."""
    try:
        scanner.check_record(shapes.record_shape(_SHAPE), value)
    except scanner.NotCanonicalError as error:
        raise NotAReceiptError(str(error)) from None
    buckets, exceptions = record["buckets"], record["exceptions"]
    numbers = [record["first"], record["last"] + 1, record["partition"], record["count"], record["applied"]]
    numbers += [each[name] for each in buckets for name in ("partition", "bucket", "count")]
    numbers += [each["offset"] for each in exceptions]
    texts = [*record["channel"].values(), record["topic"], *(each["lane"] for each in buckets)]
    texts += [each[name] for each in exceptions for name in ("business", "kind")]
    if not all(0 <= number <= MOST for number in numbers) or any(len(each) > LONGEST for each in texts):
        raise NotAReceiptError("a number or a text is out of range")


def _tally(record: Mapping[str, Any]) -> Tally:
    return Tally(record["count"], int.from_bytes(record["sum"]))


def _bucket_record(bucket: Bucket, tally: Tally) -> dict[str, Any]:
    return {**bucket._asdict(), "count": tally.count, "sum": tally.sum.to_bytes(16)}
