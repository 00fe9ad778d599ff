"""
Every address of the residents' side as everybody who may come there: one table, and nothing beside it opens anything.

What is named is Aoi's, as the session that asks would name it; Ren is her proxy, Mio a neighbour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import pytest
from starlette.testclient import TestClient

from gateway import openapi, security, sessions
from gateway.describing import Address
from gateway.desks.staff import Role as Desk
from gateway.openapi import DESCRIPTIONS
from gateway.residents.proxies import Scope
from gateway.sign_in.browser import digest
from kairan.identifiers import Handle
from tests.unit.gateway.playing import CODE, DEVICE, PROXY, UNSUBSCRIBED, Played, form_token
from tests.unit.gateway.residing import AOI, NOW, ORIGIN, REN, Answer

Role: TypeAlias = Literal[
    "nobody", "clerk", "hiding", "ended", "aoi", "mio", "ren", "duties", "notices", "move"
]  # fmt: skip
"""
Nobody, and a clerk of a desk; Aoi while she hides, and Ren who looks at her pages though his proxy has ended; Aoi, Mio
and Ren at their own pages; Ren at Aoi's, by a proxy for one page.
"""
Verdict: TypeAlias = Literal["page", "done", "door", "none", "refused", "fault"]
"""A page; done, and sent on; sent to the door; there is no such thing; no sign-in comes of it; it was not taken."""
DOORS: tuple[Verdict, ...] = ("door", "door", "door", "door")
"""What whoever is not let in gets: nobody, clerk, hiding, ended."""
HERS: tuple[Verdict, ...] = (*DOORS, "page", "page", "page", "none", "none", "none")
DONE: tuple[Verdict, ...] = (*DOORS, "done", "done", "done", "none", "none", "none")
"""Her own settings are no proxy's."""
FIRST: tuple[Verdict, ...] = (*DOORS, "page", "page", "page", "page", "done", "done")
"""Where everybody comes first: a proxy to whom it is not open is sent on to what is."""
BY_DUTIES: tuple[Verdict, ...] = (*DOORS, "page", "page", "page", "page", "none", "none")
BY_NOTICES: tuple[Verdict, ...] = (*DOORS, "page", "page", "page", "none", "page", "none")
BY_MOVE: tuple[Verdict, ...] = (*DOORS, "page", "page", "page", "none", "none", "page")
TABLE: Mapping[Address, tuple[Verdict, ...]] = {
    # nobody, clerk, hiding, ended; then aoi, mio, ren; then duties, notices, move
    ("GET", "/"): ("page",) * 10,
    ("GET", "/guides"): ("page",) * 10,
    ("GET", "/guides/{event}"): ("page",) * 10,
    ("GET", "/sign-in"): ("page",) * 10,
    ("GET", "/sign-in/start"): ("done",) * 10,
    ("GET", "/sign-in/done"): ("refused",) * 10,
    ("GET", "/enrol"): ("page",) * 10,
    ("POST", "/enrol"): ("fault",) * 10,
    ("POST", "/sign-out"): ("done",) * 10,
    ("POST", "/sign-out/everywhere"): ("door", "door", *("done",) * 8),
    ("GET", "/signed-out"): ("page",) * 10,
    ("GET", "/my"): FIRST,
    ("GET", "/my/calendar.ics"): BY_DUTIES,
    ("GET", "/my/notices"): BY_NOTICES,
    ("GET", "/my/notices/live"): BY_NOTICES,
    ("POST", "/my/notices/{name}/feedback"): (*DOORS, "done", "none", "none", "none", "none", "none"),
    ("GET", "/my/move"): BY_MOVE,
    ("GET", "/my/received"): HERS,
    ("GET", "/my/channels"): HERS,
    ("POST", "/my/channels/benefits"): DONE,
    ("POST", "/my/channels/of/{channel}"): DONE,
    ("POST", "/my/channels/mailbox"): DONE,
    ("POST", "/my/channels/mailbox/code"): (*DOORS, "done", "fault", "fault", "none", "none", "none"),
    ("POST", "/my/channels/addresses/{name}/remove"): (*DOORS, "done", "none", "none", "none", "none", "none"),
    ("POST", "/my/channels/simulators/{means}"): DONE,
    ("POST", "/my/channels/devices"): DONE,
    ("GET", "/my/worker.js"): ("page",) * 10,
    ("GET", "/unsubscribe"): ("page",) * 10,
    ("POST", "/unsubscribe"): ("page",) * 10,
    ("GET", "/my/proxies"): HERS,
    ("POST", "/my/proxies"): HERS,
    ("POST", "/my/proxies/confirm"): (*DOORS, "none", "done", "done", "none", "none", "none"),
    ("POST", "/my/proxies/stop"): ("done",) * 10,
    ("POST", "/my/proxies/{name}/end"): (*DOORS, "done", "none", "done", "none", "none", "none"),
    ("POST", "/my/proxies/{name}/act"): (*DOORS, "none", "none", "done", "none", "none", "none"),
}
FORMS: Mapping[str, Mapping[str, str]] = {
    "/my/notices/{name}/feedback": {"verdict": "helped"},
    "/my/channels/benefits": {"agreed": "no"},
    "/my/channels/of/{channel}": {"language": "pt", "quiet_from": "21", "quiet_to": "8"},
    "/my/channels/mailbox": {"mailbox": "somebody@mail.example.jp"},
    "/my/channels/mailbox/code": {"code": CODE},
    "/my/proxies": {"duties": "yes", "until": "2027-06-30"},
    "/my/proxies/confirm": {"invitation": "handed over"},
}
MIO = Handle(b"m" * 12 + bytes(4))
OF_AOI = "認定請求"
"""Stands in her notice, and in nobody else's."""


