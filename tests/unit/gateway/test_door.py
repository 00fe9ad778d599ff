"""What holds for every answer of the front door, and for every write."""

import json

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway import language, pages, security, sessions, static_files
from gateway.app import application
from gateway.security import HEADERS
from processors.notices.texts import Language
from tests.unit.gateway.door import ORIGIN, OWN, SETTINGS, browser
from tests.unit.gateway.reading import Page, faults

SECRET = "花子の住所"
ERROR = 'an error\'s text: "花子の住所"'


async def page(request: Request) -> Response:
    said = {"title": request.query_params.get("name", ""), "body": ""}
    return pages.render(request, "error.html", words=said, back="/", to_back="back")


async def write(request: Request) -> Response:
    form = await request.form()
    return PlainTextResponse(str(form.get("day", "")))


def broken(_: Request) -> Response:
    raise ValueError(ERROR)


def cached(_: Request) -> Response:
    return PlainTextResponse("", headers={"Cache-Control": "public"})


ROUTES = [
    Route("/page", page),
    Route("/write", write, methods=["POST"]),
    Route("/stranger", write, methods=["POST"]),
    Route("/broken", broken),
    Route("/cached", cached),
]
STYLE = static_files.url("kairan.css")


def token(session: str) -> str:
    cookie = f"{sessions.COOKIE}={session}".encode() if session else b""
    return sessions.form_token(Request({"type": "http", "headers": [(b"cookie", cookie)]}))


@pytest.mark.parametrize("path", ["/page", "/nowhere", "/broken", "/health", "/write", STYLE])
@pytest.mark.parametrize("name", sorted({*HEADERS} - {"Cache-Control"}))
def test_every_answer_has_the_headers_that_keep_a_browser_safe(path: str, name: str) -> None:
    assert HEADERS[name] == browser(ROUTES).get(path).headers[name]


def test_no_page_may_run_a_script_or_be_framed() -> None:
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]
    assert "script-src" not in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in security.CSP_WITH_SCRIPT


def test_only_what_says_so_itself_is_kept_by_a_cache() -> None:
    door = browser(ROUTES)
    found = [door.get(path).headers["Cache-Control"] for path in ("/page", "/nowhere", "/cached")]

    assert ["no-store", "no-store", "public"] == found


@pytest.mark.parametrize(("origin", "told"), [(ORIGIN, security.HSTS), ("http://localhost", None)])
def test_a_browser_is_told_to_stay_with_tls_only_where_there_is_tls(origin: str, told: str | None) -> None:
    assert told == browser(ROUTES, origin=origin).get("/page").headers.get("Strict-Transport-Security")


def test_a_file_is_kept_for_good_under_the_hash_of_its_content() -> None:
    answer = browser([]).get(STYLE)

    assert (200, "text/css; charset=utf-8") == (answer.status_code, answer.headers["Content-Type"])
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["kairan.css", "kairan.0000000000000000.css", "..%2Fapp.py", "app.py"])
def test_a_file_has_no_other_name(name: str) -> None:
    assert browser([]).get(f"/static/{name}").status_code == 404


def test_a_form_of_this_very_session_is_taken() -> None:
    answer = browser(ROUTES, "s1").post("/write", data={"day": "4月1日", "csrf": token("s1")}, headers=OWN)

    assert (200, "4月1日") == (answer.status_code, answer.text)


def test_a_script_of_this_very_session_names_its_token_in_a_header() -> None:
    headers = OWN | {security.HEADER: token("s1"), "Content-Type": "application/json"}

    assert browser(ROUTES, "s1").post("/write", content="{}", headers=headers).status_code == 200


