"""What holds for every address of the front door, whoever asks and whatever comes of it."""

import pytest
from starlette.testclient import TestClient

from gateway import openapi, security, sessions
from gateway.describing import Address
from gateway.openapi import DESCRIPTIONS
from gateway.residents.naming import WORKER
from gateway.security import HEADERS
from tests.unit.gateway.playing import Played, form_token
from tests.unit.gateway.residing import ORIGIN, Answer

TOO_MUCH = "x" * (security.BODY_BYTES + 1)
WRITES = [address for address in DESCRIPTIONS if address[0] not in security.SAFE]
PIECES = '--x\r\nContent-Disposition: form-data; name="code"\r\n\r\n\\ud800\r\n--x--\r\n'
NO_FORMS = [
    ("multipart/form-data; boundary=x; charset=undefined", PIECES),
    ("multipart/form-data; boundary=x; charset=raw_unicode_escape", PIECES),
    ("multipart/form-data", ""),
    (security.FORM, "a=1&" * security.FIELDS),
    (security.FORM, "%00=%00&code=%00&mailbox=%ff&until=%00"),
    ("application/json", "{"),
    ("application/json", "[" * 60_000),
]
OF_FORMS = [address for address in WRITES if DESCRIPTIONS[address].who != "program"]


@pytest.fixture
def played() -> Played:
    played = Played()
    played.place.entries.closed |= played.told.keys()  # pages with live updates end at once
    return played


def asked(played: Played, address: Address, session: str, body: str = "", **headers: str) -> Answer:
    method, path = address
    where = path.format(
        name="0" * 32, ref="0" * 64, event="moving", channel="mail", means="line", dataset="migration", window="2026-04"
    )
    browser = TestClient(played, ORIGIN, cookies={sessions.COOKIE: session}, follow_redirects=False)
    return browser.request(method, where, content=body, headers={"Content-Type": security.FORM, **headers})


def session(played: Played, address: Address) -> str:
    """Of somebody who may be there."""
    return played.clerk() if address[1].startswith("/desks") else played.resident()


def missing(address: Address, answer: Answer) -> set[str]:
    """Headers that are not as they have to be."""
    its_own = DESCRIPTIONS[address].headers
    of_pages = {security.CSP, security.CSP_WITH_SCRIPT}
    may = {"Content-Security-Policy": {security.CSP_OF_WORKER} if address[1] == WORKER else of_pages}
    return {
        name for name, value in {**HEADERS, "Strict-Transport-Security": security.HSTS}.items()
        if answer.headers.get(name) not in may.get(name, {value, its_own.get(name, value)})
    }  # fmt: skip


@pytest.mark.parametrize("address", DESCRIPTIONS)
@pytest.mark.parametrize("who", ["somebody", "nobody"])
def test_every_answer_tells_the_browser_to_be_careful(played: Played, address: Address, who: str) -> None:
    its = session(played, address) if who == "somebody" else ""
    taken = asked(played, address, its, f"csrf={form_token(its)}", Origin=ORIGIN)
    refused = asked(played, address, its)

    assert (set(), set()) == (missing(address, taken), missing(address, refused))


@pytest.mark.parametrize("address", WRITES)
def test_a_body_of_more_than_64_kib_is_refused_before_any_route_sees_it(played: Played, address: Address) -> None:
    its = session(played, address)
    headers = {"Origin": ORIGIN, security.HEADER: form_token(its)}
    answers = [asked(played, address, its, TOO_MUCH[less:], **headers) for less in (0, 1)]

    assert [413, False] == [answers[0].status_code, answers[1].status_code == 413]
    assert set() == missing(address, answers[0])


@pytest.mark.parametrize("address", OF_FORMS)
def test_a_write_without_its_sessions_token_or_from_elsewhere_is_refused(played: Played, address: Address) -> None:
    its = session(played, address)
    token = form_token(its)
    answers = [
        asked(played, address, its, "csrf=", Origin=ORIGIN),
        asked(played, address, its, f"csrf={form_token('another')}", Origin=ORIGIN),
        asked(played, address, its, f"csrf={token}", Origin="https://elsewhere.example"),
        asked(played, address, its, f"csrf={token}"),
        asked(played, address, its, f"csrf={token}", **{"Origin": ORIGIN, "Content-Type": "text/plain"}),
    ]
    shouted = {"Origin": ORIGIN, "Content-Type": f"{security.FORM.upper()}; charset=utf-8"}

    assert 403 != asked(played, address, its, f"csrf={token}", **shouted).status_code
    assert [403] * 5 == [each.status_code for each in answers]
    assert asked(played, address, its, f"csrf={token}", Origin=ORIGIN).status_code != 403


@pytest.mark.parametrize(("kind", "body"), NO_FORMS)
@pytest.mark.parametrize("address", WRITES)
def test_a_body_that_is_no_form_of_ours_is_answered_as_the_document_says(
    played: Played, address: Address, kind: str, body: str
) -> None:
    """With a token in its header it comes as far as the route; without one, no further than the door."""
    its, (method, path) = session(played, address), address
    headers = {"Origin": ORIGIN, "Content-Type": kind}
    taken = asked(played, address, its, body, **headers, **{security.HEADER: form_token(its)})
    refused = asked(played, address, its, body, **headers)
    named = asked(played, ("GET", openapi.PATH), "").json()["paths"][path][method.lower()]["responses"]

    assert {str(taken.status_code), str(refused.status_code)} <= named.keys()
    assert (refused.status_code == 403) == (DESCRIPTIONS[address].who != "program")


def test_the_document_is_of_all_that_the_front_door_has(played: Played) -> None:
    addresses = asked(played, ("GET", openapi.PATH), "").json()["paths"]

    assert {path for _, path in DESCRIPTIONS} == addresses.keys()
