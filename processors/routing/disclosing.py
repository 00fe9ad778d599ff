"""
Entries: before anybody is told of an event it is written down who will be told what (docs/adr/0037).

One record an event, put together from encoded parts as deliveries are: what follows from the outcome is encoded once.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from kairan import masks, shapes, topics, wire
from kairan.shapes import Shape
from kairan.stream import Outgoing
from processors.routing import avro
from processors.routing.decisions import Share
from processors.routing.editions import Receiver
from processors.routing.envelopes import place_of
from processors.routing.events import Event
from processors.routing.plans import Plan

TOPIC = topics.name(topics.DISCLOSURES)
SHAPE = "kairan.bus.Disclosure"
_TELLS, _TAKES_BACK = b"\0", b"\1"


class Way(NamedTuple):
    """How somebody came to be told; ``run``: of a refill when it began (milliseconds since 1970 UTC)."""

    name: Literal["routed", "refill", "recall"]
    run: int = 0


ROUTED = Way("routed")


class TakesBack(Protocol):
    """An annulment: who no longer holds what, at which businesses, by which rules."""

    @property
    def receiver(self) -> Receiver: ...
    @property
    def businesses(self) -> tuple[tuple[str, str], ...]: ...


class Prepared(NamedTuple):
    """What the entries of all events with one outcome have in common: type and source, and each who is told."""

    head: bytes
    told: tuple[bytes, ...]
    listed: bytes


def prepare(plan: Plan, shares: Iterable[Share], shape: Shape) -> Prepared:
    """For events of this shape."""
    frame = b"\0" + shapes.record_shape(SHAPE).schema_id.to_bytes(4)
    source = avro.text(plan.source.municipality) + avro.text(plan.source.business)
    told = tuple(_share(each, shape) for each in shares)
    return Prepared(frame + avro.text(shape.type) + source, told, avro.listed(told))


def write(event: Event, prepared: Prepared, annulments: Sequence[TakesBack], way: Way = ROUTED) -> Outgoing | None:
    """The entry of an event, or None where nobody is told of it."""
    told = prepared.listed
    if annulments:
        taken_back = (_told(each.receiver, *its, b"", _TAKES_BACK) for each in annulments for its in each.businesses)
        told = avro.listed((*prepared.told, *taken_back))
    if told == avro.EMPTY:
        return None
    record, layout = event.record, event.layout
    related = event.bytes_of(layout.related, layout.related)
    at = place_of(record.topic, record.partition) + avro.long(record.offset)
    return Outgoing(TOPIC, event.handle, prepared.head + told + related + _encoded(way) + at)


def of_delivery(receiver: Receiver, person: bytes, delivery: bytes, way: Way) -> Outgoing:
    """The entry of an annulment that is only known by its bytes; whom it also concerns the event's own entry tells."""
    envelope = wire.decode_envelope(delivery).record
    source = envelope["source"] or {"municipality": "", "business": ""}
    told = [
        {**receiver._asdict(), **its, "fields": envelope["told"], "takes_back": True} for its in envelope["businesses"]
    ]
    entry = {"type": envelope["type"], "told": told, "related": [], "way": way.name, "run": way.run}
    return Outgoing(TOPIC, person, wire.encode_record(SHAPE, entry | source | envelope["position"]))


def _share(share: Share, shape: Shape) -> bytes:
    mask = masks.to_bytes(field.index for field in shape.body_fields if field.name in share.fields)
    return _told(share.receiver, share.business, share.rule, mask, _TELLS)


def _told(receiver: Receiver, business: str, rule: str, mask: bytes, takes_back: bytes) -> bytes:
    named = (receiver.member, receiver.channel, business, rule)
    return b"".join(map(avro.text, named)) + avro.binary(mask) + takes_back


def _encoded(way: Way) -> bytes:
    return _OF_LANES if way is ROUTED else avro.text(way.name) + avro.long(way.run)


_OF_LANES = avro.text(ROUTED.name) + avro.long(ROUTED.run)
