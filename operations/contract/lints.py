"""
The rules that every shape obeys. Each is a function from a self-contained shape to the paths that break it.

They close what a poisoned schema could open: a default that unprotects, an alias that renames, recursion and
zero-byte items that take a decoder down.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kairan.shapes import Schema, definitions

Definition = dict[str, Any]
Lint = Callable[[Definition], Iterator[str]]

FROZEN_ENUMS = {
    "kairan.Change": ["created", "corrected", "annulled", "ended"],
    "kairan.Protection": ["none", "protected", "unknown"],
}
SAFETY_NAMES = {"change", "protection"}
LEAVES = {"string", "boolean", "int", "long", "bytes"}
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def envelope_first(shape: Definition) -> Iterator[str]:
    """The envelope is the first field, so that it can be decoded alone."""
    if "event_type" in shape:
        first = shape["fields"][0] if shape["fields"] else {}
        expected = f"kairan.{shape.get('stage')}.Envelope"
        if first.get("name") != "envelope" or name_of(first.get("type")) != expected:
            yield f"the first field must be envelope, of type {expected}"


def body_fields_are_nullable(shape: Definition) -> Iterator[str]:
    """Every body field is ["null", T] with default null: so any may be withheld."""
    for field in body_of(shape):
        match field["type"]:
            case ["null", str() | dict()] if "default" in field and field["default"] is None:
                continue
        yield f"{field['name']}: a body field must be nullable with default null"


def locations_are_stated(shape: Definition) -> Iterator[str]:
    """Nobody forgets to say whether a field reveals where somebody lives."""
    for field in body_of(shape):
        if not isinstance(field.get("reveals_location"), bool):
            yield f"{field['name']}: reveals_location must be true or false"


def everything_is_documented(shape: Definition) -> Iterator[str]:
    """A word of law has its own word in the documentation of the field."""
    for path, each in [*fields_of(shape), *definitions(shape).items()]:
        if not JAPANESE.search(each.get("doc", "")):
            yield f"{path}: doc must hold the Japanese term"


def enums_are_frozen(shape: Definition) -> Iterator[str]:
    """Only change and protection are enums; code lists are strings, checked against dated editions."""
    for name, definition in definitions(shape).items():
        if definition["type"] == "enum" and FROZEN_ENUMS.get(name) != definition["symbols"]:
            yield f"{name}: only change and protection may be enums, with the symbols they have"


def safety_has_no_default(shape: Definition) -> Iterator[str]:
    """A reader that misses a safety field must fail, not assume."""
    enums = {name for name, definition in definitions(shape).items() if definition["type"] == "enum"}
    for path, field in fields_of(shape):
        decides = field["name"] in SAFETY_NAMES or enums & names_in(field["type"])
        if decides and field.get("safety") is not True:
            yield f"{path}: must be marked safety = true"
        if field.get("safety") and "default" in field:
            yield f"{path}: a safety field must not have a default"
    for name in enums:
        if "default" in definitions(shape)[name]:
            yield f"{name}: an enum must not have a default"


def nothing_recurses(shape: Definition) -> Iterator[str]:
    """A type that holds itself lets a few bytes nest until the process dies."""
    named = definitions(shape)
    for name in named:
        if name in reached_from(name, named):
            yield f"{name}: holds itself"


def items_have_bytes(shape: Definition) -> Iterator[str]:
    """A list of items that take no bytes lets a few bytes make millions of them."""
    named = definitions(shape)
    for path, field in fields_of(shape):
        for schema in parts_of(field["type"]):
            if isinstance(schema, dict) and schema["type"] == "array" and not takes_bytes(schema["items"], named):
                yield f"{path}: the list's items may take no bytes"


def types_are_known(shape: Definition) -> Iterator[str]:
    """Only what the scanner can check: no map, no float, no other union than with null."""
    named = definitions(shape)
    for path, field in fields_of(shape):
        for schema in parts_of(field["type"]):
            match schema:
                case ["null", str() | dict()] | {"type": "array" | "record" | "fixed" | "enum" | "long"}:
                    continue
                case str() if schema in LEAVES or schema in named or schema == "null":
                    continue
            yield f"{path}: a type that the scanner does not check"


def nothing_is_renamed(shape: Definition) -> Iterator[str]:
    """An alias could put an old value under a new, less protected name."""
    for path, each in [*fields_of(shape), *definitions(shape).items()]:
        if "aliases" in each:
            yield f"{path}: must not have aliases"


LINTS: tuple[Lint, ...] = (
    envelope_first,
    body_fields_are_nullable,
    locations_are_stated,
    everything_is_documented,
    enums_are_frozen,
    safety_has_no_default,
    nothing_recurses,
    items_have_bytes,
    types_are_known,
    nothing_is_renamed,
)


def broken(shape: Definition) -> list[str]:
    """Every breach of every lint, with the shape's name."""
    return [f"{shape['name']}: {problem}" for lint in LINTS for problem in lint(shape)]


def body_of(shape: Definition) -> list[Definition]:
    return shape["fields"][1:] if "event_type" in shape else []


def fields_of(schema: Schema, path: str = "") -> Iterator[tuple[str, Definition]]:
    """Every field at any depth, with its path."""
    for part in parts_of(schema):
        if isinstance(part, dict) and part["type"] == "record":
            for field in part["fields"]:
                inner = f"{path}.{field['name']}".lstrip(".")
                yield inner, field
                yield from fields_of(field["type"], inner)


def parts_of(schema: Schema) -> Iterator[Schema]:
    """The schema itself, branches of unions and items of lists; not the fields of records."""
    yield schema
    match schema:
        case list():
            for branch in schema:
                yield from parts_of(branch)
        case {"type": "array", "items": items}:
            yield from parts_of(items)


def expanded(schema: Any, named: Mapping[str, Definition]) -> Any:
    """The schema with every reference, at any depth, replaced by its definition; the types must not recurse."""
    if isinstance(schema, list):
        return [expanded(each, named) for each in schema]
    if isinstance(schema, dict):
        return {key: value if key == "name" else expanded(value, named) for key, value in schema.items()}
    return expanded(named[schema], named) if isinstance(schema, str) and schema in named else schema


def name_of(schema: Schema) -> str | None:
    """The name of a definition or a reference."""
    return schema.get("name") if isinstance(schema, dict) else schema


def names_in(schema: Schema) -> set[str]:
    """What a field's type names: primitives too, in unions and lists too."""
    parts = (part for part in parts_of(schema) if not isinstance(part, list))
    return {name for part in parts if (name := name_of(part))}


def reached_from(name: str, named: Mapping[str, Definition]) -> set[str]:
    """Names of the types that a type holds at any depth."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for field in named[waiting.pop()].get("fields", ()):
            inside = (names_in(field["type"]) & named.keys()) - found
            found |= inside
            waiting += inside
    return found


def takes_bytes(schema: Schema, named: Mapping[str, Definition], inside: frozenset[str] = frozenset()) -> bool:
    """Does every value of this schema take at least one byte?"""
    if isinstance(schema, str):
        schema = named.get(schema, {"type": schema})
    match schema:
        case {"type": "null"} | {"type": "fixed", "size": 0}:
            return False
        case {"type": "record", "name": name, "fields": fields}:
            return name not in inside and any(takes_bytes(each["type"], named, inside | {name}) for each in fields)
    return True
