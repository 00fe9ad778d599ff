"""
Checks of single fields, compiled from the shape: codes, digits, dates, ranges.

A string field that ``CHECKS`` does not name is free text (``kairan.free_text``): a new field is searched for an
individual number until somebody decides that it holds a code.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kairan import codes, shapes
from kairan.shapes import Schema, Shape
from processors.admission import days
from processors.admission.days import Days
from processors.admission.reasons import Problem, problem

Found = tuple[Problem, ...]
Check = Callable[[Any, Days], Found]

_OK: tuple[Problem, ...] = ()
MOST_ITEMS = 64
"""Of a list in a body: 64 KiB of the shortest items cost a second and twenty megabytes, and a batch has hundreds."""
MEASURE_ID = re.compile(r"[0-9A-Za-z_.:-]{1,64}", re.ASCII)


def identifier(_value: str, _days: Days) -> Found:
    """An identifier without a format of its own: nothing to check, and no free text."""
    return _OK


@dataclass(frozen=True, slots=True)
class Listed:
    """The value is one of a closed list."""

    known: frozenset[str]

    def __call__(self, value: str, _days: Days) -> Found:
        return _OK if value in self.known else (problem("list.unknown_code"),)


def listed(known: Collection[str]) -> Check:
    return Listed(frozenset(known))


def digits(count: int) -> Check:
    def _check(value: str, _days: Days) -> Found:
        return _OK if len(value) == count and value.isascii() and value.isdigit() else (problem("digits.invalid"),)

    return _check


def at_least(least: int) -> Check:
    return lambda value, _days: _OK if value >= least else (problem("number.out_of_range"),)


def iso_day(value: str, _days: Days) -> Found:
    return _OK if days.is_iso_day(value) else (problem("date.invalid"),)


def partial_date(value: dict[str, Any], _days: Days) -> Found:
    rule = days.date_rule(**value)
    return _OK if rule is None else (problem("date.invalid", rule=rule),)


def measure_id(value: str, _days: Days) -> Found:
    return _OK if MEASURE_ID.fullmatch(value) else (problem("measure.invalid_id"),)


SNAPSHOT = tuple(field.name for field in shapes.shape("statement", "residence.RecordAmended").body_fields[:-2])
"""Fields of the resident's record, which an amendment names: all but its own two."""
RELATED = "related"
"""The envelope's part that an amendment may name too."""

# Lists that the shapes write out. What only general knowledge lists (30条の45区分, 非課税区分 …) is free text.
CHECKS: dict[str, Check] = {
    "Address.municipality_or_ward": days.municipality_or_ward,
    "Address.postcode": digits(7),
    "Address.town_id": digits(7),
    "Assessment.fiscal_year": at_least(1950),
    "Assessment.kind": listed(codes.ASSESSMENT_KINDS),
    "Assessment.number": identifier,
    "Assessment.revision": at_least(0),
    "Closing.stage": listed(codes.CLOSING_STAGES),
    "Destination.municipality": days.municipality,
    "Destination.ward": days.municipality_or_ward,
    "Forwarding.municipality": days.municipality,
    "Household.number": identifier,
    "Measure.id": measure_id,
    "Measure.kind": listed(codes.MEASURE_KINDS),
    "Measure.version": at_least(1),
    "Notice.resend_of": at_least(1),
    "Notice.sequence": at_least(1),
    "Notification.route": listed(codes.NOTIFICATION_ROUTES),
    "PartialDate.value": identifier,
    "Period.end": iso_day,
    "Period.start": iso_day,
    "Perpetrator.sex": listed(codes.SEXES),
    "RelocationScope.former_ward": days.municipality_or_ward,
    "RelocationScope.kind": listed(codes.RELOCATION_KINDS),
    "RelocationScope.new_ward": days.municipality_or_ward,
    "TaxAmounts.forest_tax": at_least(0),
    "TaxAmounts.income_levy": at_least(0),
    "TaxAmounts.per_capita_levy": at_least(0),
    "TaxAmounts.total": at_least(0),
    "body.amended": listed((*SNAPSHOT, RELATED)),
    "body.arrival_kind": listed(codes.ARRIVAL_KINDS),
    "body.collection": listed(codes.COLLECTIONS),
    "body.dependants": at_least(0),
    "body.evidence": listed(codes.LINK_EVIDENCE),
    "body.first_received_by": days.ever,
    "body.mover_scope": listed(codes.MOVER_SCOPES),
    "body.notice_route": listed(codes.NOTICE_ROUTES),
    "body.procedure": listed(codes.PROCEDURES),
    "body.resident_kind": listed(codes.RESIDENT_KINDS),
    "body.resident_state": listed(codes.RESIDENT_STATES),
    "body.scope": listed(codes.MEASURE_SCOPES),
    "body.sex": listed(codes.SEXES),
    "body.stage": listed(codes.APPLICATION_STAGES),
    "body.subject_role": listed(codes.MEASURE_SUBJECT_ROLES),
    "body.taxpayer_kind": listed(codes.TAXPAYER_KINDS),
}
"""By record and field, or ``body`` and top-level field; of a list, each item."""

WHOLE: dict[str, Check] = {"PartialDate": partial_date}
"""Checks of a record as a whole, by its name."""


@cache
def checks_of(shape: Shape) -> Check:
    """Checks every field of a body."""
    return _record("body", shape.schema["fields"][1:], shapes.definitions(shape.schema)) or identifier


def _record(name: str, fields: list[dict[str, Any]], named: Mapping[str, Schema]) -> Check | None:
    compiled = ((field["name"], _check(f"{name}.{field['name']}", field["type"], named)) for field in fields)
    checks = tuple((field, check) for field, check in compiled if check is not None)

    def _fields(value: dict[str, Any], days: Days) -> Found:
        found: Found = _OK
        for field, check in checks:
            inner = value[field]
            if inner is not None and (wrong := check(inner, days)):
                found += tuple(each.under(field) for each in wrong)
        return found

    return _fields if checks else None


def _check(place: str, schema: Schema, named: Mapping[str, Schema]) -> Check | None:
    """The check of a field of this type; None where there is nothing to check."""
    match named.get(schema, schema) if isinstance(schema, str) else schema:
        case ["null", branch]:
            return _check(place, branch, named)
        case {"type": "array", "items": items}:
            return _each(_check(place, items, named))
        case {"type": "record", "name": str(full_name), "fields": fields}:
            name = full_name.rpartition(".")[2]
            return WHOLE.get(name) or _record(name, fields, named)
    return CHECKS.get(place)


def _each(check: Check | None) -> Check | None:
    """The check of a list: its length, and of a list that is not too long each item."""

    def _items(value: list[Any], days: Days) -> Found:
        if len(value) > MOST_ITEMS:
            return (problem("list.too_long"),)
        return tuple(
            each.under(f"[{index}]")
            for index, item in enumerate(value)
            for each in (check(item, days) if check else _OK)
        )

    return _items
