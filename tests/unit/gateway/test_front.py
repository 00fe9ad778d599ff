"""The first page, and what holds for a browser that comes to both sides of the front door."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway import front, language, sessions
from gateway.app import application
from gateway.desks import development
from gateway.desks.development import DevelopmentSessions
from gateway.desks.routes import routes as of_desks
from gateway.desks.staff import Role, Staff
from gateway.residents.routes import STRANGERS, routes
from gateway.residents.signing import ended
from gateway.settings import GatewaySettings
from gateway.sign_in.browser import digest
from kairan.settings import Settings
from processors.notices.texts import Language
from tests.unit.gateway.desks.world import World
from tests.unit.gateway.door import browser
from tests.unit.gateway.reading import Page, faults
from tests.unit.gateway.residing import AOI, ORIGIN, Browser, Place
from tests.unit.processors.moving.story import A, B

DOORS = {"/my", "/desks"}
CLERK = Staff(B, Role.DESK, "101")


def offered(text: str) -> set[str]:
    return {tag.attributes["href"] for tag in Page(text).of("a")} & DOORS


@pytest.mark.parametrize("language", list(Language))
def test_the_first_page_can_be_used_in_every_language_and_leads_to_both_sides(language: Language) -> None:
    answer = browser(front.routes(has_residents=True, has_desks=True)).get(f"/?lang={language}")

    assert (200, [], DOORS) == (answer.status_code, faults(answer.text), offered(answer.text))
    assert f"__Host-language={language}" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("has_residents", "has_desks", "found"), [(True, False, {"/my"}), (False, True, {"/desks"}), (False, False, set())]
)
def test_only_doors_that_are_open_are_shown(has_residents: bool, has_desks: bool, found: set[str]) -> None:  # noqa: FBT001
    text = browser(front.routes(has_residents=has_residents, has_desks=has_desks)).get("/").text

    assert found == offered(text)
    assert ("表示できません" in text) == (not found)


class Both(Browser):
    """A browser before both sides in one application; clerks sign in without a proof."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.clerks = DevelopmentSessions(Settings(), "http://localhost:8080")
        desks = [*of_desks(World().desk()), *development.routes(self.clerks, [A, B])]
        ends = [ended(place.room), self.clerks.end]
        app = application(GatewaySettings(origin=ORIGIN), [*routes(place.room), *desks], STRANGERS, ends=ends)
        self.client = TestClient(app, ORIGIN, follow_redirects=False, headers={"Accept-Language": "ja"})

    def sign_in_as_clerk(self) -> str:
        given = {"member": CLERK.member, "role": CLERK.role, "clerk": CLERK.clerk}
        assert 303 == self.post("/desks/sign-in", **given).status_code
        return self.session

    def with_token(self, token: str) -> "Both":
        self.client.cookies.clear()
        self.client.cookies.set(sessions.COOKIE, token)
        return self


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def both(place: Place) -> Both:
    return Both(place)


def test_a_residents_session_opens_no_desk_and_a_clerks_no_residents_page(both: Both) -> None:
    both.sign_in("aoi")
    assert (200, 303) == (both.get("/my").status_code, both.get("/desks").status_code)
    both.with_token("").sign_in_as_clerk()

    assert (303, "/sign-in") == ((answer := both.get("/my")).status_code, answer.headers["Location"])
    assert CLERK == both.clerks.staff(both.session)


def test_who_signs_in_as_a_clerk_is_a_resident_no_longer_in_this_browser(both: Both, place: Place) -> None:
    both.sign_in("aoi")
    former = both.session
    both.sign_in_as_clerk()

    assert frozenset() == place.sessions.people()
    assert 303 == both.with_token(former).get("/my").status_code


def test_who_signs_in_as_a_resident_is_a_clerk_no_longer_in_this_browser(both: Both, place: Place) -> None:
    former = both.sign_in_as_clerk()
    both.sign_in("aoi")

    assert {AOI} == place.sessions.people()
    assert both.clerks.staff(former) is None
    assert 200 == both.get("/my").status_code


@pytest.mark.parametrize("path", ["/sign-out", "/desks/sign-out"])
def test_signing_out_on_either_side_leaves_nobody_signed_in(both: Both, place: Place, path: str) -> None:
    """Whoever presses the wrong one of the two has still left."""
    both.sign_in("aoi")
    both.post(path)
    assert (frozenset(), "") == (place.sessions.people(), both.session)
    clerk = both.sign_in_as_clerk()
    both.post(path)

    assert (None, "") == (both.clerks.staff(clerk), both.session)


def test_a_session_that_stays_is_not_ended_by_looking(both: Both, place: Place) -> None:
    both.sign_in("aoi")
    for path in (
        "/my",
        "/my/notices",
        "/desks",
        "/desks/sign-in",
        "/sign-in",
        "/nowhere",
        "/sign-in/start",
        "/?lang=en",
    ):
        both.get(path)

    assert {AOI} == place.sessions.people()


def test_a_sign_in_that_fails_ends_nobodys_session(both: Both, place: Place) -> None:
    both.sign_in("aoi")
    assert (303, 400) == (both.sign_in("stranger").status_code, both.post("/desks/sign-in", member="9").status_code)

    assert {AOI} == place.sessions.people()


def test_an_open_page_with_live_updates_ends_with_the_session(both: Both, place: Place) -> None:
    closed: list[bytes] = []
    place.streams.close = closed.append  # type: ignore[method-assign]
    both.sign_in("aoi")
    token = both.session
    both.sign_in_as_clerk()

    assert digest(token) == closed[-1]


def test_a_session_that_is_given_beside_other_cookies_ends_the_one_before_in_every_room() -> None:
    def enter(_: Request) -> Response:
        answer = PlainTextResponse("")
        language.keep(answer, Language.ENGLISH)
        sessions.begin(answer, "next")
        return answer

    ended_here, ended_there = list[str](), list[str]()
    ends = [ended_here.append, ended_there.append]
    app = application(GatewaySettings(origin=ORIGIN), [Route("/enter", enter)], ends=ends)
    TestClient(app, ORIGIN, cookies={sessions.COOKIE: "former"}).get("/enter")
    TestClient(app, ORIGIN).get("/enter")

    assert (["former"], ["former"]) == (ended_here, ended_there)


def test_a_provider_that_was_started_anew_is_believed(place: Place) -> None:
    """It signs by another key then; the keys that are known are those of its former start."""
    assert 303 == place.browser().sign_in("aoi").status_code
    del place.provider

    assert 303 == place.browser().sign_in("aoi").status_code


def test_nobody_is_led_to_the_host_that_a_request_names() -> None:
    answer = Place().browser().client.get("/my/notices/", headers={"Host": "evil.example"})

    assert (404, False) == (answer.status_code, "evil.example" in str(answer.headers))
