"""Which clerk comes in, as what, for how long; and that everybody else stays outside without a trace of who it was."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway import sessions
from gateway.desks.account import Terms
from gateway.desks.sessions import IDLE
from gateway.desks.staff import Role, Staff
from gateway.sign_in import browser as cookies
from gateway.sign_in.browser import digest
from tests.unit.gateway.desks.at_the_door import CLAIMS, GROUPS, Counter
from tests.unit.gateway.door import ORIGIN
from tests.unit.gateway.reading import Page, faults
from tests.unit.gateway.residing import Place
from tests.unit.gateway.residing import signed_in as resident
from tests.unit.gateway.signing_in import US
from tests.unit.processors.moving.story import A, B, C

END = {"end_session_endpoint": "https://provider.example/out?tenant=1"}


def test_whom_the_provider_vouches_for_is_the_clerk_that_it_names_in_the_role_that_she_chose() -> None:
    counter = Counter({"roles": ["window", "guardians"]})
    answer = counter.sign_in("protection")

    assert (303, "/desks") == (answer.status_code, answer.headers["Location"])
    assert cookies.STAFF not in counter.browser.cookies
    assert Staff(A, Role.PROTECTION, "0101", "f3a9") == counter.signed_in.staff(counter.token)
    assert 200 == counter.browser.get("/desks/arrivals").status_code


def test_the_way_in_offers_every_role_and_asks_for_nothing_else() -> None:
    page = Counter().browser.get("/desks/sign-in").text
    offered = [tag.attributes["href"] for tag in Page(page).of("a")[1:]]

    assert [] == faults(page)
    assert [f"/desks/sign-in/start?as={role}" for role in Role] == offered


@pytest.mark.parametrize("role", ["", "mayor", "DESK"])
def test_a_role_that_there_is_not_leads_nowhere(role: str) -> None:
    answer = Counter().browser.get(f"/desks/sign-in/start?as={role}")

    assert (303, "/desks/sign-in") == (answer.status_code, answer.headers["Location"])
    assert "set-cookie" not in answer.headers


def test_the_provider_is_asked_for_what_was_agreed() -> None:
    asked = Counter(scope="openid staff").to_provider()

    assert ("openid staff", f"{ORIGIN}/desks/sign-in/done", US) == (
        asked["scope"], asked["redirect_uri"], asked["client_id"],
    )  # fmt: skip


@pytest.mark.parametrize("roles", ["window", ["window"], ["window", "everybody"], ["machines", "window"]])
def test_groups_come_one_by_one_or_several_at_once_and_some_say_nothing(roles: object) -> None:
    counter = Counter({"roles": roles})
    counter.sign_in("desk")

    assert Staff(A, Role.DESK, "0101", "f3a9") == counter.signed_in.staff(counter.token)


def test_claims_are_called_as_it_was_agreed() -> None:
    theirs = {"town": B, "groups": "machines", "number": ["7-1"], "member": None, "roles": None, "clerk": None}
    counter = Counter(theirs, terms=Terms(GROUPS, "town", "groups", "number"))
    counter.sign_in("operator")

    assert Staff(B, Role.OPERATOR, "7-1", "f3a9") == counter.signed_in.staff(counter.token)


OF_ACCOUNT: list[tuple[str, Mapping[str, Any]]] = [
    ("no_member", {"member": None}),
    ("no_member", {"member": ""}),
    ("no_member", {"member": []}),
    ("no_member", {"member": 131237}),
    ("no_member", {"member": [A, 7]}),
    ("no_member", {"member": {"code": A}}),
    ("several_members", {"member": [A, B]}),
    ("unknown_member", {"member": C}),
    ("unknown_member", {"member": A + " "}),
    ("no_role", {"roles": None}),
    ("no_role", {"roles": []}),
    ("no_role", {"roles": ["window", None]}),
    ("unknown_role", {"roles": "mayor"}),
    ("unknown_role", {"roles": ["window", "mayor"]}),
    ("unknown_role", {"roles": "desk"}),
    ("role_not_granted", {"roles": ["everybody"]}),
    ("role_not_granted", {"roles": ["guardians", "machines"]}),
    ("no_clerk", {"clerk": None}),
    ("no_clerk", {"clerk": 101}),
    ("several_clerks", {"clerk": ["101", "102"]}),
    ("form_of_clerk", {"clerk": "花子"}),
    ("form_of_clerk", {"clerk": "hanako@town.example"}),
    ("form_of_clerk", {"clerk": "1" * 65}),
    ("form_of_clerk", {"clerk": "101\n"}),
    ("form_of_subject", {"sub": "花子"}),
    ("form_of_subject", {"sub": "f3\x00a9"}),
]


@pytest.mark.parametrize(("code", "claims"), OF_ACCOUNT)
def test_an_account_that_says_too_little_too_much_or_something_unknown_signs_nobody_in(
    code: str, claims: Mapping[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    counter = Counter(claims)
    answer = counter.sign_in()
    logged = "".join(capsys.readouterr())

    assert 403 == answer.status_code
    assert [] == faults(answer.text)
    assert "このアカウントでは" in answer.text
    assert ("", None) == (counter.token, counter.browser.cookies.get(cookies.STAFF))
    assert f"code={code}" in logged or f'"code": "{code}"' in logged
    told = logged + answer.text
    assert [] == [each for each in ("花子", "f3a9", "0101", "hanako", A, *_texts(claims)) if each in told]


def _texts(claims: Mapping[str, Any]) -> list[str]:
    """What the provider said, where it is long enough to be found by chance nowhere."""
    return [each for each in claims.values() if isinstance(each, str) and len(each) > 4]


OF_THE_WAY: list[tuple[str, Mapping[str, Any], dict[str, str]]] = [
    ("token_aud", {"aud": "somebody-else"}, {}),
    ("token_nonce", {"nonce": "of-another-attempt"}, {}),
    ("token_iss", {"iss": "https://other.example"}, {}),
    ("token_sub", {"sub": ""}, {}),
    ("state", {}, {"state": "guessed"}),
    ("provider_said_no", {}, {"error": "access_denied"}),
]


@pytest.mark.parametrize(("code", "claims", "told"), OF_THE_WAY)
def test_the_way_is_as_strict_as_the_residents(
    code: str, claims: Mapping[str, Any], told: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    counter = Counter(claims)
    answer = counter.sign_in(**told)

    assert (403, "") == (answer.status_code, counter.token)
    assert "認証が完了しませんでした" in answer.text
    assert code in "".join(capsys.readouterr())


def test_a_provider_that_is_away_or_speaks_of_somebody_else_is_nobodys_way_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = Counter(document={"issuer": "https://other.example"}).browser.get("/desks/sign-in/start?as=desk")

    assert 403 == answer.status_code
    assert "discovery_issuer" in "".join(capsys.readouterr())


def test_an_answer_is_good_once_and_in_the_browser_that_asked(capsys: pytest.CaptureFixture[str]) -> None:
    counter = Counter()
    told = {"code": "code", "state": counter.to_provider()["state"]}
    secret = counter.browser.cookies[cookies.STAFF]
    first = counter.browser.get("/desks/sign-in/done", params=told)
    counter.browser.cookies.set(cookies.STAFF, secret)
    again = counter.browser.get("/desks/sign-in/done", params=told)

    assert [303, 403] == [first.status_code, again.status_code]
    assert "no_attempt" in "".join(capsys.readouterr())


def test_what_was_begun_at_the_residents_door_is_nothing_here() -> None:
    counter = Counter()
    told = {"code": "code", "state": counter.to_provider()["state"]}
    secret = counter.browser.cookies[cookies.STAFF]
    counter.browser.cookies.clear()
    counter.browser.cookies.set(cookies.RESIDENTS, secret)

    assert 403 == counter.browser.get("/desks/sign-in/done", params=told).status_code


def test_the_role_is_that_of_the_attempt_whatever_the_answer_says() -> None:
    counter = Counter({"roles": ["window", "guardians"]})
    counter.sign_in("desk", to="protection", **{"as": "protection"})

    assert Staff(A, Role.DESK, "0101", "f3a9") == counter.signed_in.staff(counter.token)


def test_whoever_signs_in_again_has_another_secret_and_the_first_is_worth_nothing() -> None:
    counter = Counter()
    counter.sign_in()
    first = counter.token
    counter.sign_in()

    assert first != counter.token
    assert (None, True) == (counter.signed_in.staff(first), bool(counter.signed_in.staff(counter.token)))


@pytest.mark.parametrize(("pause", "pages", "is_in"), [(IDLE, 1, False), (IDLE - 1, 18, True), (IDLE - 1, 19, False)])
def test_a_session_ends_when_nobody_uses_it_and_with_the_working_day(pause: int, pages: int, is_in: bool) -> None:  # noqa: FBT001
    counter = Counter()
    counter.sign_in()
    for _ in range(pages):
        counter.now += pause
        answer = counter.browser.get("/desks")

    assert (200 if is_in else 303) == answer.status_code


def test_who_signs_out_is_out_and_is_led_to_the_providers_own_way_out() -> None:
    counter = Counter(document=END)
    counter.sign_in()
    token = counter.token
    out = counter.sign_out()
    led = counter.browser.get(out.headers["Location"])
    there = (
        "https://provider.example/out?tenant=1&client_id=kairan"
        "&post_logout_redirect_uri=https%3A%2F%2Ftestserver%2Fdesks%2Fsign-in"
    )

    assert (303, "/desks/signed-out", None) == (
        out.status_code, out.headers["Location"], counter.signed_in.staff(token),
    )  # fmt: skip
    assert sessions.COOKIE not in counter.browser.cookies
    assert [] == faults(led.text)
    assert f"0; url={there}" == led.headers["Refresh"]
    assert there in [tag.attributes["href"] for tag in Page(led.text).of("a")]


@pytest.mark.parametrize("document", [{}, {"end_session_endpoint": None}])
def test_who_signs_out_where_the_provider_has_no_way_out_is_told_so(document: Mapping[str, Any]) -> None:
    counter = Counter(document=document)
    counter.sign_in()
    page = counter.browser.get(counter.sign_out().headers["Location"])

    assert "Refresh" not in page.headers
    assert "別に必要なことがあります" in page.text
    assert [] == faults(page.text)


def test_a_provider_that_is_away_keeps_nobody_signed_in() -> None:
    counter = Counter()
    counter.sign_in()
    counter.door.way.provider._description = None
    counter.liar.document = {"issuer": "https://other.example"}
    out = counter.sign_out()

    assert 200 == counter.browser.get(out.headers["Location"]).status_code
    assert 303 == counter.browser.get("/desks").status_code


@pytest.mark.parametrize("address", ["http://provider.example/out", "javascript:alert(1)", "https://p.example/\nx: y"])
def test_a_way_out_that_is_not_safe_is_no_providers(address: str) -> None:
    counter = Counter(document={"end_session_endpoint": address})

    assert 403 == counter.browser.get("/desks/sign-in/start?as=desk").status_code


def test_a_residents_session_is_none_of_staff_and_a_clerks_none_of_residents() -> None:
    """Though the cookie is called the same."""
    counter, place = Counter(), Place()
    counter.sign_in()
    aoi, clerk = resident(place), place.browser()
    clerk.client.cookies.set(sessions.COOKIE, counter.token)
    at_desk = Counter()
    at_desk.browser.cookies.set(sessions.COOKIE, aoi.session)

    assert (200, 200) == (aoi.get("/my").status_code, counter.browser.get("/desks").status_code)
    assert (303, "/sign-in") == (clerk.get("/my").status_code, clerk.get("/my").headers["Location"])
    assert 303 == at_desk.browser.get("/desks").status_code
    assert place.sessions.find(digest(counter.token), place.now) is None
    assert counter.sessions.find(digest(aoi.session), counter.now) is None


def test_a_view_names_the_clerk_as_her_provider_does_and_what_it_was_for() -> None:
    counter = Counter()
    counter.sign_in()
    counter.browser.get("/desks/departures")
    [viewing] = counter.world.viewings.written

    assert (Staff(A, Role.DESK, "0101", CLAIMS["sub"]), "departures", "departure") == viewing[:3]


@pytest.mark.parametrize(("site", "to_provider"), [("cross-site", False), ("same-site", False), ("same-origin", True)])
def test_a_sign_in_begins_on_our_own_page_alone(site: str, to_provider: bool) -> None:  # noqa: FBT001
    """A link elsewhere would have a clerk whom the provider still knows change her role unasked."""
    there = Counter().browser.get("/desks/sign-in/start?as=protection", headers={"Sec-Fetch-Site": site})

    assert (303, to_provider) == (there.status_code, there.headers["Location"] != "/desks/sign-in")
