"""The addresses of released statistics: what for, what may stand behind them, which answers. All are for everybody."""

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from gateway.analysts import asking, asyncapi, words
from gateway.analysts.api import API, PROBLEM, of_cells
from gateway.analysts.opendata import CATALOGUE, DATA, OPEN, SHORTLY
from gateway.analysts.room import HOME
from gateway.analysts.showing import LIVE
from gateway.describing import EVENTS, Answers, Description, Descriptions, Query, answer, page
from gateway.static_files import FOREVER
from processors.statistics.datasets import DATASETS, Dataset

JSON, LINKED = "application/json", "application/ld+json"
_DATASET = f"^({'|'.join(DATASETS)})$"
_WINDOW = f"^{asking.MONTH}$"
_NAME = r"^[a-z0-9-]+\.[a-z]+$"
_NONE: Answers = answer(HTTPStatus.NOT_FOUND, "nothing of this name was released")
Limit = Annotated[int, Field(ge=1, le=asking.MOST, description="so many at most")]
Numbered = Annotated[int, Field(ge=1, le=999_999_999)]


class Vintage(Query):
    """Which one."""

    vintage: Annotated[str, Field(description="1, 2 …; without one the newest")] = ""


class After(Query):
    """Where a browser was."""

    after: Annotated[str, Field(description="the number of the release that it had last")] = ""


class Problem(BaseModel):
    """RFC 9457; ``parameter``: which one is wrong, and ``detail`` by which rule."""

    type: str
    title: str
    status: int
    detail: str
    parameter: str = ""


class Released(BaseModel):
    """``released``: milliseconds since 1970 UTC."""

    number: int
    dataset: str
    window: str
    vintage: int
    dimensions: list[str]
    released: int


class WithFiles(Released):
    """``files``: addresses of the same as open data."""

    files: list[str]


class Releases(BaseModel):
    """The newest first; ``next``: the address of older ones."""

    releases: list[WithFiles]
    next: str | None


class AskedReleases(Query):
    """Of which dataset, how many."""

    dataset: Annotated[str, Field(pattern=_DATASET, description="of this one alone")] | None = None
    before: Annotated[Numbered, Field(description="older than the release of this number")] | None = None
    limit: Limit = asking.LIMIT


def _cells_of(dataset: Dataset) -> type[BaseModel]:
    """With the dimensions that this one has."""
    fields: dict[str, Any] = dict.fromkeys(dataset.dimensions, (str, ...))
    cell: Any = create_model(
        f"CellOf_{dataset.name}", **fields, count=(int | None, ...), hidden=(bool, ...),
        __doc__="count: null where it is hidden",
    )  # fmt: skip
    return create_model(f"CellsOf_{dataset.name}", __base__=Released, cells=(list[cell], ...), next=(str | None, ...))


def _asked_of(dataset: Dataset) -> type[Query]:
    said = {each: f"{words.DIMENSIONS[each]}; all: the total" for each in dataset.dimensions}
    values: dict[str, Any] = {
        each: (Annotated[str, Field(pattern=f"^{asking.pattern(each)}$", description=its)] | None, None)
        for each, its in said.items()
    }
    after = Annotated[str, Field(pattern=f"^{asking.after(said)}$", description="as in next")]
    vintage = Annotated[Numbered, Field(description="without one the newest")]
    return create_model(
        f"AskedOf_{dataset.name}", __base__=Query, **values, vintage=(vintage | None, None), after=(after | None, None),
        limit=(Limit, asking.LIMIT),
    )  # fmt: skip


_FAULTS: Answers = {
    **answer(HTTPStatus.BAD_REQUEST, "a parameter is not as it must be", PROBLEM, Problem),
    **answer(HTTPStatus.TOO_MANY_REQUESTS, "too many requests from this address", PROBLEM, Problem),
    **answer(HTTPStatus.SERVICE_UNAVAILABLE, "not now, or too much was asked", PROBLEM, Problem),
}


def _queried(dataset: Dataset) -> Description:
    return Description(
        f"cells of a month: {dataset.title}", "anybody",
        answer(HTTPStatus.OK, "cells in one order, margins and zeros too", JSON, _cells_of(dataset))
        | answer(HTTPStatus.NOT_FOUND, "there is no such release", PROBLEM, Problem) | _FAULTS,
        query=_asked_of(dataset), path={"window": _WINDOW}, headers=OPEN,
    )  # fmt: skip


_PART = {**OPEN, **FOREVER}
DESCRIPTIONS: Descriptions = {
    ("GET", HOME): Description("what was released, the newest first", "anybody", page("the page")),
    ("GET", LIVE): Description("new releases as they come", "anybody", page("a list item each", EVENTS), query=After),
    ("GET", f"{HOME}/quick-start"): Description("how a file is read, in three lines", "anybody", page("the page")),
    ("GET", f"{HOME}/programs"): Description("what there is for programs", "anybody", page("the page")),
    ("GET", f"{HOME}/{{dataset}}"): Description(
        "the newest month of a dataset", "anybody", page("the page") | _NONE, path={"dataset": _DATASET}
    ),
    ("GET", f"{HOME}/{{dataset}}/{{window}}"): Description(
        "a month of a dataset: charts, tables, files", "anybody", page("the page") | _NONE, query=Vintage,
        path={"dataset": _DATASET, "window": _WINDOW},
    ),
    ("GET", asyncapi.PATH): Description(
        "the topics that analysts read: AsyncAPI 3", "anybody", page("the document", JSON), headers=OPEN
    ),
    ("GET", CATALOGUE): Description(
        "the catalogue: DCAT 3 in JSON-LD", "anybody", answer(HTTPStatus.OK, "all releases", LINKED),
        headers={**OPEN, **SHORTLY},
    ),
    ("GET", f"{DATA}/{{name}}"): Description(
        "a release as a file, under its name the same for ever; also in parts (Range)", "anybody",
        page("the file", "*/*") | answer(HTTPStatus.PARTIAL_CONTENT, "a part of it", "*/*")
        | answer(HTTPStatus.NOT_MODIFIED, "the browser has it", None)
        | answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "it has no such part", None) | _NONE,
        path={"name": _NAME}, headers=_PART,
    ),
    ("GET", f"{API}/releases"): Description(
        "what was released, the newest first", "anybody",
        answer(HTTPStatus.OK, "releases and their files", JSON, Releases) | _FAULTS, query=AskedReleases, headers=OPEN,
    ),
    **{("GET", of_cells(each.name)): _queried(each) for each in DATASETS.values()},
}  # fmt: skip
