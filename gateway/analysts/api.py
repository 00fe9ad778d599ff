"""The interface for programs: what was released, and the cells of a release, page by page; faults name a parameter."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.analysts.asking import Fault, cells_wanted, releases_wanted
from gateway.analysts.opendata import DATA, OPEN
from gateway.analysts.room import Room
from kairan.postgres import OperationalError
from processors.statistics.datasets import DATASETS
from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.shelf import Released

API = "/api/statistics"
PROBLEM = "application/problem+json"
AGAIN_SECONDS = 30
Json: TypeAlias = dict[str, Any]
Answered: TypeAlias = Callable[[Room, Request], Json]


class MissingError(LookupError):
    """There is no such release."""


def routes(room: Room) -> list[Route]:
    """One address a dataset: each has dimensions of its own to ask for."""
    return [
        Route(f"{API}/releases", partial(_answered, room, releases)),
        *(Route(of_cells(name), partial(_answered, room, partial(cells, name))) for name in DATASETS),
    ]


def of_cells(dataset: str) -> str:
    return f"{API}/{dataset}/{{window}}"


def releases(room: Room, request: Request) -> Json:
    wanted = releases_wanted(request.query_params.multi_items())
    found = room.shelf.releases(wanted.dataset, wanted.before, wanted.limit + 1)
    shown = found[: wanted.limit]
    files = room.shelf.files([each.number for each in shown])
    names = {each.number: [f"{DATA}/{file.name}" for file in files if file.release == each.number] for each in shown}
    more = {"before": str(shown[-1].number)} if len(found) > len(shown) else None
    return {
        "releases": [_release(each) | {"files": names[each.number]} for each in shown],
        "next": _next(request, more),
    }


def cells(dataset: str, room: Room, request: Request) -> Json:
    dimensions = DATASETS[dataset].dimensions
    wanted = cells_wanted(request.query_params.multi_items(), dimensions)
    release = room.shelf.release(dataset, request.path_params["window"], wanted.vintage)
    if release is None:
        raise MissingError
    found = room.shelf.cells(release.number, wanted.values, wanted.after, wanted.limit + 1)
    shown = found[: wanted.limit]
    more = {"after": "|".join(shown[-1][0]), "vintage": str(release.vintage)} if len(found) > len(shown) else None
    told = [_cell(release.dimensions, *each) for each in shown]
    return _release(release) | {"cells": told, "next": _next(request, more)}


def _cell(dimensions: tuple[str, ...], place: Place, count: int | None) -> Json:
    """Of a hidden one never a number."""
    return dict(zip(dimensions, place, strict=True)) | {"count": count, "hidden": count is None}


def _release(release: Released) -> Json:
    told: Json = release._asdict()
    del told["finest"]
    return told


def _next(request: Request, more: Mapping[str, str] | None) -> str | None:
    """The address of what comes behind this; None: nothing does."""
    if more is None:
        return None
    kept = [(name, its) for name, its in request.query_params.multi_items() if name not in more]
    return f"{request.url.path}?{urlencode([*kept, *more.items()])}"


def _answered(room: Room, answer: Answered, request: Request) -> Response:
    if seconds := room.allowance.take(request.client.host if request.client else "", room.now()):
        return problem(HTTPStatus.TOO_MANY_REQUESTS, "too many requests from this address", seconds=seconds)
    try:
        return JSONResponse(answer(room, request), headers=dict(OPEN))
    except Fault as fault:
        return problem(HTTPStatus.BAD_REQUEST, fault.rule, parameter=fault.parameter)
    except MissingError:
        return problem(HTTPStatus.NOT_FOUND, "there is no such release")
    except OperationalError:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "not now, or too much was asked", seconds=AGAIN_SECONDS)


def problem(status: HTTPStatus, rule: str, *, parameter: str = "", seconds: int = 0) -> Response:
    """RFC 9457; of what was asked it says nothing but which parameter was wrong."""
    told = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": rule}
    told |= {"parameter": parameter} if parameter else {}
    later = {"Retry-After": str(seconds)} if seconds else {}
    return JSONResponse(told, status, {**OPEN, **later}, PROBLEM)
