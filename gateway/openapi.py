"""
The front door's OpenAPI 3.1 document, made of its routes and of what its rooms say of them (``/openapi.json``).

Plain JSON; forms and events are pydantic's models, whose JSON Schema is OpenAPI 3.1's own. A route that no room
describes is left out here, and fails a test (``tests/conventions/test_openapi.py``).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway import describing, security, sessions, static_files
from gateway.analysts import described as analysts
from gateway.describing import Address, Answer, Answers, Description, Descriptions
from gateway.desks import described as desks
from gateway.residents import described as residents

Json: TypeAlias = dict[str, Any]
PATH = "/openapi.json"
JSON = "application/json"
SESSION = "session"
_FILE = f"{static_files.PREFIX}{{name}}"
_OWN: Descriptions = {
    ("GET", _FILE): Description(
        "a style sheet, a script or a picture, by the hash of its content", "anybody",
        describing.page("the file", "*/*") | describing.answer(HTTPStatus.NOT_FOUND, "there is no file of this name"),
        path={"name": r"^[\w.-]+$"}, headers=static_files.FOREVER,
    ),
    ("GET", "/"): Description(
        "asks who comes: residents here, staff there", "anybody", describing.page("the page"), query=describing.Spoken
    ),
    ("GET", "/health"): Description("that this process answers", "anybody", describing.page("ok", "text/plain")),
    ("GET", "/ready"): Description(
        "whether this process can show pages now", "anybody",
        describing.page("ready", "text/plain")
        | describing.answer(HTTPStatus.SERVICE_UNAVAILABLE, "it cannot read who is protected", "text/plain"),
    ),
    ("GET", PATH): Description("this document", "anybody", describing.page("OpenAPI 3.1", JSON)),
}  # fmt: skip
DESCRIPTIONS: Descriptions = {**_OWN, **residents.DESCRIPTIONS, **desks.DESCRIPTIONS, **analysts.DESCRIPTIONS}
_SIDES = {
    "residents": residents.DESCRIPTIONS,
    "desks": desks.DESCRIPTIONS,
    "analysts": analysts.DESCRIPTIONS,
    "all": _OWN,
}
_ABOUT = (
    "Pages of residents and of municipalities' desks, for browsers; released statistics, for programs too "
    "(`/api/statistics`, `/data`): nobody signs in for them, and an address has 120 questions a minute. A write comes "
    "from a page of ours: it has that page's origin (`Origin`) and the token of its session's forms, in the field "
    f"`csrf` or in `{security.HEADER}`; else it is answered 403 whatever its path. A body has 64 KiB at most."
)
_OTHER_POLICIES = (security.CSP_WITH_SCRIPT, security.CSP_OF_WORKER)
_COOKIE: Json = {
    "type": "apiKey",
    "in": "cookie",
    "name": sessions.COOKIE,
    "description": "what a sign-in gives the browser; of residents at their provider, of staff at theirs",
}


def route(routes: Sequence[BaseRoute]) -> Route:
    """Of the application that has these routes, and this one."""
    known: list[bytes] = []

    def serve(_: Request) -> Response:
        if not known:
            known.append(json.dumps(document([*routes, its]), ensure_ascii=False).encode())
        return Response(known[0], media_type=JSON)

    its = Route(PATH, serve)
    return its


def addresses(routes: Iterable[BaseRoute]) -> Iterator[Address]:
    """All that these routes answer; HEAD is GET without its content."""
    for each in routes:
        assert isinstance(each, Route)
        yield from ((method, each.path) for method in sorted(each.methods or ()) if method != "HEAD")


def document(routes: Iterable[BaseRoute]) -> Json:
    paths: dict[str, Json] = {}
    models: set[type[BaseModel]] = set()
    for method, path in addresses(routes):
        if described := DESCRIPTIONS.get((method, path)):
            paths.setdefault(path, {})[method.lower()] = _operation((method, path), described)
            models |= {each for each in (described.form, *_shapes(described)) if each}
    return {
        "openapi": "3.1.1",
        "info": {"title": "Kairan's front door", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {
            "headers": dict(_headers()),
            "schemas": _schemas(models),
            "securitySchemes": {SESSION: _COOKIE},
        },
    }


def _shapes(described: Description) -> Iterator[type[BaseModel] | None]:
    return (answer.shape for answer in described.answers.values())


def _schemas(models: Iterable[type[BaseModel]]) -> Json:
    ordered = sorted(models, key=lambda each: each.__name__)
    _, found = models_json_schema([(each, "validation") for each in ordered], ref_template=_ref("schemas", "{model}"))
    schemas: Json = found["$defs"]
    return schemas


def _operation(address: Address, described: Description) -> Json:
    method, path = address
    answers = _common(method, described) | described.answers
    said: Json = {
        "operationId": f"{method} {path}",
        "tags": [name for name, its in _SIDES.items() if address in its],
        "summary": described.summary,
        "parameters": [*_in_path(described), *_in_query(described), *_in_header(described)],
        "responses": {str(int(status)): _answer(described, answer) for status, answer in sorted(answers.items())},
        "security": [{SESSION: []}] if described.needs_session else [],
    }
    return said | ({"requestBody": _body(described.form, described)} if described.form else {})


def _common(method: str, described: Description) -> Answers:
    """What all are answered who ask alike."""
    found: Answers = {}
    if described.needs_session:
        found |= describing.not_now()
        found[HTTPStatus.SEE_OTHER] = Answer("to the door: nobody is signed in, or nobody any more", None)
    if method not in security.SAFE:
        found[HTTPStatus.REQUEST_ENTITY_TOO_LARGE] = Answer("more than 64 KiB")
        if described.who != "program":
            found[HTTPStatus.FORBIDDEN] = Answer("not from a page of ours, or not of this session")
    return found


def _answer(described: Description, answer: Answer) -> Json:
    common = {name: {"$ref": _ref("headers", name)} for name in security.HEADERS}
    said: Json = {"description": answer.what, "headers": common | dict(_own_headers(described))}
    return said | ({"content": {answer.media_type: {"schema": _shape(answer)}}} if answer.media_type else {})


def _own_headers(described: Description) -> Iterator[tuple[str, Json]]:
    """Where it is not there (a page about an error), all are answered alike."""
    for name, value in described.headers.items():
        allowed = [value, security.HEADERS[name]] if name in security.HEADERS else [value]
        yield name, {"required": name in security.HEADERS, "schema": {"type": "string", "enum": allowed}}


def _shape(answer: Answer) -> Json:
    if answer.shape:
        return {"$ref": _ref("schemas", answer.shape.__name__)}
    return {"type": "object" if (answer.media_type or "").endswith("json") else "string"}


def _headers() -> Iterator[tuple[str, Json]]:
    for name, value in security.HEADERS.items():
        allowed = [value, *_OTHER_POLICIES] if value == security.CSP else [value]
        yield name, {"required": True, "schema": {"type": "string", "enum": allowed}}


def _in_path(described: Description) -> Iterator[Json]:
    for name, pattern in described.path.items():
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}


def _in_query(described: Description) -> Iterator[Json]:
    """What may be left out has no default to send: null is no text."""
    for name, its in described.query.model_json_schema()["properties"].items() if described.query.model_fields else ():
        told = next((each for each in its.get("anyOf", ()) if each["type"] != "null"), its)
        schema = {key: value for key, value in told.items() if key not in {"title", "description"}}
        said = its.get("description") or told.get("description", "")
        yield {"name": name, "in": "query", "description": said, "schema": schema}


def _in_header(described: Description) -> Iterator[Json]:
    """A script of ours sends the token there; a form has a field for it."""
    if described.is_json:
        yield {"name": security.HEADER, "in": "header", "required": True, "schema": {"type": "string"}}


def _body(form: type[BaseModel], described: Description) -> Json:
    schema, media_type = {"$ref": _ref("schemas", form.__name__)}, JSON if described.is_json else security.FORM
    return {"required": described.who != "program", "content": {media_type: {"schema": schema}}}


def _ref(kind: str, name: str) -> str:
    return f"#/components/{kind}/{name}"
