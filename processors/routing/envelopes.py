"""
The bytes of deliveries: an envelope put together from encoded parts, the granted ranges of the event's body behind it.

Parts depend on the parcel (kept with the outcome), on the event, or on the event and the receiving member.
"""

import json
from array import array
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from kairan import masks, native, shapes, splice
from kairan.keys import BusKeys
from kairan.measures import Standing
from kairan.shapes import Shape
from kairan.stream import AnyPartition, Outgoing
from processors.routing import avro, events
from processors.routing.events import Event
from processors.routing.grants import Parcel
from processors.routing.plans import PROTECTION_CHANGED, Party, Source

_STANDINGS: Mapping[Standing, int] = {"none": 0, "protected": 1, "unknown": 2}
"""As the enum of the envelope has them."""
_FLAGS = tuple(avro.nullable(avro.long(place)) for place in _STANDINGS.values())


_NEITHER = avro.NULL + avro.NULL
"""No group and no procedure."""


class NoDeliveryShapeError(LookupError):
    """No released delivery has the body of this event's release."""


class Beside(NamedTuple):
    """What is told of an event beside its body and parties: persons of these relations, its group, its procedure."""

    relations: frozenset[str]
    group: bool
    correlation: bool


class Packed(NamedTuple):
    """
    What all deliveries of a parcel have in common; the C code knows the order of the fields.

    ``places``: flag and municipalities, by the person's standing; ``runs``: of the body, for ``kairan.native``;
    ``beside``: None where it gives no other person, group or procedure; ``mask``: indexes of the granted fields.
    """

    member: str
    topic: str
    head: bytes
    places: tuple[bytes, ...]
    tail: bytes
    runs: bytes
    beside: Beside | None
    mask: frozenset[int]


def pack(parcel: Parcel, shape: Shape) -> Packed:
    """For events of this shape."""
    grant = parcel.grant
    beside = Beside(grant.relations, grant.group, grant.correlation)
    mask = frozenset(field.index for field in shape.body_fields if field.name in grant.fields)
    parties = avro.listed([_party(party) for party in grant.municipalities])
    entitled = avro.listed([avro.text(business) + avro.text(rule) for business, rule in parcel.businesses])
    told = avro.binary(masks.to_bytes(mask))
    withheld = avro.listed([avro.text(field) + avro.text(reason) for field, reason in grant.withheld])
    return Packed(
        parcel.receiver.member,
        parcel.receiver.topic,
        head=avro.text(shape.type) + avro.nullable(_source(grant.source)),
        places=tuple((flag if grant.sees_flag else avro.NULL) + parties for flag in _FLAGS),
        tail=entitled + told + withheld,
        runs=array("i", chain.from_iterable(splice.runs(mask, len(shape.body_fields)))).tobytes(),
        beside=beside if any(beside) else None,
        mask=mask,
    )


class Envelopes:
    """Writes the deliveries of one event."""

    def __init__(self, event: Event, digests: bytes, keys: BusKeys) -> None:
        layout = event.layout
        self._event = event
        self._keys = keys
        self._frame = frame(event.shape)
        self._kind = event.bytes_of(layout.subject, layout.subject)[:-16]
        self._corrects = event.bytes_of(layout.corrects, layout.corrects)[1:]
        self._dates = event.bytes_of(layout.effective, layout.registered)
        self._rest = _rest(event, digests)
        self._plain = avro.NULL + self._dates + _NEITHER + self._rest
        self._groups: dict[str, bytes] = {}
        self._people: dict[tuple[str, frozenset[str]], bytes] = {}
        self._besides: dict[tuple[str, Beside], bytes] = {}
        self._members: dict[str, tuple[bytes, bytes, bytes]] = {}

    def write(self, parcels: tuple[Packed, ...], standing: Standing) -> list[Outgoing]:
        """One delivery a parcel; ``standing``: of the person."""
        value, boundaries, place = self._event.value, self._event.boundaries, _STANDINGS[standing]
        if native.deliver is None:
            return [self._delivery(packed, place) for packed in parcels]
        made, given = (self._members, self._of_member), (self._plain, self._beside)
        return native.deliver(Outgoing, AnyPartition, parcels, place, *made, *given, value, boundaries)

    def _delivery(self, packed: Packed, place: int) -> Outgoing:
        """What the C code makes of it, too."""
        key, front, middle = self._members.get(packed.member) or self._of_member(packed.member)
        rest = self._plain if packed.beside is None else self._beside(packed.member, packed.beside)
        body = splice.body(self._event.value, self._event.boundaries, packed.mask)
        parts = (front, packed.head, middle, packed.places[place], rest, packed.tail, body)
        return Outgoing(packed.topic, key, b"".join(parts))

    def _of_member(self, member: str) -> tuple[bytes, bytes, bytes]:
        """Record key; frame and event reference; the part from the issuer to the corrected version."""
        event = self._event
        key = self._keys.pairwise_id(member, event.handle)
        front = self._frame + self._keys.event_ref(member, event.id)
        made = self._members[member] = key, front, self._issuer(member) + self._kind + key + self._versions(member)
        return made

    def _versions(self, member: str) -> bytes:
        event, layout = self._event, self._event.layout
        if not self._corrects:
            return event.bytes_of(layout.version, layout.corrects_version)
        corrects = avro.nullable(self._keys.event_ref(member, self._corrects))
        after = event.bytes_of(layout.corrects_version, layout.corrects_version)
        return event.bytes_of(layout.version, layout.change) + corrects + after

    def _issuer(self, member: str) -> bytes:
        if self._event.shape.type != PROTECTION_CHANGED:
            return avro.NULL
        named = issuer(self._event, member, self._keys)
        return avro.nullable(None if named is None else avro.text(named))

    def _beside(self, member: str, beside: Beside) -> bytes:
        """Related persons, the dates that everybody is told, group and procedure; what everybody is told."""
        made = self._besides.get((member, beside))
        if made is None:
            related = self._related(member, beside.relations) if beside.relations else avro.NULL
            group = self._group(member) if beside.group else avro.NULL
            procedure = self._procedure(member) if beside.correlation else avro.NULL
            made = self._besides[member, beside] = related + self._dates + group + procedure + self._rest
        return made

    def _related(self, member: str, relations: frozenset[str]) -> bytes:
        made = self._people.get((member, relations))
        if made is None:
            made = self._people[member, relations] = self._told_people(member, relations)
        return made

    def _told_people(self, member: str, relations: frozenset[str]) -> bytes:
        told = (each for each in self._event.related if each.role in relations)
        people = [avro.text(each.role) + self._keys.pairwise_id(member, each.handle) for each in told]
        return avro.nullable(avro.listed(people))

    def _group(self, member: str) -> bytes:
        made = self._groups.get(member)
        if made is None:
            made = self._groups[member] = avro.nullable(self._told_group(member))
        return made

    def _told_group(self, member: str) -> bytes | None:
        group = self._event.group
        return None if group is None else avro.text(self._keys.opaque(member, group.id)) + avro.long(group.size)

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
    stated = avro.NULL + event.bytes_of(layout.resend, layout.admitted) + digests
    return stated + place_of(record.topic, record.partition) + avro.long(record.offset)


@lru_cache(maxsize=256)
def place_of(topic: str, partition: int) -> bytes:
    """Lane and partition of the log, as a delivery and an entry have them."""
    return avro.text(events.lane_of(topic)) + avro.long(partition)
