"""The sign-in of development: for the local stack, and for nobody else."""

import pytest
from starlette.testclient import TestClient

from gateway import sessions
from gateway.desks import development
from gateway.desks.development import DevelopmentSessions, NotLocalError
from gateway.desks.staff import Role, Staff
from kairan.settings import Settings
from tests.unit.gateway.door import OWN, browser
from tests.unit.gateway.reading import Page, faults
from tests.unit.processors.moving.story import A, B

LOCAL = "http://localhost:8080"


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        (Settings(postgres="host=db"), LOCAL),
        (Settings(bootstrap="kafka:9092"), LOCAL),
        (Settings(), "https://desks.example.lg.jp"),
        (Settings(), "http://localhost.example"),
    ],
)
def test_nobody_signs_in_without_a_proof_where_people_live(settings: Settings, origin: str) -> None:
    with pytest.raises(NotLocalError):
        DevelopmentSessions(settings, origin)


def door(signed_in: DevelopmentSessions) -> TestClient:
    return browser(development.routes(signed_in, [A, B]))


def token_on(page: str) -> str:
    return next(tag.attributes["value"] for tag in Page(page).of("input") if tag.attributes["name"] == "csrf")


def test_a_clerk_signs_in_and_out() -> None:
    signed_in = DevelopmentSessions(Settings(), LOCAL)
    at = door(signed_in)
    page = at.get("/desks/sign-in").text
    given = {"csrf": token_on(page), "member": B, "role": "protection", "clerk": "102"}
    answer = at.post("/desks/sign-in", data=given, headers=OWN)
    token = at.cookies[sessions.COOKIE]

    assert [] == faults(page)
    assert (303, "/desks") == (answer.status_code, answer.headers["Location"])
    assert Staff(B, Role.PROTECTION, "102") == signed_in.staff(token)
    csrf = token_on(at.get("/desks/sign-in").text)
    assert 303 == at.post("/desks/sign-out", data={"csrf": csrf}, headers=OWN).status_code
    assert signed_in.staff(token) is None
    assert sessions.COOKIE not in at.cookies


@pytest.mark.parametrize("wrong", [{"member": "143014"}, {"role": "mayor"}, {"clerk": "9"}])
def test_nobody_signs_in_as_what_there_is_not(wrong: dict[str, str]) -> None:
    signed_in = DevelopmentSessions(Settings(), LOCAL)
    at = door(signed_in)
    csrf = token_on(at.get("/desks/sign-in").text)
    given = {"csrf": csrf, "member": B, "role": "desk", "clerk": "102"} | wrong

    assert 400 == at.post("/desks/sign-in", data=given, headers=OWN).status_code
    assert sessions.COOKIE not in at.cookies
