"""
Reads ``schemas/catalogue/*.toml``, the one source of all shapes, into Avro definitions.

References between named types stay names here; ``generate`` puts each definition where it is first used.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

PRIMITIVES = {"string", "boolean", "int", "long", "bytes"}
STAGES = {"statement": 10_000, "event": 20_000, "delivery": 30_000}
BUS = 40_000
ROOT = "kairan."
Definition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Top:
    """A shape that is released; its schema id is ``first_id`` + release."""

    first_id: int
    definition: Definition


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is written in the catalogue: event types in order, named types, and the shapes to release."""

    types: tuple[str, ...]
    named: dict[str, Definition]
    tops: tuple[Top, ...]


def read(folder: Traversable | None = None) -> Catalogue:
    """The catalogue as committed, or that of another folder."""
    pages = list(_pages(folder or files("schemas").joinpath("catalogue")))
    named = {definition["name"]: definition for page in pages for definition in _named(page)}
    snapshot = next(page["fields"] for page in pages if "fields" in page)
    events = sorted((event for page in pages for event in page.get("event", ())), key=lambda event: event["number"])
    tops = [_event(event, stage, snapshot) for stage in STAGES for event in events]
    tops += [Top(BUS + 100 * top["number"], _record(top)) for page in pages for top in page.get("top", ())]
    return Catalogue(tuple(event["type"] for event in events), named, tuple(tops))


def _pages(folder: Traversable) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            yield tomllib.loads(path.read_text(encoding="utf-8"))


def _named(page: dict[str, Any]) -> Iterator[Definition]:
    for fixed in page.get("fixed", ()):
        yield {"type": "fixed", **fixed}
    for enum in page.get("enum", ()):
        yield {"type": "enum", **enum}
    for record in page.get("record", ()):
        yield _record(record)


def _record(record: dict[str, Any]) -> Definition:
    fields = [_field(field) for field in record["fields"]]
    return {"type": "record", "name": record["name"], "doc": record["doc"], "fields": fields}


def _event(event: dict[str, Any], stage: str, snapshot: list[dict[str, Any]]) -> Top:
    wanted = [field["name"] for field in snapshot] if event["snapshot"] == "all" else event["snapshot"]
    body = [field for field in snapshot if field["name"] in wanted] + event["fields"]
    definition = {
        "type": "record",
        "name": f"{ROOT}{stage}.{event['type']}",
        "doc": event["doc"],
        "stage": stage,
        "event_type": event["type"],
        "lane": event["lane"],
        "business": event["business"],
        "fields": [_envelope(stage), *_body(body)],
    }
    return Top(STAGES[stage] + 100 * event["number"], definition)


def _envelope(stage: str) -> Definition:
    return {"name": "envelope", "type": f"{ROOT}{stage}.Envelope", "doc": "Metadata, always first (封筒)"}


def _body(fields: Iterable[dict[str, Any]]) -> Iterator[Definition]:
    for field in fields:
        yield _field({**field, "type": f"?{field['type']}"})


def _field(field: dict[str, Any]) -> Definition:
    """A nullable field defaults to null, unless somebody's safety depends on it."""
    default = {"default": None} if field["type"].startswith("?") and not field.get("safety") else {}
    return {**field, "type": _type(field["type"]), **default}


def _type(text: str) -> Any:
    if text.startswith("?"):
        return ["null", _type(text[1:])]
    if text.startswith("["):
        return {"type": "array", "items": _type(text[1:-1])}
    if text == "timestamp":
        return {"type": "long", "logicalType": "timestamp-millis"}
    return text if text in PRIMITIVES else ROOT + text
