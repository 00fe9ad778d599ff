"""Files as programs and caches ask for them; the catalogue; faults that name what is wrong."""

import ast
import hashlib
import json
from pathlib import Path

import pytest

import gateway
from gateway.analysts import opendata
from gateway.analysts.opendata import Part, UnsatisfiableError
from gateway.analysts.routes import routes
from processors.statistics.publishing import shelf
from tests.unit.gateway.door import ORIGIN, browser
from tests.unit.gateway.released import CSV, room

FILE = "/data/migration-2026-04-v1.csv"
API = "/api/statistics/migration/2026-04"
BROWSER = browser(routes(room()))
TAG = f'"{hashlib.sha256(CSV).hexdigest()}"'


def test_a_file_is_the_same_for_ever_and_says_so() -> None:
    answer = BROWSER.get(FILE)
    its = answer.headers

    assert (200, CSV, TAG) == (answer.status_code, answer.content, its["ETag"])
    assert ("public, max-age=31536000, immutable", "*") == (its["Cache-Control"], its["Access-Control-Allow-Origin"])
    assert ("text/csv; charset=utf-8", "nosniff") == (its["Content-Type"], its["X-Content-Type-Options"])
    assert 'attachment; filename="migration-2026-04-v1.csv"' == its["Content-Disposition"]


def test_head_is_the_same_without_its_content() -> None:
    answer, whole = BROWSER.head(FILE), BROWSER.get(FILE)

    assert (b"", dict(whole.headers)) == (answer.content, dict(answer.headers))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": TAG}, 304),
        ({"If-None-Match": f'"x", W/{TAG}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"x"', "If-Modified-Since": "Fri, 15 Jan 2038 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "Fri, 15 Jan 2038 00:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Fri, 15 Jan 2016 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"Range": "bytes=0-3"}, 206),
        ({"Range": "bytes=0-3", "If-Range": TAG}, 206),
        ({"Range": "bytes=0-3", "If-Range": '"x"'}, 200),
        ({"Range": "bytes=0-3", "If-Range": "Fri, 15 Jan 2016 00:00:00 GMT"}, 200),
        ({"Range": "bytes=9999-"}, 416),
    ],
)
def test_whoever_has_it_or_wants_a_part_says_so(headers: dict[str, str], status: int) -> None:
    assert status == BROWSER.get(FILE, headers=headers).status_code


def test_a_part_says_which_one_it_is() -> None:
    part, none = (BROWSER.get(FILE, headers={"Range": its}) for its in ("bytes=3-8", "bytes=9999-"))

    assert (CSV[3:9], f"bytes 3-8/{len(CSV)}") == (part.content, part.headers["Content-Range"])
    assert f"bytes */{len(CSV)}" == none.headers["Content-Range"]


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("bytes=0-0", Part(0, 1)), ("bytes=5-", Part(5, 5)), ("bytes=-3", Part(7, 3)), ("bytes=-99", Part(0, 10)),
        ("bytes=8-99", Part(8, 2)), ("bytes=-", None), ("bytes=5-4", None), ("bytes=0-1,3-4", None),
        ("lines=0-1", None), ("", None),
    ],
)  # fmt: skip
def test_one_range_of_bytes_is_read_and_of_anything_else_all_is_meant(said: str, part: Part | None) -> None:
    assert part == opendata.asked_for(said, 10)


@pytest.mark.parametrize("said", ["bytes=10-", "bytes=-0"])
def test_a_part_in_which_no_byte_lies_is_none(said: str) -> None:
    with pytest.raises(UnsatisfiableError):
        opendata.asked_for(said, 10)


def test_the_catalogue_names_every_file_with_its_size_and_digest() -> None:
    told = BROWSER.get("/data/catalogue.jsonld").json()
    of_files = [each for its in told["dcat:dataset"] for each in its.get("dcat:distribution", ())]
    [mine] = [each for each in of_files if each["dct:title"] == FILE.removeprefix("/data/")]

    assert 10 == len(of_files)
    assert (f"http://testserver{FILE}".replace("http:", "https:"), str(len(CSV))) == (
        mine["dcat:downloadURL"]["@id"].replace(ORIGIN, "https://testserver"), mine["dcat:byteSize"]["@value"],
    )  # fmt: skip
    assert TAG.strip('"') == mine["spdx:checksum"]["spdx:checksumValue"]["@value"]
    assert "assumed" in told["dct:rights"]["dct:description"]


