"""
Hostile rows of a core system: whatever stands in a column is mapped to canonical bytes or refused without a word of it.

PostgreSQL keeps neither U+0000 nor half a surrogate pair; of another source the relay refuses the second, admission
the first.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.source import LARGEST_STATEMENT, Change, Mapped, Unmappable
from kairan import scanner, shapes, wire
from producers.mapping import TABLES, mapper
from tests.unit.producers.changes import KEY, YOKOHAMA, a_change, a_record

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
MAP = mapper(YOKOHAMA, KEY)
PAYLOAD = dict(a_change(previous=a_record(), reason="41", parties=[{"role": "origin", "code": "131237"}],
                        related=[{"role": "head", "atena_number": "100000000012"}]).payload)  # fmt: skip


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


def bent(at: tuple[Any, ...], value: Any) -> dict[str, Any]:
    payload = copy.deepcopy(PAYLOAD)
    inner: Any = payload
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return payload


@pytest.mark.parametrize("value", VALUES.values(), ids=[name.replace(" ", "-") for name in VALUES])
def test_whatever_stands_in_a_column_is_mapped_canonically_or_refused_without_telling_it(value: Any) -> None:
    for at in paths(PAYLOAD):
        result = MAP(Change("resident_history", bent(at, value)))
        if isinstance(result, Mapped):
            scanner.check(shapes.by_id(wire.schema_id(result.value)), result.value)
            assert len(result.value) <= LARGEST_STATEMENT
        else:
            assert result.problems
            assert MARK not in str(result)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "payload", [{}, {"record": None}, {"record": []}, {"municipality": YOKOHAMA, "record": {}}], ids=str
)
def test_a_row_without_what_its_table_has_is_refused(table: str, payload: dict[str, Any]) -> None:
    assert isinstance(MAP(Change(table, payload)), Unmappable)
