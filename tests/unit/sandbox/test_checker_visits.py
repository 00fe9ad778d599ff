"""A visitor of the front door opens what a page leads to, once, and carries cookies as a browser does."""

from collections.abc import Mapping
from urllib.parse import parse_qs

import httpx
import pytest

from sandbox.checker.pages.fields import fields
from sandbox.checker.pages.visits import NoEntryError, Visit, walk
from sandbox.checker.pages.whereabouts import Visitor

DESK, RESIDENT = Visitor("desk", "131237"), Visitor("resident", "131237")
ORIGIN, PROVIDER = "http://localhost:8080", "http://localhost:8090/authorize"
HER = frozenset({"山口　香織"})


class House:
    """Pages by their addresses; what else is asked is not there. ``asked``: each request with what came along."""

    def __init__(self, pages: Mapping[str, httpx.Response]) -> None:
        self._pages = pages
        self.asked: list[tuple[str, str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode() if request.url.port == 8080 else str(request.url).partition("?")[0]
        self.asked.append((f"{request.method} {path}", request.headers.get("cookie", ""), request.content.decode()))
        return self._pages.get(f"{request.method} {path}", httpx.Response(404))


def page(*links: str, cookie: str = "") -> httpx.Response:
    rows = "".join(f"<p>{link}</p>" for link in links)
    return httpx.Response(200, text=rows, headers={"set-cookie": cookie} if cookie else {})


def leads_to(address: str, name: str = "…") -> str:
    return f'<a href="{address}">{name}</a>'


def visit(house: House, visitor: Visitor = DESK) -> Visit:
    return Visit(ORIGIN, visitor, httpx.MockTransport(house))


@pytest.fixture
def house() -> House:
    return House(
        {
            "GET /desks": page(leads_to("/desks/a"), leads_to("/desks/a"), leads_to("https://elsewhere/")),
            "GET /desks/a": page(leads_to("/desks/p/1", "山口　香織"), leads_to("/desks"), leads_to("/desks/sign-out")),
            "GET /desks/p/1": page(leads_to("/desks/p/2")),
        }
    )


def test_each_page_is_opened_once_and_nobody_signs_out_or_goes_elsewhere(house: House) -> None:
    opened = list(walk(visit(house), ["/desks"], lambda *_: True, HER))

    assert ["/desks", "/desks/a", "/desks/p/1", "/desks/p/2"] == [each.address for each in opened]
    assert [200, 200, 200, 404] == [each.status for each in opened]


def test_what_is_opened_from_where_she_is_named_is_hers_and_whatever_it_leads_to(house: House) -> None:
    opened = list(walk(visit(house), ["/desks"], lambda *_: True, HER))

    assert [False, False, True, True] == [each.is_hers for each in opened]
    assert not any(each.is_hers for each in walk(visit(house), ["/desks"], lambda *_: True, frozenset()))


def test_only_what_is_asked_for_is_followed(house: House) -> None:
    assert ["/desks"] == [each.address for each in walk(visit(house), ["/desks"], lambda _, is_hers: is_hers, HER)]


def test_who_is_not_let_in_has_seen_nothing_and_says_so() -> None:
    with pytest.raises(NoEntryError):
        list(walk(visit(House({"GET /desks": httpx.Response(303)})), ["/desks"], lambda *_: True, HER))


def test_a_clerk_signs_in_with_the_token_of_the_form_and_keeps_her_cookie() -> None:
    let_in = httpx.Response(303, headers={"location": "/desks", "set-cookie": "__Host-session=new; Path=/; Secure"})
    house = House(
        {
            "GET /desks/sign-in": page(
                '<form><input type="hidden" name="csrf" value="t"></form>', cookie="first=1; Path=/"
            ),
            "POST /desks/sign-in": let_in,
            "GET /desks": page(),
        }
    )
    clerk = visit(house)
    clerk.sign_in_at_desk("101")
    clerk.open("/desks")
    _, (posted, cookie, given), (_, cookies, _) = house.asked

    assert ("POST /desks/sign-in", "first=1", "first=1; __Host-session=new") == (posted, cookie, cookies)
    assert {"csrf": ["t"], "member": ["131237"], "role": ["desk"], "clerk": ["101"]} == parse_qs(given)


def test_a_clerk_who_is_not_let_in_is_told() -> None:
    with pytest.raises(NoEntryError):
        visit(House({"GET /desks/sign-in": page()})).sign_in_at_desk("101")


def test_a_resident_comes_in_by_the_provider_which_never_sees_the_front_doors_cookies() -> None:
    begun = {"location": f"{PROVIDER}?state=s", "set-cookie": "__Host-sign-in=attempt"}
    done = [("set-cookie", "__Host-session=hers"), ("set-cookie", '__Host-sign-in=""; Max-Age=0'), ("location", "/my")]
    house = House(
        {
            "GET /sign-in/start": httpx.Response(303, headers=begun),
            f"GET {PROVIDER}": page('<input type="hidden" name="state" value="s">'),
            f"POST {PROVIDER}": httpx.Response(303, headers={"location": f"{ORIGIN}/sign-in/done?code=c"}),
            "GET /sign-in/done?code=c": httpx.Response(303, headers=done),
            "GET /my": page(),
        }
    )
    father = visit(house, RESIDENT)
    father.sign_in_as("subject of his")
    father.open("/my")
    cookies = {what: cookie for what, cookie, _ in house.asked}

    assert ("", "") == (cookies[f"GET {PROVIDER}"], cookies[f"POST {PROVIDER}"])
    assert "__Host-sign-in=attempt" == cookies["GET /sign-in/done?code=c"]
    assert "__Host-session=hers" == cookies["GET /my"]
    assert {"state": ["s"], "subject": ["subject of his"]} == parse_qs(house.asked[2][2])


def test_only_fields_with_a_value_are_sent_back() -> None:
    assert {"a": "1", "b": ""} == fields('<input name="a" value="1"><input name="b" value><input name="c"><p name="d">')