@pytest.mark.parametrize("given", ["", "0" * 64, token("s2"), token(""), "漢字"])
def test_a_form_of_another_session_is_refused(given: str) -> None:
    assert browser(ROUTES, "s1").post("/write", data={"csrf": given}, headers=OWN).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://testserver.example"},
        {"Origin": "http://testserver"},
        OWN | {"Sec-Fetch-Site": "cross-site"},
        OWN | {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_write_that_comes_from_another_place_is_refused(headers: dict[str, str]) -> None:
    assert browser(ROUTES, "s1").post("/write", data={"csrf": token("s1")}, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_whatever_may_write_needs_the_token(method: str) -> None:
    assert browser(ROUTES, "s1").request(method, "/write", headers=OWN).status_code == 403


def test_the_token_counts_in_a_form_only() -> None:
    headers = OWN | {"Content-Type": "text/plain"}

    assert browser(ROUTES, "s1").post("/write", content=f"csrf={token('s1')}", headers=headers).status_code == 403


def test_a_program_writes_only_where_programs_do() -> None:
    door = browser(ROUTES, strangers=frozenset({"/stranger"}))

    assert [200, 403] == [door.post(path, data={"day": "1"}).status_code for path in ("/stranger", "/write")]


@pytest.mark.parametrize(("kilobytes", "status"), [(64, 200), (65, 413), (10_000, 413)])
def test_what_is_too_large_is_not_read_whatever_it_says_of_itself(kilobytes: int, status: int) -> None:
    door = browser(ROUTES, strangers=frozenset({"/stranger"}))
    pieces = [b"1" * 1024] * kilobytes

    assert status == door.post("/stranger", content=b"".join(pieces)).status_code
    assert status == door.post("/stranger", content=iter(pieces)).status_code


def test_the_cookie_is_for_this_host_alone_and_for_no_script() -> None:
    response = Response()
    sessions.begin(response, "t")
    given = response.headers["set-cookie"].lower().split("; ")

    assert given[0].startswith("__host-session=t")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(given)
    assert not any(part.startswith("domain") for part in given)


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/broken", 500), ("/write", 405)])
@pytest.mark.parametrize("spoken", Language)
def test_what_goes_wrong_is_a_plain_page_without_any_value(path: str, status: int, spoken: Language) -> None:
    answer = browser(ROUTES).get(path, params={"lang": spoken, "name": SECRET})

    assert status == answer.status_code
    assert [] == faults(answer.text)
    assert SECRET not in answer.text


def test_what_went_wrong_is_logged_by_its_class_alone(capsys: pytest.CaptureFixture[str]) -> None:
    browser(ROUTES).get("/broken", params={"name": SECRET})
    logged = "".join(capsys.readouterr())

    assert "ValueError" in logged
    assert SECRET not in logged


def test_what_is_filled_in_is_never_read_as_markup() -> None:
    text = browser(ROUTES).get("/page", params={"name": "<script>x</script>"}).text

    assert [] == Page(text).of("script")


def test_what_turns_a_text_around_is_shown_and_does_nothing() -> None:
    shown = Page(browser(ROUTES).get("/page", params={"name": "山\u202e田\u200b"}).text).text

    assert "山<U+202E>田<U+200B>" in shown


def test_characters_of_names_pass_as_they_are() -> None:
    name = "葛\U000e0100 𠮷野　太郎"

    assert name in Page(browser(ROUTES).get("/page", params={"name": name}).text).text


@pytest.mark.parametrize(
    ("asked", "cookie", "accepted", "tag"),
    [
        ("vi", "pt", "ko", "vi"),
        ("xx", "pt", "ko", "pt-BR"),
        (None, None, "fr, en-US;q=0.8, ko;q=0.9", "ko"),
        (None, None, "fr;q=x, zh-Hant", "zh-Hans"),
        (None, None, "en;q=0", "ja"),
        (None, None, "", "ja"),
    ],
)
def test_a_page_is_in_the_language_that_was_asked_for_or_chosen_or_is_read(
    asked: str | None, cookie: str | None, accepted: str, tag: str
) -> None:
    door = browser(ROUTES)
    if cookie:
        door.cookies.set("__Host-language", cookie)
    answer = door.get("/page", params={"lang": asked} if asked else {}, headers={"Accept-Language": accepted})

    assert [tag] == [each.attributes["lang"] for each in Page(answer.text).of("html")]


def test_each_language_has_the_same_words_for_the_frame_of_a_page() -> None:
    shapes = {json.dumps(_shape(language.texts("base", each)), sort_keys=True) for each in Language}

    assert 1 == len(shapes)


def _shape(words: object) -> object:
    return {key: _shape(value) for key, value in words.items()} if isinstance(words, dict) else bool(words)


@pytest.mark.parametrize(("is_ready", "status", "said"), [(True, 200, "ready"), (False, 503, "not now")])
def test_a_process_that_cannot_show_pages_is_alive_and_not_ready(is_ready: bool, status: int, said: str) -> None:  # noqa: FBT001
    its = TestClient(application(SETTINGS, ROUTES, is_ready=lambda: is_ready), ORIGIN)
    answers = its.get("/health"), its.get("/ready")

    assert [(200, "ok"), (status, said)] == [(each.status_code, each.text) for each in answers]


@pytest.mark.parametrize(
    ("path", "back"),
    [("/my/nowhere", "/my"), ("/desks/nowhere", "/desks"), ("/mystery", "/"), ("/nowhere", "/"), ("/my", "/my")],
)
def test_a_page_about_an_error_leads_back_to_where_somebody_begins(path: str, back: str) -> None:
    page = Page(browser(ROUTES).get(path).text)

    assert [back] == [tag.attributes["href"] for tag in page.of("a") if tag.attributes.get("class") == "button"]
