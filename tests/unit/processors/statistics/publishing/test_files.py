"""What analysts download says of every cell what may be said, and no spreadsheet runs it."""

import csv
import json
from io import StringIO

import pytest

from processors.statistics.datasets import NATURAL_CHANGE
from processors.statistics.publishing.files import HIDDEN, guarded, name, places, resource, schema, table_file
from processors.statistics.publishing.hierarchies import ALL
from processors.statistics.publishing.releases import Release, released
from processors.statistics.publishing.tables import table

COUNTS = {
    ("131016", "births", "1"): 5,
    ("131016", "deaths", "1"): 40,
    ("132012", "births", "2"): 40,
    ("132012", "deaths", "1"): 44,
}
(KEPT,) = released([table(NATURAL_CHANGE, "2026-04", COUNTS)])
TOLD = KEPT.release


def read(release: Release) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(table_file(release).decode("utf-8-sig"), newline="")))


def test_a_file_begins_with_the_mark_of_utf_8_and_its_lines_end_as_the_rfc_says() -> None:
    file = table_file(TOLD)

    assert file.startswith(b"\xef\xbb\xbfmunicipality,change,sex,count\r\n")
    assert file.endswith(b"\r\n")
    assert file.count(b"\n") == file.count(b"\r\n")


def test_each_cell_stands_in_it_once_zeros_and_hidden_ones_too() -> None:
    rows = {(row["municipality"], row["change"], row["sex"]): row["count"] for row in read(TOLD)}

    assert rows.keys() == set(places(TOLD))
    assert len(rows) == len(read(TOLD))
    assert HIDDEN == rows["131016", "births", "1"]
    assert "0" == rows["132012", "births", "1"]
    assert {TOLD.count(place) for place in rows} == {None if count == HIDDEN else int(count) for count in rows.values()}


def test_no_hidden_count_is_in_the_file() -> None:
    hidden = {",".join(place) for place in TOLD.hidden}

    assert hidden
    lines = table_file(TOLD).decode("utf-8-sig").splitlines()
    assert hidden <= {line.removesuffix(f",{HIDDEN}") for line in lines if line.endswith(f",{HIDDEN}")}


@pytest.mark.parametrize("text", ["=1+1", "+81", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝１＋１", "＠SUM"])
def test_a_text_is_no_formula(text: str) -> None:
    assert f"'{text}" == guarded(text)


@pytest.mark.parametrize("text", ["131016", "20-24", "90+", "unknown", ALL, "東京都"])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert text == guarded(text)


def test_what_the_rfc_quotes_is_quoted() -> None:
    odd = Release("d", "2026-04", 1, ("municipality",), (0,), {('a,"b"\r\nc',): 40}, frozenset())

    assert {"municipality": 'a,"b"\r\nc', "count": "40"} in read(odd)


def test_a_dimension_that_would_be_a_formula_is_none() -> None:
    odd = Release("d", "2026-04", 1, ("municipality",), (0,), {("=1+1",): 40}, frozenset())

    assert {"'=1+1", ALL} == {row["municipality"] for row in read(odd)}


def test_a_table_without_anybody_has_its_heads() -> None:
    assert [] == read(Release("d", "2026-04", 1, ("municipality",), (0,), {}, frozenset()))


def test_the_schema_names_the_columns_in_their_order_and_reads_what_is_hidden_as_missing() -> None:
    found = schema(TOLD)

    assert list(read(TOLD)[0]) == [each["name"] for each in found["fields"]]
    assert [HIDDEN] == found["missingValues"]
    assert ["municipality", "change", "sex"] == found["primaryKey"]
    assert "integer" == found["fields"][-1]["type"]


def test_a_vintage_is_a_file_of_its_own() -> None:
    assert "natural-change-2026-04-v1" == name(TOLD)
    assert "natural-change-2026-04-v1.csv" == resource(TOLD, NATURAL_CHANGE)["path"]


def test_the_description_carries_the_legend_and_the_law() -> None:
    found = json.loads(json.dumps(resource(TOLD, NATURAL_CHANGE)))

    assert f"{HIDDEN}: hidden" in found["description"]
    assert NATURAL_CHANGE.basis == found["sources"][0]["title"]
