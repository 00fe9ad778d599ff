"""
Hostile rows of a core system: whatever stands in a column is mapped to canonical bytes or refused without a word of it.

PostgreSQL keeps neither U+0000 nor half a surrogate pair; of another source the relay refuses the second, admission
the first. It does keep numbers and lists that Python does not read: the relay meets a payload as text.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.postgres.outbox import Row, result_of
from connectors.source import LARGEST_STATEMENT, Change, Mapped, Unmappable
from kairan import scanner, shapes, wire
from producers.mapping import TABLES, mapper
from tests.unit.producers.changes import KEY, YOKOHAMA, a_change, a_record
from tests.unit.producers.test_other_changes import a_measure

MARK = "秘密の値"
DEEP: Any = MARK
for _ in range(900):
    DEEP = [DEEP]
VALUES: dict[str, Any] = {
    "nothing": None,
    "a number": 7,
    "a number of 65 bits": 2**64,
    "a fraction": 0.5,
    "no number": float("nan"),
    "a number beyond every float": float("inf"),
    "a number of 4,300 digits": 10**4299,
    "true": True,
    "a list": [MARK],
    "an object": {MARK: MARK, "text": MARK, "value": MARK},
    "a deep list": DEEP,
    "a text": MARK,
    "an empty text": "",
    "half a surrogate pair": f"{MARK}\ud800",
    "U+202E": f"\u202e{MARK}",
    "wide digits": f"２０２６{MARK}",
    "a day that is none": "2026-02-30T99:99:99+99:99",
    "a year of ten digits": "9999999999-01-01T00:00:00Z",
    "JSON": f'","protection":"none","{MARK}":"',
    "a formula": f"=cmd|'{MARK}'!A0",
    "100 KB": MARK * 8_000,
    "digits without end": "1" * 60_000,
}
UNREADABLE = {
    "1e5000 in a version": json.dumps({"measure": {"version": 0}}).replace("0", "1" + "0" * 5000),
    "1e5000 below zero": json.dumps({"record": {"particulars": {MARK: 0}}}).replace("0", "-1" + "0" * 5000),
    "lists 3,000 deep": "[" * 3_000 + json.dumps(MARK) + "]" * 3_000,
    "objects 3,000 deep": '{"measure": ' * 3_000 + json.dumps(MARK) + "}" * 3_000,
    "lists to the last byte": "[" * 500_000 + "]" * 500_000,
}
NUMBER = "100000000012"
MAP = mapper(YOKOHAMA, KEY)
CHANGES = (
    a_change(
        previous=a_record(),
        reason="41",
        parties=[{"role": "origin", "code": "131237"}],
        related=[{"role": "head", "atena_number": NUMBER}],
    ),
    a_measure(atena_number=NUMBER),
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


PLACES = [(change, at) for change in CHANGES for at in paths(change.payload)]


def bent(change: Change, at: tuple[Any, ...], value: Any) -> dict[str, Any]:
    payload = copy.deepcopy(dict(change.payload))
    inner: Any = payload
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return payload


@pytest.mark.parametrize("value", VALUES.values(), ids=[name.replace(" ", "-") for name in VALUES])
def test_whatever_stands_in_a_column_is_mapped_canonically_or_refused_without_telling_it(value: Any) -> None:
    for change, at in PLACES:
        result = MAP(Change(change.table, bent(change, at, value)))
        if isinstance(result, Mapped):
            scanner.check(shapes.by_id(wire.schema_id(result.value)), result.value)
            assert len(result.value) <= LARGEST_STATEMENT
        else:
            assert result.problems
            assert MARK not in str(result)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "payload",
    [*({}, {"record": None}, {"record": []}, {"municipality": YOKOHAMA, "record": {}}), *(None, 7, MARK, [], [{}])],
    ids=str,
)
def test_a_row_without_what_its_table_has_is_refused(table: str, payload: object) -> None:
    result = result_of(a_row(table, json.dumps(payload)), MAP)

    assert isinstance(result, Unmappable)
    assert MARK not in str(result)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("payload", UNREADABLE.values(), ids=[name.replace(" ", "-") for name in UNREADABLE])
def test_a_payload_that_python_does_not_read_is_refused_and_a_flag_among_them_hides_its_person(
    table: str, payload: str
) -> None:
    result = result_of(a_row(table, payload), MAP)

    assert isinstance(result, Unmappable)
    assert [("change.malformed", "")] == [(problem.code, problem.path) for problem in result.problems]
    assert MARK not in str(result)
    hides = None if result.doubt is None else wire.decode_envelope(result.doubt.value).record["subject"]
    assert ("support_measure" == table) == (hides is not None and hides["atena_number"] == NUMBER)


def a_row(table: str, payload: str) -> Row:
    return Row(1, NUMBER, table, topic=None, mapped=None, payload=payload)