def test_a_revision_names_the_vintage_before_it() -> None:
    told = BROWSER.get("/data/catalogue.jsonld").json()
    before = [each["dcat:previousVersion"]["@id"] for each in told["dcat:dataset"] if "dcat:previousVersion" in each]

    assert ["2026-04?vintage=1"] == [each.rpartition("/")[2] for each in before]


def test_of_a_hidden_cell_there_is_never_a_number() -> None:
    answer = BROWSER.get(f"{API}?origin=13&destination=14&sex=all&age=all").json()

    assert [{"origin": "13", "destination": "14", "sex": "all", "age": "all", "count": None, "hidden": True}] == answer[
        "cells"
    ]


def test_cells_are_read_page_by_page_and_together_are_all_of_them() -> None:
    whole = BROWSER.get(f"{API}?sex=all&limit=10000").json()
    found, address = list[object](), f"{API}?sex=all&limit=7"
    while address:
        answer = BROWSER.get(address).json()
        found += answer["cells"]
        address = answer["next"]

    assert (whole["cells"], None) == (found, whole["next"])
    assert len(found) > 14


def test_releases_are_read_page_by_page_the_newest_first() -> None:
    first = BROWSER.get("/api/statistics/releases?limit=3").json()
    second = BROWSER.get(first["next"]).json()

    assert [5, 4, 3, 2, 1] == [each["number"] for each in [*first["releases"], *second["releases"]]]
    assert FILE in first["releases"][2]["files"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("origin=tokyo", "origin"), ("orign=13", "orign"), ("limit=0", "limit"), ("limit=10001", "limit"),
        ("limit=1&limit=2", "limit"), ("vintage=x", "vintage"), ("after=13", "after"),
        ("after=%00%7Ca%7Ca%7Ca", "after"), ("municipality=13", "municipality"),
    ],
)  # fmt: skip
def test_a_fault_names_the_parameter_and_the_rule(query: str, parameter: str) -> None:
    answer = BROWSER.get(f"{API}?{query}")

    assert (400, "application/problem+json") == (answer.status_code, answer.headers["Content-Type"])
    assert parameter == answer.json()["parameter"]
    assert "tokyo" not in answer.text


def test_what_was_not_released_is_not_found() -> None:
    assert [404] * 3 == [
        BROWSER.get(each).status_code
        for each in (API.replace("2026", "1999"), f"{API}?vintage=9", "/data/migration-2026-04-v9.csv")
    ]


def test_whoever_asks_too_often_waits() -> None:
    its = browser(routes(room(per_minute=2)))
    answers = [its.get(API) for _ in range(3)]

    assert [200, 200, 429] == [each.status_code for each in answers]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 61


def test_nothing_here_asks_for_what_releases_were_made_of() -> None:
    """Of the schema's tables the front door reads three."""
    ours = [Path(shelf.__file__), *Path(gateway.__file__).parent.rglob("*.py")]
    texts = [
        node.value
        for path in ours
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "statistics." in node.value
    ]

    assert len(texts) > 5
    assert [] == [each for each in texts if "statistics.inside" in each or "search_path" in each]


def test_a_page_of_somebody_elses_may_read_the_answers() -> None:
    for address in (API, f"{API}?limit=0", "/data/catalogue.jsonld", FILE):
        its = BROWSER.get(address).headers
        assert ("*", "cross-origin") == (its["Access-Control-Allow-Origin"], its["Cross-Origin-Resource-Policy"])


def test_the_catalogue_is_one_document_that_json_can_carry_again() -> None:
    answer = BROWSER.get("/data/catalogue.jsonld")

    assert "application/ld+json" == answer.headers["Content-Type"]
    assert answer.json() == json.loads(json.dumps(answer.json()))
