"""
The bytes of deliveries: an envelope put together from encoded parts, the granted ranges of the event's body behind it.

Parts depend on the parcel (kept with the outcome), on the event, or on the event and the receiving member.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kairan import masks, shapes
from kairan.keys import BusKeys
from kairan.shapes import Shape
from kairan.stream import Outgoing
from processors.routing import avro
from processors.routing.cuts import Cut, cut
from processors.routing.events import Event
from processors.routing.grants import Grant, Parcel
from processors.routing.plans import PROTECTION_CHANGED, Party, Source
from processors.routing.protection import Standing

_FLAGS: Mapping[Standing, bytes] = {
    "none": avro.nullable(avro.long(0)),
    "protected": avro.nullable(avro.long(1)),
    "unknown": avro.nullable(avro.long(2)),
}


class NoDeliveryShapeError(LookupError):
    """No released delivery has the body of this event's release."""


@dataclass(frozen=True, eq=False, slots=True)
class Packed:
    """
    What all deliveries of a parcel have in common.

    ``places``: flag and municipalities, by the person's standing; ``is_plain``: no other person, group or procedure.
    """

    grant: Grant
    member: str
    topic: str
    cut: Cut
    head: bytes
    places: Mapping[Standing, bytes]
    tail: bytes
    is_plain: bool


def pack(parcel: Parcel, shape: Shape) -> Packed:
    """For events of this shape."""
    grant = parcel.grant
    mask = frozenset(field.index for field in shape.body_fields if field.name in grant.fields)
    parties = avro.listed([_party(party) for party in grant.municipalities])
    entitled = avro.listed([avro.text(business) + avro.text(rule) for business, rule in parcel.businesses])
    told = avro.binary(masks.to_bytes(mask))
    withheld = avro.listed([avro.text(field) + avro.text(reason) for field, reason in grant.withheld])
    return Packed(
        grant,
        parcel.receiver.member,
        parcel.receiver.topic,
        cut=cut(mask, len(shape.body_fields)),
        head=avro.text(shape.type) + avro.nullable(_source(grant.source)),
        places={name: (flag if grant.sees_flag else avro.NULL) + parties for name, flag in _FLAGS.items()},
        tail=entitled + told + withheld,
        is_plain=not (grant.relations or grant.group or grant.correlation),
    )


