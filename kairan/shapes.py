"""
The shapes of all records: released Avro schemas with their fixed ids, as the wire, the scanner and routing need them.

Read from the package ``schemas``: its small index on import, a shape when it is first asked for.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

Stage = Literal["statement", "event", "delivery"]
Schema = Any
"""A parsed ``.avsc``: a name, a union (list) or a definition (dict)."""

Named = Mapping[str, dict[str, Any]]
"""Full name → definition."""


class UnknownSchemaIdError(LookupError):
    """No release has this schema id, or none of the kind that was asked for."""

    def __init__(self, schema_id: int) -> None:
        super().__init__(f"no released shape has the schema id {schema_id}")
        self.schema_id = schema_id


class Release(NamedTuple):
    """A line of ``schemas/index.json``: a shape as it was published once and for all."""

    schema_id: int
    full_name: str
    release: int
    digest: str


@dataclass(frozen=True, slots=True)
class BodyField:
    """A top-level field of a body: the unit of a mask."""

    name: str
    doc: str
    reveals_location: bool
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class RecordShape:
    """The shape of one of the bus's own records (``kairan.bus.*``)."""

    full_name: str
    schema_id: int
    schema: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The shape of a statement, an event or a delivery; there is one object for each schema id."""

    full_name: str
    schema_id: int
    stage: Stage
    type: str
    lane: Literal["live", "bulk"]
    business: str
    envelope_fields: tuple[str, ...]
    body_fields: tuple[BodyField, ...]
    schema: dict[str, Any] = field(repr=False)


def _index() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files("schemas").joinpath("index.json").read_bytes())
    return content


_INDEX = _index()
TYPES: tuple[str, ...] = tuple(_INDEX["types"])
"""The types of events, in the catalogue's order."""

RELEASES = {line[0]: Release(*line) for line in _INDEX["releases"]}
_CURRENT = {release.full_name: release for release in RELEASES.values()}


def shape(stage: Stage, type: str) -> Shape:  # noqa: A002 - the word of the envelope
    """The current shape of a type at a stage."""
    return by_id(_CURRENT[f"kairan.{stage}.{type}"].schema_id)


@cache
def by_id(schema_id: int) -> Shape:
    """The shape with this id, of any release; raises UnknownSchemaIdError."""
    schema = _released(schema_id)
    if "event_type" not in schema:
        raise UnknownSchemaIdError(schema_id)
    envelope, *body = schema["fields"]
    return Shape(
        full_name=schema["name"],
        schema_id=schema_id,
        stage=schema["stage"],
        type=schema["event_type"],
        lane=schema["lane"],
        business=schema["business"],
        envelope_fields=tuple(each["name"] for each in envelope["type"]["fields"]),
        body_fields=tuple(
            BodyField(each["name"], each["doc"], each["reveals_location"], index) for index, each in enumerate(body)
        ),
        schema=schema,
    )


def record_shape(full_name: str) -> RecordShape:
    """The current shape of a ``kairan.bus.*`` record."""
    return record_by_id(_CURRENT[full_name].schema_id)


@cache
def record_by_id(schema_id: int) -> RecordShape:
    """The record shape with this id, of any release; raises UnknownSchemaIdError."""
    schema = _released(schema_id)
    if "event_type" in schema:
        raise UnknownSchemaIdError(schema_id)
    return RecordShape(schema["name"], schema_id, schema)


def _released(schema_id: int) -> dict[str, Any]:
    if schema_id not in RELEASES:
        raise UnknownSchemaIdError(schema_id)
    release = RELEASES[schema_id]
    path = files("schemas").joinpath("released", release.full_name, f"{release.release}.avsc")
    schema: dict[str, Any] = json.loads(path.read_bytes())
    return schema


def definitions(schema: Schema) -> dict[str, dict[str, Any]]:
    """All named types that a self-contained schema defines, at any depth."""
    return {definition["name"]: definition for definition in _walk(schema)}


def _walk(schema: Schema) -> Iterator[dict[str, Any]]:
    match schema:
        case list():
            for branch in schema:
                yield from _walk(branch)
        case {"type": "array", "items": items}:
            yield from _walk(items)
        case {"type": "record", "fields": fields}:
            yield schema
            for each in fields:
                yield from _walk(each["type"])
        case {"type": "fixed" | "enum"}:
            yield schema


def self_contained(schema: Schema, named: Named, seen: set[str] | None = None) -> Schema:
    """The schema with every reference replaced, where it is first used, by its definition."""
    seen = set() if seen is None else seen
    match schema:
        case str() if schema in named:
            return schema if schema in seen else self_contained(named[schema], named, seen)
        case list():
            return [self_contained(branch, named, seen) for branch in schema]
        case {"type": "array", "items": items}:
            return {**schema, "items": self_contained(items, named, seen)}
        case {"type": "record" | "fixed" | "enum", "name": name} if name in seen:
            return name
        case {"type": "record", "name": name, "fields": fields}:
            seen.add(name)
            inlined = [{**each, "type": self_contained(each["type"], named, seen)} for each in fields]
            return {**schema, "fields": inlined}
        case {"type": "fixed" | "enum", "name": name}:
            seen.add(name)
    return schema
