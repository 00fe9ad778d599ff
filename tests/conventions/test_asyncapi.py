"""The AsyncAPI document is lawful by AsyncAPI's own schema, and names what analysts may read and nothing else."""

import json
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from fastavro import parse_schema, schemaless_reader
from jsonschema import Draft7Validator

from gateway.analysts import asyncapi
from gateway.analysts.asyncapi import document
from kairan import topics, wire
from tests.unit.gateway.analysts.test_pages import BROWSER

SCHEMA = json.loads((Path(__file__).parent / "asyncapi" / "3.0.0.json").read_text(encoding="utf-8"))
"""Of github.com/asyncapi/spec-json-schemas (6.11.1, Apache-2.0), without its line breaks."""
DOCUMENT = document()
CELL = {"dataset": "migration", "window": "2026-04", "vintage": 1, "place": ["13", "12"], "count": None}


def test_it_is_what_asyncapis_own_schema_wants() -> None:
    assert [] == [each.json_path for each in Draft7Validator(SCHEMA).iter_errors(DOCUMENT)]


@pytest.mark.parametrize("broken", [{"asyncapi": "3"}, {"operations": {"read": {"action": "look"}}}])
def test_the_schema_finds_what_is_wrong(broken: dict[str, object]) -> None:
    assert not Draft7Validator(SCHEMA).is_valid(DOCUMENT | broken)


def test_it_has_every_topic_that_the_analyst_may_read_and_no_other() -> None:
    may = {topics.name(each) for each in topics.TABLE if "analyst" in each.readers}

    assert may == {each["address"] for each in DOCUMENT["channels"].values()}
    assert "statistics-releases" in may
    assert "statistics-partials" not in may


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(DOCUMENT)
    for way in {part.partition('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        found = DOCUMENT
        for step in way.split("/"):
            found = found[step]


def test_a_record_is_read_by_the_schema_that_stands_in_it() -> None:
    value = wire.encode_record("kairan.bus.StatisticsCell", CELL)
    schema = DOCUMENT["components"]["messages"]["kairan.bus.StatisticsCell"]["payload"]["schema"]

    assert CELL == schemaless_reader(BytesIO(value[wire.FRAME :]), parse_schema(schema))


def test_it_is_served_and_its_page_tells_each_topic_field_and_address() -> None:
    page = unescape(BROWSER.get("/statistics/programs").text)

    assert DOCUMENT == BROWSER.get(asyncapi.PATH).json()
    assert all(each["address"] in page for each in DOCUMENT["channels"].values())
    assert all(each.doc in page for kind in asyncapi.kinds() for each in asyncapi.fields(kind))
    assert "/api/statistics/releases" in page
    assert "older than the release of this number" in page
