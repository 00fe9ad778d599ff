"""
A record of the log, as far as routing reads it.

The scanner finds where every field of envelope and body lies. Most bytes are copied or compared, not decoded; what
must be understood is decoded when it is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from kairan import scanner, shapes, wire
from kairan.shapes import Shape, UnknownSchemaIdError
from kairan.stream import Incoming
from kairan.wire import NotDecodableError
from processors.routing import avro, facts
from processors.routing.facts import Facts
from processors.routing.plans import PROTECTION_CHANGED, Parties, Party, Source

_EMPTY_LIST = 0
_HANDLE = 16
_SHORT = 20
"""Bytes of a field that is remembered decoded."""
Decode = Callable[[Shape, str, bytes], Any]
_STATED: tuple[Literal["none", "protected", "unknown"], ...] = ("none", "protected", "unknown")


class UnroutableError(Exception):
    """Admission never writes such a record, or only a newer one does; ``rule``: what is wrong, never a value."""

    def __init__(self, record: Incoming, rule: str) -> None:
        super().__init__(f"{record.topic} {record.partition} {record.offset}: {rule}")
        self.rule = rule


class Layout(NamedTuple):
    """At which place of the envelope of a shape a field stands."""

    type: int
    source: int
    subject: int
    version: int
    reason: int
    change: int
    corrects: int
    corrects_version: int
    protection: int
    municipalities: int
    related: int
    effective: int
    registered: int
    group: int
    correlation: int
    resend: int
    admitted: int
    lineage: int
    key_version: int


class Related(NamedTuple):
    """A related person."""

    role: str
    handle: bytes


class Group(NamedTuple):
    """Records that belong to one act at the desk."""

    id: str
    size: int


class Event:
    """``marks``: where the fields of the envelope begin, and its end; ``boundaries``: the same for the body."""

    __slots__ = ("_envelope", "_related", "boundaries", "layout", "marks", "record", "shape", "value")

    def __init__(self, record: Incoming, shape: Shape, value: bytes) -> None:
        self.record = record
        self.shape = shape
        self.value = value
        self.layout = _layout(shape)
        self.marks = scanner.envelope_boundaries(shape, value)
        self.boundaries = scanner.boundaries(shape, value, self.marks[-1])
        self._envelope: Mapping[str, Any] | None = None
        self._related: Sequence[Related] | None = None

    @property
    def envelope(self) -> Mapping[str, Any]:
        if self._envelope is None:
            self._envelope = wire.decode_envelope(self.value).record
        return self._envelope

    @property
    def id(self) -> bytes:
        return self.value[wire.FRAME : wire.FRAME + 16]

    @property
    def handle(self) -> bytes:
        end = self.marks[self.layout.subject + 1]
        return self.value[end - 16 : end]

    @property
    def lane(self) -> str:
        return lane_of(self.record.topic)

    @property
    def source(self) -> Source:
        source = self.envelope["source"]
        return Source(source["municipality"], source["business"])

    @property
    def protection(self) -> Literal["none", "protected", "unknown"]:
        """As the source stated it."""
        return _STATED[self.value[self.marks[self.layout.protection]] >> 1]

    @property
    def key_version(self) -> int:
        return avro.long_at(self.value, self.marks[self.layout.key_version])[0]

    @property
    def related(self) -> Sequence[Related]:
        if self._related is None:
            self._related = _people(self.bytes_of(self.layout.related, self.layout.related))
        return self._related

    @property
    def group(self) -> Group | None:
        raw = self.bytes_of(self.layout.group, self.layout.group)
        if raw == avro.NULL:
            return None
        name, place = avro.text_at(raw, 1)
        return Group(name, avro.long_at(raw, place)[0])

    @property
    def correlation(self) -> str | None:
        raw = self.bytes_of(self.layout.correlation, self.layout.correlation)
        return None if raw == avro.NULL else avro.text_at(raw, 1)[0]

    @property
    def lineage(self) -> Sequence[Mapping[str, Any]]:
        if self.value[self.marks[self.layout.lineage]] == _EMPTY_LIST:
            return ()
        found: Sequence[Mapping[str, Any]] = self.envelope["lineage"]
        return found

    def bytes_of(self, first: int, last: int) -> bytes:
        """From one field of the envelope to another, both included."""
        return self.value[self.marks[first] : self.marks[last + 1]]

    def fields(self, names: Sequence[str]) -> Mapping[str, Any]:
        """These body fields decoded; an older release of the shape may not have them all."""
        known = [field.name for field in self.shape.body_fields if field.name in names]
        return wire.decode_fields(self.shape, self.value, self.boundaries, known)

    def asked(self, names: Sequence[str]) -> tuple[bytes, ...]:
        """The bytes of all that conditions may ask of: reason, effective day, and these body fields if it has them."""
        layout, value, at = self.layout, self.value, self.boundaries
        return (
            self.bytes_of(layout.reason, layout.reason),
            self.bytes_of(layout.effective, layout.effective),
            *(value[at[index] : at[index + 1]] for index in _places(self.shape, names)),
        )


def lane_of(topic: str) -> str:
    return "bulk" if topic.endswith(".bulk") else "live"


def facts_of(shape: Shape, names: Sequence[str], asked: Sequence[bytes]) -> Facts:
    """From the bytes that `Event.asked` tells; what was decoded for one event is not decoded for the next."""
    read = {name: _of_envelope(shape, name, raw) for name, raw in zip(facts.OF_ENVELOPE, asked[:2], strict=True)}
    told = (shape.body_fields[place].name for place in _places(shape, names))
    return facts.of_read(read | {name: _of_body(shape, name, raw) for name, raw in zip(told, asked[2:], strict=True)})


def read(record: Incoming) -> Event:
    """Raises UnroutableError."""
    value = record.value
    if value is None:
        raise UnroutableError(record, "the log has no tombstones")
    try:
        shape = _shape(value[: wire.FRAME])
        event = Event(record, shape, value) if shape.stage == "event" else None
    except (wire.NotFramedError, scanner.NotCanonicalError, UnknownSchemaIdError) as error:
        raise UnroutableError(record, str(error)) from None
    if event is None:
        raise UnroutableError(record, f"a {shape.stage} does not belong in the log")
    return event


def fingerprint(event: Event) -> bytes:
    """Equal for two events of one shape only if they have the same type, source and parties."""
    layout = event.layout
    found = event.bytes_of(layout.type, layout.source) + event.bytes_of(layout.municipalities, layout.municipalities)
    if event.shape.type != PROTECTION_CHANGED:
        return found
    place = next(field.index for field in event.shape.body_fields if field.name == "forwarded_to")
    return found + event.value[event.boundaries[place] : event.boundaries[place + 1]]


def parties(event: Event) -> Parties:
    """Of the envelope; a protection measure also has those to whom it was forwarded."""
    found = parties_of(event.envelope)
    if event.shape.type != PROTECTION_CHANGED:
        return found
    forwarded = event.fields(("forwarded_to",))["forwarded_to"] or ()
    destinations = {party.code for party in found if party.role == "destination"}
    added = dict.fromkeys(each["municipality"] for each in forwarded if each["municipality"] not in destinations)
    return (*found, *(Party("destination", code, None) for code in added))


def parties_of(envelope: Mapping[str, Any]) -> Parties:
    """Of an event's envelope or of a former record."""
    return tuple(Party(each["role"], each["code"], each["ward"]) for each in envelope["municipalities"])