class Envelopes:
    """Writes the deliveries of one event."""

    def __init__(self, event: Event, digests: bytes, keys: BusKeys) -> None:
        layout = event.layout
        self._event = event
        self._keys = keys
        self._frame = frame(event.shape)
        self._dates = event.bytes_of(layout.effective, layout.registered)
        self._rest = _rest(event, digests)
        self._plain = avro.NULL + self._dates + avro.NULL + avro.NULL + self._rest
        self._groups: dict[str, bytes] = {}
        self._people: dict[tuple[str, frozenset[str]], bytes] = {}
        self._members: dict[str, tuple[bytes, bytes, bytes]] = {}

    def write(self, packed: Packed, standing: Standing) -> Outgoing:
        key, front, middle = self._members.get(packed.member) or self._of_member(packed.member)
        body = packed.cut(self._event.value, self._event.boundaries)
        place = packed.places[standing]
        if packed.is_plain:
            value = b"".join((front, packed.head, middle, place, self._plain, packed.tail, body))
        else:
            granted = self._of_grant(packed.member, packed.grant)
            value = b"".join((front, packed.head, middle, place, granted, self._rest, packed.tail, body))
        return Outgoing(packed.topic, key, value)

    def _of_member(self, member: str) -> tuple[bytes, bytes, bytes]:
        """Record key; frame and event reference; the part from the issuer to the corrected version."""
        event, layout = self._event, self._event.layout
        key = self._keys.pairwise_id(member, event.handle)
        kind = event.bytes_of(layout.subject, layout.subject)[:-16]
        corrects = event.bytes_of(layout.corrects, layout.corrects)[1:]
        middle = (
            *(self._issuer(member), kind, key, event.bytes_of(layout.version, layout.change)),
            avro.nullable(self._keys.event_ref(member, corrects) if corrects else None),
            event.bytes_of(layout.corrects_version, layout.corrects_version),
        )
        made = (key, self._frame + self._keys.event_ref(member, event.id), b"".join(middle))
        self._members[member] = made
        return made

    def _issuer(self, member: str) -> bytes:
        named = issuer(self._event, member, self._keys)
        return avro.nullable(None if named is None else avro.text(named))

    def _of_grant(self, member: str, grant: Grant) -> bytes:
        """Related persons, the dates that everybody is told, group and procedure."""
        related = self._related(member, grant.relations) if grant.relations else avro.NULL
        group = self._group(member) if grant.group else avro.NULL
        procedure = self._procedure(member) if grant.correlation else avro.NULL
        return related + self._dates + group + procedure

    def _related(self, member: str, relations: frozenset[str]) -> bytes:
        made = self._people.get((member, relations))
        if made is None:
            made = self._people[member, relations] = self._told_people(member, relations)
        return made

    def _told_people(self, member: str, relations: frozenset[str]) -> bytes:
        told = (each for each in self._event.related if each["role"] in relations)
        people = [avro.text(each["role"]) + self._keys.pairwise_id(member, each["handle"]) for each in told]
        return avro.nullable(avro.listed(people))

    def _group(self, member: str) -> bytes:
        made = self._groups.get(member)
        if made is None:
            made = self._groups[member] = avro.nullable(self._told_group(member))
        return made

    def _told_group(self, member: str) -> bytes | None:
        group = self._event.group
        return None if group is None else avro.text(self._keys.opaque(member, group["id"])) + avro.long(group["size"])

    def _procedure(self, member: str) -> bytes:
        procedure = self._event.correlation
        return avro.nullable(None if procedure is None else avro.text(self._keys.opaque(member, procedure)))


def issuer(event: Event, member: str, keys: BusKeys) -> str | None:
    """Tells a person's measures apart where the source may not be told; no other event has one."""
    if event.shape.type != PROTECTION_CHANGED:
        return None
    return keys.issuer(member, event.handle, event.source.municipality)


@cache
def frame(event: Shape) -> bytes:
    return b"\0" + delivery_shape(event).schema_id.to_bytes(4)


@cache
def delivery_shape(event: Shape) -> Shape:
    """The newest delivery with the body of this release of the event; raises NoDeliveryShapeError."""
    wanted = _body_of(event)
    for shape in _deliveries(event.type):
        if _body_of(shape) == wanted:
            return shape
    raise NoDeliveryShapeError(f"no delivery was released for {event.full_name} {event.schema_id}")


def _deliveries(event_type: str) -> Iterator[Shape]:
    name = f"kairan.delivery.{event_type}"
    found = [release for release in shapes.RELEASES.values() if release.full_name == name]
    return (shapes.by_id(release.schema_id) for release in sorted(found, key=lambda each: -each.release))


def _body_of(shape: Shape) -> str:
    """A body's shape, without its words, written so that equal bodies read equal."""
    body = {"type": "record", "name": "Body", "fields": shape.schema["fields"][1:]}
    return json.dumps(_wordless(shapes.self_contained(body, shapes.definitions(shape.schema))), sort_keys=True)


def _wordless(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _wordless(value) for key, value in schema.items() if key != "doc"}
    return [_wordless(each) for each in schema] if isinstance(schema, list) else schema


def _source(source: Source | None) -> bytes | None:
    return None if source is None else avro.text(source.municipality) + avro.text(source.business)


def _party(party: Party) -> bytes:
    ward = None if party.ward is None else avro.text(party.ward)
    return avro.text(party.role) + avro.text(party.code) + avro.nullable(ward)


def _rest(event: Event, digests: bytes) -> bytes:
    """Causation (never told), resend, admitted, the digests of policy and register, the position in the log."""
    layout, record = event.layout, event.record
    return b"".join(
        (
            *(avro.NULL, event.bytes_of(layout.resend, layout.admitted), digests),
            *(avro.text(event.lane), avro.long(record.partition), avro.long(record.offset)),
        )
    )
