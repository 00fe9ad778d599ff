"""
A record of the log, as far as routing reads it.

The scanner finds where every field of envelope and body lies. Most bytes are copied or compared, not decoded; what
must be understood is decoded when it is asked for.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from kairan import scanner, shapes, wire
from kairan.shapes import Shape, UnknownSchemaIdError
from kairan.stream import Incoming
from processors.routing.plans import PROTECTION_CHANGED, Parties, Party, Source

_NULL = 0
_EMPTY_LIST = 0
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


class Event:
    """``marks``: where the fields of the envelope begin, and its end; ``boundaries``: the same for the body."""

    __slots__ = ("_envelope", "boundaries", "layout", "marks", "record", "shape", "value")

    def __init__(self, record: Incoming, shape: Shape, value: bytes) -> None:
        self.record = record
        self.shape = shape
        self.value = value
        self.layout = _layout(shape)
        self.marks = scanner.envelope_boundaries(shape, value)
        self.boundaries = scanner.boundaries(shape, value, self.marks[-1])
        self._envelope: Mapping[str, Any] | None = None

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
        return "bulk" if self.record.topic.endswith(".bulk") else "live"

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
        raw = self.bytes_of(self.layout.key_version, self.layout.key_version)
        return raw[0] >> 1 if len(raw) == 1 else int(self.envelope["key_version"])

    @property
    def related(self) -> Sequence[Mapping[str, Any]]:
        return self._listed(self.layout.related, "related")

    @property
    def group(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self._nullable(self.layout.group, "group")
        return found

    @property
    def correlation(self) -> str | None:
        found: str | None = self._nullable(self.layout.correlation, "correlation")
        return found

    @property
    def lineage(self) -> Sequence[Mapping[str, Any]]:
        return self._listed(self.layout.lineage, "lineage")

    def bytes_of(self, first: int, last: int) -> bytes:
        """From one field of the envelope to another, both included."""
        return self.value[self.marks[first] : self.marks[last + 1]]

    def fields(self, names: Sequence[str]) -> Mapping[str, Any]:
        """These body fields decoded; an older release of the shape may not have them all."""
        known = [field.name for field in self.shape.body_fields if field.name in names]
        return wire.decode_fields(self.shape, self.value, self.boundaries, known)

    def asked(self, names: Sequence[str]) -> tuple[bytes, ...]:
        """The bytes of all that conditions may ask of: reason, effective day, and these body fields."""
        return (
            self.bytes_of(self.layout.reason, self.layout.reason),
            self.bytes_of(self.layout.effective, self.layout.effective),
            *(self._field(field.index) for field in self.shape.body_fields if field.name in names),
        )

    def _field(self, index: int) -> bytes:
        return self.value[self.boundaries[index] : self.boundaries[index + 1]]

    def _nullable(self, place: int, name: str) -> Any:
        return None if self.value[self.marks[place]] == _NULL else self.envelope[name]

    def _listed(self, place: int, name: str) -> Sequence[Mapping[str, Any]]:
        if self.value[self.marks[place]] == _EMPTY_LIST:
            return ()
        found: Sequence[Mapping[str, Any]] = self.envelope[name]
        return found


def read(record: Incoming) -> Event:
    """Raises UnroutableError."""
    value = record.value
    if value is None:
        raise UnroutableError(record, "the log has no tombstones")
    try:
        shape = shapes.by_id(wire.schema_id(value))
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


@cache
def _layout(shape: Shape) -> Layout:
    places = {field["name"]: place for place, field in enumerate(shape.schema["fields"][0]["type"]["fields"])}
    return Layout(*(places[name] for name in Layout._fields))
