"""
Free text of a statement is searched for individual numbers (個人番号); identifiers, codes and dates are not.

The relay looks before a statement is sent, so that none enters the bus, and admission looks again, because a relay
may be somebody else's. Which fields are free follows from the shape: every string that ``CODED`` does not name.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from kairan import shapes
from kairan.number_guard import holds_individual_number
from kairan.shapes import Schema, Shape

Collect = Callable[[Any, list[str]], None]
CODED = frozenset(
    {
        "Address.municipality_or_ward",
        "Address.postcode",
        "Address.town_id",
        "Assessment.kind",
        "Assessment.number",
        "Closing.stage",
        "Destination.municipality",
        "Destination.ward",
        "Envelope.correlation",
        "Envelope.type",
        "Forwarding.municipality",
        "Group.id",
        "Household.number",
        "Measure.id",
        "Measure.kind",
        "Municipality.code",
        "Municipality.role",
        "Municipality.ward",
        "Notification.route",
        "PartialDate.value",
        "Period.end",
        "Period.start",
        "Perpetrator.sex",
        "Reason.code",
        "Reason.edition",
        "Related.atena_number",
        "Related.role",
        "RelocationScope.former_ward",
        "RelocationScope.kind",
        "RelocationScope.new_ward",
        "Source.business",
        "Source.municipality",
        "Subject.atena_number",
        "Subject.kind",
        "body.amended",
        "body.arrival_kind",
        "body.collection",
        "body.evidence",
        "body.first_received_by",
        "body.mover_scope",
        "body.notice_route",
        "body.procedure",
        "body.resident_kind",
        "body.resident_state",
        "body.scope",
        "body.sex",
        "body.subject_role",
        "body.taxpayer_kind",
    }
)
"""Places (record and field) of identifiers, codes and dates."""
SHORTEST = 12
"""A text with fewer characters holds no individual number."""
BETWEEN = "\x00"
"""Parts two texts, so that no run of digits reaches from one into the next."""


def individual_numbers(shape: Shape, record: Mapping[str, Any]) -> list[str]:
    """The path of each free text of a statement (its envelope and body fields) that holds an individual number."""
    texts: list[str] = []
    _statement_collector(shape)(record, texts)
    if not texts or not holds_individual_number(BETWEEN.join(texts)):
        return []
    places = _places(shape.schema, record, "", "body", shapes.definitions(shape.schema))
    return [path for path, text in places if holds_individual_number(text)]


def free_places(shape: Shape) -> set[str]:
    """Every place of the shape whose text is free, for people and tests."""
    named = shapes.definitions(shape.schema)
    records = {"body": shape.schema} | {_short(name): each for name, each in named.items() if each is not shape.schema}
    return {
        f"{name}.{field['name']}"
        for name, record in records.items()
        for field in record.get("fields", ())
        if _is_free(f"{name}.{field['name']}", field["type"], named)
    }


@cache
def _statement_collector(shape: Shape) -> Collect:
    collect = _record_collector("body", shape.schema["fields"], shapes.definitions(shape.schema))
    return collect or (lambda _record, _texts: None)


def _record_collector(name: str, fields: list[dict[str, Any]], named: Mapping[str, Schema]) -> Collect | None:
    compiled = ((field["name"], _collector(f"{name}.{field['name']}", field["type"], named)) for field in fields)
    collectors = tuple((field, collect) for field, collect in compiled if collect is not None)

    def _collect(record: Mapping[str, Any], texts: list[str]) -> None:
        for field, collect in collectors:
            value = record.get(field)
            if value is not None:
                collect(value, texts)

    return _collect if collectors else None


def _collector(place: str, schema: Schema, named: Mapping[str, Schema]) -> Collect | None:
    match _resolved(schema, named):
        case {"type": "array", "items": items}:
            return _each(_collector(place, items, named))
        case {"type": "record", "name": str(name), "fields": fields}:
            return _record_collector(_short(name), fields, named)
        case "string" if place not in CODED:
            return _append
    return None


def _append(value: str, texts: list[str]) -> None:
    if len(value) >= SHORTEST:
        texts.append(value)


def _each(collect: Collect | None) -> Collect | None:
    def _items(values: list[Any], texts: list[str]) -> None:
        for value in values:
            collect(value, texts)  # type: ignore[misc] # returned only when there is one

    return _items if collect else None


def _places(
    schema: Schema, value: Any, path: str, place: str, named: Mapping[str, Schema]
) -> Iterator[tuple[str, str]]:
    """Paths and texts of all free fields of a value; only walked when one of them holds a number."""
    match _resolved(schema, named):
        case _ if value is None:
            return
        case {"type": "array", "items": items}:
            for index, item in enumerate(value):
                yield from _places(items, item, f"{path}[{index}]", place, named)
        case {"type": "record", "name": str(name), "fields": fields}:
            record = "body" if not path else _short(name)
            for field in fields:
                inner = f"{path}.{field['name']}".lstrip(".")
                yield from _places(field["type"], value.get(field["name"]), inner, f"{record}.{field['name']}", named)
        case "string" if place not in CODED:
            yield path, value


def _is_free(place: str, schema: Schema, named: Mapping[str, Schema]) -> bool:
    match _resolved(schema, named):
        case {"type": "array", "items": items}:
            return _is_free(place, items, named)
        case "string":
            return place not in CODED
    return False


def _resolved(schema: Schema, named: Mapping[str, Schema]) -> Schema:
    """The definition behind a name and behind ``["null", T]``."""
    match schema:
        case ["null", branch]:
            return _resolved(branch, named)
        case str() if schema in named:
            return named[schema]
        case {"type": str(primitive)} if primitive not in ("record", "array", "fixed", "enum"):
            return primitive
    return schema


def _short(full_name: str) -> str:
    return full_name.rpartition(".")[2]
