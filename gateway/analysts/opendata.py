"""Releases as files: under one name the same for ever, in whole or in part; and the catalogue of them."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.analysts import catalogue
from gateway.analysts.room import Room
from gateway.static_files import FOREVER
from processors.statistics.publishing.shelf import Stored

DATA = "/data"
CATALOGUE = f"{DATA}/catalogue.jsonld"
OPEN: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Content-Range, Accept-Ranges, Content-Disposition",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Pages of others may read it: it is for everybody, and no cookie makes any difference."""
SHORTLY = {"Cache-Control": "public, max-age=60"}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Part(NamedTuple):
    """Of a file's bytes."""

    start: int
    size: int


class UnsatisfiableError(ValueError):
    """No byte of the file lies in what was asked for."""


def routes(room: Room) -> list[Route]:
    return [
        Route(CATALOGUE, partial(catalogued, room)),
        Route(f"{DATA}/{{name}}", partial(file, room)),
    ]


def catalogued(room: Room, _: Request) -> Response:
    """DCAT in JSON-LD: all that is on the shelf."""
    releases = room.shelf.releases()
    told = catalogue.document(room.origin, releases, room.shelf.files([each.number for each in releases]))
    return Response(
        json.dumps(told, ensure_ascii=False, indent=1), media_type="application/ld+json", headers={**OPEN, **SHORTLY}
    )


def file(room: Room, request: Request) -> Response:
    found = room.shelf.file(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    headers = _headers(found)
    if _has_it(request, found):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    try:
        part = asked_for(request.headers.get("range", ""), found.size) if _may_be_part(request, found) else None
    except UnsatisfiableError:
        headers |= {"Content-Range": f"bytes */{found.size}"}
        return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    return _answer(room, request, found, part)


def asked_for(said: str, size: int) -> Part | None:
    """
    One range of bytes; None: all of them, as for what cannot be read and for several ranges (RFC 9110, 14.2).

    Raises UnsatisfiableError.
    """
    match = _RANGE.fullmatch(said.strip())
    if not match or match[1] == match[2] == "" or (match[1] and match[2] and int(match[2]) < int(match[1])):
        return None
    if match[1] == "":
        start, end = max(0, size - int(match[2])), size
    else:
        start, end = int(match[1]), min(size, int(match[2]) + 1 if match[2] else size)
    if start >= end:
        raise UnsatisfiableError(said)
    return Part(start, end - start)


def _answer(room: Room, request: Request, found: Stored, part: Part | None) -> Response:
    start, size = part or (0, found.size)
    headers = _headers(found) | {"Content-Length": str(size), "Content-Type": found.media_type}
    if part:
        headers["Content-Range"] = f"bytes {start}-{start + size - 1}/{found.size}"
    content = b"" if request.method == "HEAD" else room.shelf.bytes(found.name, start, size)
    return Response(content, HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK, headers)


def _headers(found: Stored) -> dict[str, str]:
    return {
        **OPEN,
        **FOREVER,
        "ETag": _tag(found),
        "Last-Modified": format_datetime(_released(found), usegmt=True),
        "Repr-Digest": f"sha-256=:{base64.b64encode(found.digest).decode()}:",
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{found.name}"',
    }


def _has_it(request: Request, found: Stored) -> bool:
    """Whether the browser has these bytes already; its tag goes before its date."""
    if tags := request.headers.get("if-none-match"):
        its = {each.strip().removeprefix("W/") for each in tags.split(",")}
        return bool(its & {"*", _tag(found)})
    since = _date(request.headers.get("if-modified-since", ""))
    return since is not None and _released(found) <= since


def _may_be_part(request: Request, found: Stored) -> bool:
    """Whoever has a part of other bytes gets all."""
    condition = request.headers.get("if-range")
    return condition is None or condition == _tag(found) or _date(condition) == _released(found)


def _tag(found: Stored) -> str:
    return f'"{found.digest.hex()}"'


def _released(found: Stored) -> datetime:
    """In whole seconds, as headers tell it."""
    return datetime.fromtimestamp(found.released // 1000, UTC)


def _date(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said)
    except ValueError:
        return None
    return found if found.tzinfo else None
