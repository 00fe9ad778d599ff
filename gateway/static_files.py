"""Style sheets, scripts and pictures under names with the hash of their content: kept by browsers for good."""

import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
PREFIX = "/static/"


def url(name: str) -> str:
    """Raises KeyError for a file that is not there."""
    return PREFIX + _names()[name]


def content(name: str) -> bytes:
    """Of a file that has to have an address of its own. Raises KeyError."""
    return _contents()[_names()[name]]


def serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _contents():
        raise HTTPException(404)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(_contents()[name], media_type=media_type, headers=FOREVER)


ROUTE = Route(PREFIX + "{name}", serve)


@cache
def _contents() -> Mapping[str, bytes]:
    """By the name with its hash."""
    folder = files("gateway") / "static"
    return {_names()[file.name]: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@cache
def _names() -> Mapping[str, str]:
    """From a file's own name to that with its hash."""
    folder = files("gateway") / "static"
    return {file.name: _hashed(file.name, file.read_bytes()) for file in folder.iterdir() if file.is_file()}


def _hashed(name: str, content: bytes) -> str:
    stem, dot, kind = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}{dot}{kind}"