@dataclass
class Cast:
    """Everybody before the same front door."""

    played: Played

    def session(self, role: Role) -> str:
        """As this role, from now on."""
        match role:
            case "nobody":
                return ""
            case "clerk":
                return self.played.clerk(Desk.DESK)
            case "mio":
                return self._opened(MIO)
            case "aoi" | "hiding":
                return self._opened(AOI)
        session = self._opened(REN)
        if role != "ren":
            self._act(session, "move" if role == "ended" else role)
        if role == "ended":
            self.played.place.proxies.close_all([AOI])
        return session

    def _opened(self, who: Handle) -> str:
        session = self.played.resident()
        self.played.place.sessions.open(digest(session), who, NOW)
        return session

    def _act(self, session: str, scope: Scope) -> None:
        """By a proxy for this alone."""
        place = self.played.place
        place.proxies.end(PROXY.id, AOI, NOW)
        place.proxies.ask(replace(PROXY, id=b"s" * 16, scopes=frozenset({scope})), b"j" * 32)
        place.proxies.confirm(b"j" * 32, REN, NOW)
        place.sessions.act_for(digest(session), AOI)


def asked(played: Played, address: Address, session: str) -> Answer:
    """By what could be a form of this session, with something in it that would be taken."""
    method, path = address
    hers = (played.opaque(session, each) for each in (PROXY.id, played.told[AOI].id, played.mailbox))
    named = dict(zip(("proxies", "notices", "channels"), hers, strict=True))
    of_what = path.removeprefix("/my/").partition("/")[0]
    where = path.format(name=named.get(of_what), channel="mail", means="line", event="moving")
    cookies = {sessions.COOKIE: session} if session else None
    browser = TestClient(played, ORIGIN, cookies=cookies, follow_redirects=False, headers={"Accept-Language": "ja"})
    if method == "GET":
        return browser.get(where, params={"t": UNSUBSCRIBED} if path == "/unsubscribe" else None)
    if DESCRIPTIONS[address].is_json:
        return browser.post(where, json=DEVICE, headers={"Origin": ORIGIN, security.HEADER: form_token(session)})
    form = {"csrf": form_token(session), **FORMS.get(path, {})}
    return browser.request(method, where, data=form, headers={"Origin": ORIGIN})


def verdict(answer: Answer) -> Verdict:
    if answer.status_code == 303:
        return "door" if answer.headers["Location"] == "/sign-in" else "done"
    words: Mapping[int, Verdict] = {200: "page", 204: "done", 403: "refused", 404: "none", 422: "fault"}
    return words[answer.status_code]


@pytest.fixture
def played() -> Played:
    """With an invitation of Aoi's that is open, and one of Mio's."""
    played = Played()
    played.place.proxies.ask(replace(PROXY, id=b"o" * 16), digest("handed over"))
    played.place.proxies.ask(replace(PROXY, id=b"w" * 16, represented=MIO), b"k" * 32)
    return played


SAID = openapi.document(Played().of_anybody())["paths"]
CELLS: list[tuple[Address, Role, Verdict]] = [
    (address, role, expected)
    for address, row in TABLE.items()
    for role, expected in zip(get_args(Role), row, strict=True)
]


def test_every_address_of_the_residents_side_is_in_the_table_and_no_other(played: Played) -> None:
    assert TABLE.keys() == set(openapi.addresses(played.of_anybody()))


def test_the_document_says_of_each_address_whether_it_wants_a_session() -> None:
    wanted = {address for address, row in TABLE.items() if row[:2] == DOORS[:2]}

    assert wanted == {address for address, its in DESCRIPTIONS.items() if its.who == "resident"}


@pytest.mark.parametrize(("address", "role", "expected"), CELLS)
def test_an_address_opens_for_whom_the_table_says(
    played: Played, address: Address, role: Role, expected: Verdict
) -> None:
    session = Cast(played).session(role)
    if role == "hiding":
        played.place.hide(AOI)
        played.place.read_measures()
    if address[1] == "/my/notices/live":
        played.place.entries.closed |= {AOI, REN, MIO}

    answer = asked(played, address, session)

    assert expected == verdict(answer)
    assert str(answer.status_code) in SAID[address[1]][address[0].lower()]["responses"]
    assert role in {"aoi", "duties", "notices"} or OF_AOI not in answer.text


def test_what_is_told_to_aoi_stands_on_her_own_page(played: Played) -> None:
    assert OF_AOI in asked(played, ("GET", "/my"), Cast(played).session("aoi")).text