@lru_cache(maxsize=256)
def _shape(frame: bytes) -> Shape:
    """Raises NotFramedError and UnknownSchemaIdError."""
    return shapes.by_id(wire.schema_id(frame))


def _people(raw: bytes) -> tuple[Related, ...]:
    if raw == avro.EMPTY:
        return ()
    count, place = avro.long_at(raw, 0)
    found = []
    for _ in range(count):
        role, start = avro.text_at(raw, place)
        place = start + _HANDLE
        found.append(Related(role, raw[start:place]))
    return tuple(found)


@cache
def _places(shape: Shape, names: Sequence[str]) -> tuple[int, ...]:
    """Of these body fields; an older release of the shape may not have them all."""
    return tuple(field.index for field in shape.body_fields if field.name in names)


def _of_envelope(shape: Shape, name: str, raw: bytes) -> Any:
    return _remembered(wire.decode_envelope_field, shape, name, raw)


def _of_body(shape: Shape, name: str, raw: bytes) -> Any:
    return _remembered(wire.decode_body_field, shape, name, raw)


def _remembered(decode: Decode, shape: Shape, name: str, raw: bytes) -> Any:
    """A certain date has 14 bytes; what is longer is rare, and may be very long and another one each time."""
    return _read(decode, shape, name, raw) if len(raw) <= _SHORT else _read.__wrapped__(decode, shape, name, raw)


@lru_cache(maxsize=16_384)
def _read(decode: Decode, shape: Shape, name: str, raw: bytes) -> Any:
    """Raises NotDecodableError, for a date too that no calendar and no register has: admission lets none in."""
    try:
        return facts.READ[name](decode(shape, name, raw))
    except ValueError:
        pass  # raised below: the caught error may hold the value
    raise NotDecodableError(shape.full_name)


@cache
def _layout(shape: Shape) -> Layout:
    places = {field["name"]: place for place, field in enumerate(shape.schema["fields"][0]["type"]["fields"])}
    return Layout(*(places[name] for name in Layout._fields))
