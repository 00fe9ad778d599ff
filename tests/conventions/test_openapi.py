"""The front door's OpenAPI document is whole, lawful, and says what the pages say."""

import json
import re
from collections.abc import Iterator

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway import openapi, security, sessions, static_files
from gateway.openapi import DESCRIPTIONS, document
from gateway.security import HEADERS
from gateway.sign_in.browser import PENDING
from tests.unit.gateway.playing import UNSUBSCRIBED, Played
from tests.unit.gateway.reading import FIELDS, Page
from tests.unit.gateway.residing import ORIGIN

PLAYED = Played()
SENT = FIELDS | {"button"}
OWN = [static_files.ROUTE, *(Route(path, lambda _: None) for path in ("/health", "/ready", openapi.PATH))]
ROUTES = [*PLAYED.routes(), *OWN]
DOCUMENT = document(ROUTES)
PAGES = [
    "/", "/guides", "/guides/moving", "/my", "/my/notices", "/my/move", "/my/received", "/my/channels", "/my/proxies",
    "/sign-in", "/signed-out", "/enrol", "/unsubscribe",
]  # fmt: skip


def browser(session: str = "", cookie: str = sessions.COOKIE) -> TestClient:
    cookies = {cookie: session} if session else None
    return TestClient(PLAYED, ORIGIN, cookies=cookies, follow_redirects=False)


def test_every_route_is_described_in_its_rooms_table_and_nothing_else_is() -> None:
    """``described.py`` of each room: a new address is a row there."""
    assert set(openapi.addresses(ROUTES)) == DESCRIPTIONS.keys()


def test_the_document_is_lawful() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_document_that_is_served_is_that_of_all_routes() -> None:
    answer = browser().get(openapi.PATH)

    assert ("application/json", DOCUMENT) == (answer.headers["Content-Type"], answer.json())


def test_the_document_names_no_person_and_no_machine() -> None:
    text = json.dumps(DOCUMENT)

    assert not [word for word in ("localhost", "http://", "127.0.0.1") if word in text]


def test_every_answer_in_the_document_has_the_headers_of_every_answer() -> None:
    lacking = {
        (path, name)
        for path, item in DOCUMENT["paths"].items()
        for its in item.values()
        for answer in its["responses"].values()
        for name in HEADERS.keys() - answer["headers"].keys()
    }

    assert set() == lacking


def test_only_what_anybody_may_ask_is_without_a_session() -> None:
    is_open = {address for address, its in DESCRIPTIONS.items() if its.who in {"anybody", "program"}}
    said = {
        (method.upper(), path)
        for path, item in DOCUMENT["paths"].items()
        for method, its in item.items()
        if not its["security"]
    }

    assert is_open == said


BEHIND = {
    "/sign-in/start": {"to"},
    "/sign-in/done": {"code", "state", "iss", "error"},
    "/unsubscribe": {"t"},
    "/guides/{event}": {"event", "lang"},
    "/my/notices/live": {"after"},
    "/desks/sign-in/start": {"as"},
    "/desks/sign-in/done": {"code", "state", "iss", "error"},
    "/desks/procedures/{ref}": {"ref", "purpose"},
    "/desks/safe-channel": {"taken"},
    "/desks/tasks": {"taken"},
    "/desks/enrolment": {"ended"},
    "/statistics/live": {"after"},
    "/statistics/{dataset}/{window}": {"dataset", "window", "vintage"},
    "/data/{name}": {"name"},
    "/api/statistics/releases": {"dataset", "before", "limit"},
    "/api/statistics/natural-change/{window}": {
        "window",
        "vintage",
        "after",
        "limit",
        "municipality",
        "change",
        "sex",
    },
}


@pytest.mark.parametrize(("path", "names"), BEHIND.items())
def test_what_stands_in_an_address_and_behind_it_is_called_as_the_routes_read_it(path: str, names: set[str]) -> None:
    assert names == {each["name"] for each in DOCUMENT["paths"][path]["get"]["parameters"]}


def test_what_a_script_of_ours_sends_is_json_with_the_token_in_a_header() -> None:
    its = DOCUMENT["paths"]["/my/channels/devices"]["post"]

    assert [security.HEADER] == [each["name"] for each in its["parameters"] if each["required"]]
    assert {"application/json"} == its["requestBody"]["content"].keys()


def forms() -> Iterator[tuple[str, frozenset[str]]]:
    """Where every form of every page writes to, and the names of its fields."""
    desks = [
        "/desks",
        "/desks/sign-in",
        "/desks/safe-channel",
        "/desks/enrolment",
        "/desks/tasks",
        f"/desks/conflicts/{PLAYED.names('')['ref'][0]}",
    ]
    mail = f"/unsubscribe?t={UNSUBSCRIBED}"
    for its_browser, paths in (
        (browser(PLAYED.resident()), [*PAGES, mail]),
        (browser(PLAYED.resident("ren")), PAGES),
        (browser(PLAYED.newcomer(), PENDING), ["/enrol"]),
        (browser(PLAYED.clerk()), desks),
    ):
        for path in paths:
            page = Page(its_browser.get(path).text)
            for form in page.of("form"):
                its = [tag.attributes for *around, tag in page.tags if form in around and tag.name in SENT]
                yield (
                    form.attributes["action"].partition("?")[0],
                    frozenset(tag["name"] for tag in its if "name" in tag),
                )


def described(action: str) -> type[BaseModel] | None:
    found = (its.form for (method, path), its in DESCRIPTIONS.items()
             if method == "POST" and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), action))  # fmt: skip
    return next(found, None)


def test_every_form_of_every_page_sends_what_the_document_names_and_lacks_nothing() -> None:
    seen = set()
    for action, sent in forms():
        model = described(action)
        assert model, action
        required = {name for name, its in model.model_fields.items() if its.is_required()}
        assert required <= sent <= model.model_fields.keys() | {"csrf"}, action
        seen.add(model)

    assert {its.form for its in DESCRIPTIONS.values() if not its.is_json} - seen == {None}
