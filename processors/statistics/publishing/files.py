"""A release as open data: CSV (RFC 4180, UTF-8 with BOM), Parquet, and a Frictionless resource that describes it."""

import csv
import json
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from itertools import product
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from processors.statistics.datasets import Clock, Dataset
from processors.statistics.publishing.hierarchies import ALL, Place
from processors.statistics.publishing.releases import Release

HIDDEN = "X"
COUNT = "count"
LEGEND = (
    f"0: nobody (該当なし). {HIDDEN}: hidden, so that no person can be told from it (秘匿); it is not zero unless a "
    f"revision or another clock made it so. {ALL}: the total; two digits of a municipality: its prefecture."
)
CLOCKS: Mapping[Clock, str] = {
    "registered": "by registration",
    "effective": "by effect",
    "planned": "as planned, by what was known when the month began",
}
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Also in wide letters, which some spreadsheets read alike."""


class File(NamedTuple):
    """A release as open data."""

    name: str
    media_type: str
    bytes: bytes


def of(release: Release, dataset: Dataset) -> list[File]:
    """All that is offered of a release; the same release gives the same bytes."""
    described = json.dumps(resource(release, dataset), ensure_ascii=False, indent=2).encode()
    return [
        File(f"{name(release)}.csv", "text/csv; charset=utf-8", table_file(release)),
        File(f"{name(release)}.parquet", "application/vnd.apache.parquet", columns_file(release)),
        File(f"{name(release)}.json", "application/json", described),
    ]


def name(release: Release) -> str:
    """The same for ever: a revision is another file."""
    return f"{release.dataset}-{release.window}-v{release.vintage}"


def places(release: Release) -> Iterator[Place]:
    """Every cell, zeros too: all values that occur, in all combinations."""
    return product(*release.values()) if release.shown or release.hidden else iter(())


def table_file(release: Release) -> bytes:
    text = StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([*map(guarded, release.dimensions), COUNT])
    for place in places(release):
        count = release.count(place)
        rows.writerow([*map(guarded, place), HIDDEN if count is None else count])
    return text.getvalue().encode("utf-8-sig")


def columns_file(release: Release) -> bytes:
    """
    The same rows as the CSV has: a hidden count is null, and ``is_hidden`` says so.

    Texts are as they are: what a spreadsheet would take for a formula nothing here evaluates.
    """
    told = list(places(release))
    columns = {each: pa.array([place[at] for place in told], pa.string()) for at, each in enumerate(release.dimensions)}
    counts = [release.count(place) for place in told]
    columns[COUNT] = pa.array(counts, pa.int64())
    columns["is_hidden"] = pa.array([count is None for count in counts], pa.bool_())
    into = BytesIO()
    parquet.write_table(pa.table(columns), into, compression="zstd")
    return into.getvalue()


def guarded(text: str) -> str:
    """A spreadsheet takes no text of ours for a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def resource(release: Release, dataset: Dataset) -> dict[str, Any]:
    """What says how to read the file; its values are texts that JSON can carry."""
    return {
        "profile": "tabular-data-resource",
        "name": name(release),
        "path": f"{name(release)}.csv",
        "title": f"{dataset.title} {release.window}",
        "description": f"{dataset.measure}; {CLOCKS[dataset.clock]}. {LEGEND}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\r\n", "header": True},
        "version": str(release.vintage),
        "sources": [{"title": dataset.basis}],
        "schema": schema(release),
    }


def schema(release: Release) -> dict[str, Any]:
    dimensions = [{"name": each, "type": "string", "constraints": {"required": True}} for each in release.dimensions]
    count = {"name": COUNT, "type": "integer", "description": LEGEND, "constraints": {"minimum": 0}}
    return {"fields": [*dimensions, count], "missingValues": [HIDDEN], "primaryKey": list(release.dimensions)}
