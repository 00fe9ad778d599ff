"""
Texts of a statement are searched for 個人番号 and 住民票コード; codes, dates and plain identifiers are not.

The relay looks before a statement is sent, so that none enters the bus, and admission looks again, because a relay
may be somebody else's. Which fields are free follows from the shape: every string that is neither ``CODED`` nor one of
``IDENTIFIERS``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from kairan import shapes
from kairan.number_guard import (
    has_too_many_digits,
    holds_individual_number,
    is_plain_identifier,
    names_resident_code,
)
from kairan.shapes import Schema, Shape

Collect = Callable[[Any, list[str]], None]
CODED = frozenset(
    {
        "Address.municipality_or_ward",
        "Address.postcode",
        "Address.town_id",
        "Assessment.kind",
        "Closing.stage",
        "Destination.municipality",
        "Destination.ward",
        "Envelope.type",
        "Forwarding.municipality",
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
        "body.stage",
        "body.subject_role",
        "body.taxpayer_kind",
    }
)
"""Places (record and field) of codes, dates and numbers that admission checks: their format leaves room for nothing."""
IDENTIFIERS = frozenset({"Assessment.number", "Envelope.correlation", "Group.id", "Household.number", "Measure.id"})
"""Places of a member's own numbers, which follow no format: as long as they are plain they are no text."""
INDIVIDUAL_NUMBER, RESIDENT_CODE = "individual_number.found", "resident_record_code.found"
"""The reasons for which what is found is refused."""
TOO_MANY_DIGITS = "text.too_many_digits"
"""The reason for which nothing is searched: whoever searches for long keeps everybody else waiting."""
SHORTEST = 12
"""A text with fewer characters holds neither number."""
BETWEEN = "\x00"
"""Parts two texts, so that no run of digits reaches from one into the next."""


class Found(NamedTuple):
    """A text that must not enter: the reason, and where it stands."""

    code: str
    path: str


def found(shape: Shape, record: Mapping[str, Any]) -> list[Found]:
    """Each text of a statement (its envelope and body fields) that holds a number which never enters."""
    texts: list[str] = []
    _statement_collector(shape)(record, texts)
    return found_among(texts, shape, record)


def found_among(texts: Sequence[str], shape: Shape, record: Mapping[str, Any]) -> list[Found]:
    """The same of whoever has the texts already: all that are searched, but perhaps those that are too short."""
    together = BETWEEN.join(texts)
    if has_too_many_digits(together):
        return [Found(TOO_MANY_DIGITS, "")]
    if not texts or not codes_of(together):
        return []
    places = _places(shape.schema, record, "", "body", shapes.definitions(shape.schema))
    return [Found(code, path) for path, text in places for code in codes_of(text)]


def codes_of(text: str) -> list[str]:
    """The reasons for which this text must not enter."""
    answers = ((INDIVIDUAL_NUMBER, holds_individual_number), (RESIDENT_CODE, names_resident_code))
    return [code for code, holds in answers if holds(text)]


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


def codes_of_identifier(text: str) -> list[str]:
    """The same of a member's own number, which may have digits of its own."""
    return [] if is_plain_identifier(text) else codes_of(text)


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
        case "string" if place in IDENTIFIERS:
            return _append_unless_plain
        case "string" if place not in CODED:
            return _append
    return None


def _append(value: str, texts: list[str]) -> None:
    if len(value) >= SHORTEST:
        texts.append(value)


def _append_unless_plain(value: str, texts: list[str]) -> None:
    if not is_plain_identifier(value):
        _append(value, texts)


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
        case "string" if place not in CODED and not (place in IDENTIFIERS and is_plain_identifier(value)):
            yield path, value


def _is_free(place: str, schema: Schema, named: Mapping[str, Schema]) -> bool:
    match _resolved(schema, named):
        case {"type": "array", "items": items}:
            return _is_free(place, items, named)
        case "string":
            return place not in CODED | IDENTIFIERS
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
