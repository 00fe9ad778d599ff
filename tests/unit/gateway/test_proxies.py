"""Proxies: both want it, either ends it, nobody is one where somebody hides, and what is opened is shown."""

import re

import pytest

from gateway.hiding import Leg
from gateway.residents.ports import Moved
from gateway.residents.protection import ALL_EVERY_SECONDS
from gateway.residents.proxies import INVITED_MILLISECONDS, SCOPES, may_stand
from gateway.residents.representing import MOST_OPEN
from gateway.residents.room import MENU
from gateway.sign_in.browser import digest
from kairan.identifiers import Handle, MunicipalityCode
from kairan.measures import Standing
from tests.unit.gateway.reading import Page, faults
from tests.unit.gateway.residing import AOI, CHIYODA, NOW, REN, Browser, Place, notice, signed_in

OWN = ("/my/received", "/my/channels", "/my/proxies")
NOTHING = {"duties": "", "notices": ""}
DAY = 24 * 60 * 60 * 1000


def invitation(browser: Browser, **fields: str) -> str:
    answer = browser.post("/my/proxies", **({"duties": "yes", "notices": "yes", "until": "2027-06-30"} | fields))
    found = re.search(r"<code>([^<]+)</code>", answer.text)

    assert found
    return found[1]


def confirmed(place: Place) -> tuple[Browser, Browser]:
    """Aoi and her proxy Ren."""
    aoi, ren = signed_in(place, "aoi"), signed_in(place, "ren")
    ren.post("/my/proxies/confirm", invitation=invitation(aoi))
    return aoi, ren


def address(browser: Browser, verb: str) -> str:
    found = re.search(rf'action="(/my/proxies/[0-9a-f]{{32}}/{verb})"', browser.get("/my/proxies").text)

    assert found
    return found[1]


def acting(place: Place) -> tuple[Browser, Browser]:
    aoi, ren = confirmed(place)
    ren.post(address(ren, "act"))
    return aoi, ren


def listed(browser: Browser) -> str:
    answer = browser.get("/my")

    assert 200 == answer.status_code
    return Page(answer.text).text


@pytest.mark.parametrize(
    ("proxy", "represented", "is_minor", "may"),
    [
        ("none", "none", False, True),
        ("none", "none", True, True),
        ("protected", "protected", False, True),
        ("unknown", "protected", False, True),
        ("protected", "protected", True, False),
        ("unknown", "unknown", True, False),
        ("none", "protected", False, False),
        ("none", "unknown", False, False),
        ("protected", "none", False, False),
        ("unknown", "none", True, False),
    ],
)
def test_nobody_stands_for_a_protected_minor_or_across_a_protection(
    proxy: Standing,
    represented: Standing,
    is_minor: bool,  # noqa: FBT001 - a column of the table
    may: bool,  # noqa: FBT001
) -> None:
    assert may == may_stand(proxy, represented, is_minor=is_minor)


def test_a_proxy_sees_the_other_ones_list_and_on_each_page_whose_it_is() -> None:
    place = Place()
    place.entries.tell(AOI, notice(AOI))
    _, ren = confirmed(place)
    own = listed(ren)
    ren.post(address(ren, "act"))
    hers = listed(ren)
    ren.post("/my/proxies/stop")

    assert ("児童手当" in own, "児童手当" in hers, "児童手当" in listed(ren)) == (False, True, False)
    assert ("代理人として" in own, "代理人として" in hers) == (False, True)
    assert [] == faults(ren.get("/my/proxies").text)


def test_a_proxy_sees_nothing_but_what_was_granted() -> None:
    place = Place()
    place.entries.tell(AOI, notice(AOI))
    _, ren = acting(place)

    assert [200, 200, 404] == [ren.get(each).status_code for each in ("/my", "/my/notices", "/my/move")]
    assert [404] * 3 == [ren.get(each).status_code for each in OWN]
    assert "feedback" not in ren.get("/my/notices").text


HERS = [
    f"/my/channels/{each}"
    for each in ("of/mail", "benefits", "mailbox", "mailbox/code", "devices", "simulators/line", "addresses/x/remove")
]


def acting_for(place: Place, scope: str) -> tuple[Browser, str]:
    """Ren, who may see this of Aoi's alone, and where he comes to."""
    aoi, ren = signed_in(place, "aoi"), signed_in(place, "ren")
    ren.post("/my/proxies/confirm", invitation=invitation(aoi, **(NOTHING | {scope: "yes"})))
    return ren, ren.post(address(ren, "act")).headers["Location"]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_proxy_comes_to_a_page_that_was_granted_and_finds_no_other_in_the_menu(scope: str) -> None:
    ren, there = acting_for(Place(), scope)
    page = Page(ren.get(there).text)
    menu = [
        path[-1].attributes["href"]
        for path in page.tags
        if path[-1].name == "a" and "nav" in {tag.name for tag in path}
    ]

    assert (MENU[scope], [MENU[scope]]) == (there, menu)


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_not_granted_is_said_to_the_proxy_who_is_led_to_what_is(scope: str) -> None:
    """The first page of the person is none of hers, and no sentence speaks as if she were that person."""
    place = Place()
    aoi, ren = signed_in(place, "aoi"), signed_in(place, "ren")
    ren.post("/my/proxies/confirm", invitation=invitation(aoi, **(NOTHING | {scope: "yes"})))
    ren.post(address(ren, "act"))
    shut = [ren.get(path) for name, path in MENU.items() if name not in (scope, "duties")]
    led = {
        tag.attributes["href"]
        for each in shut
        for tag in Page(each.text).of("a")
        if tag.attributes.get("class") == "button"
    }
    first = ren.get("/my")

    assert {(404, True)} == {
        (each.status_code, "本人が代理人に許したページではありません" in each.text) for each in shut
    }
    assert {MENU[scope]} == led
    assert (200 if scope == "duties" else 303) == first.status_code
    assert MENU[scope] == first.headers.get("Location", "/my")


def test_a_proxy_signs_out_everywhere_whatever_was_granted_and_no_view_is_noted() -> None:
    place = Place()
    ren, _ = acting_for(place, "move")
    answer = ren.post("/sign-out/everywhere")

    assert (303, "/signed-out") == (answer.status_code, answer.headers["Location"])
    assert ({AOI}, []) == (place.sessions.people(), place.proxies.views(AOI))


def test_a_proxy_changes_nothing_of_hers() -> None:
    place = Place()
    told = place.entries.tell(AOI, notice(AOI))
    _, ren = acting(place)

    for path in (*HERS, "/my/proxies", "/my/proxies/confirm", f"/my/notices/{told.id.hex()}/feedback"):
        assert 404 == ren.post(path, verdict="wrong", invitation="x", duties="yes").status_code


def test_what_a_proxy_opened_is_shown_to_whose_page_it_is() -> None:
    place = Place()
    aoi, ren = acting(place)
    before = Page(aoi.get("/my/proxies").text).text
    ren.get("/my/notices")

    assert ("代理人が開いたページ" in before, "令和9年1月15日" in Page(aoi.get("/my/proxies").text).text) == (
        False,
        True,
    )


def test_an_invitation_is_good_once_and_never_for_oneself() -> None:
    place = Place()
    aoi, ren = signed_in(place, "aoi"), signed_in(place, "ren")
    code = invitation(aoi)

    assert [404, 303, 404] == [
        each.post("/my/proxies/confirm", invitation=code).status_code for each in (aoi, ren, ren)
    ]
    assert 404 == ren.post("/my/proxies/confirm", invitation="guessed").status_code


def test_an_invitation_ends_after_a_week() -> None:
    place = Place()
    code = invitation(signed_in(place, "aoi"))
    place.now += 7 * DAY

    assert 404 == signed_in(place, "ren").post("/my/proxies/confirm", invitation=code).status_code


@pytest.mark.parametrize("who", [0, 1])
def test_either_ends_it_at_once(who: int) -> None:
    place = Place()
    both = confirmed(place)
    ending = address(both[who], "end")
    act = address(both[1], "act")
    both[1].post(act)
    if who == 1:
        both[1].post("/my/proxies/stop")
    both[who].post(ending)

    for _ in range(2):
        both[1].post(act)
    session = place.sessions.find(digest(both[1].session), place.now)

    assert (frozenset(), REN) == (place.proxies.people(), session and session.shown)


def test_who_acts_when_it_ends_is_sent_to_the_door_and_back_to_herself() -> None:
    place = Place()
    aoi, ren = acting(place)
    aoi.post(address(aoi, "end"))
    answer = ren.get("/my")

    assert (303, 200) == (answer.status_code, ren.get("/my").status_code)
    assert "代理人として" not in listed(ren)


def test_a_proxy_ends_after_its_last_day() -> None:
    place = Place()
    confirmed(place)
    place.now += 200 * DAY
    ren = signed_in(place, "ren")

    assert "/act" not in ren.get("/my/proxies").text


def test_nobody_else_can_end_or_use_it() -> None:
    place = Place()
    mio = Handle(b"m" * 12 + bytes(4))
    aoi, ren = confirmed(place)
    other = signed_in(place, "aoi")
    place.sessions.open(digest(other.session), mio, NOW)
    for each in (address(aoi, "end"), address(ren, "act")):
        assert 404 == other.post(each).status_code


def test_the_represented_cannot_act_for_herself_as_proxy() -> None:
    place = Place()
    aoi, _ = confirmed(place)

    assert 404 == aoi.post(address(aoi, "end").replace("/end", "/act")).status_code


@pytest.mark.parametrize("who", [AOI, REN])
def test_a_measure_on_either_side_ends_the_proxy_and_what_is_looked_at(who: Handle) -> None:
    place = Place()
    acting(place)
    place.hide(who)
    place.guard.sweep()

    assert frozenset() == place.proxies.people()
    assert not [each for each in (AOI, REN) if each == who and each in place.sessions.people()]


@pytest.mark.parametrize("fields", [{"duties": "", "notices": ""}, {"until": "2026-01-01"}, {"until": "soon"}])
def test_an_invitation_for_nothing_or_for_the_past_is_none(fields: dict[str, str]) -> None:
    place = Place()
    asked = {"duties": "yes", "notices": "yes", "until": "2027-06-30"} | fields

    assert 400 == signed_in(place).post("/my/proxies", **asked).status_code
    assert frozenset() == place.proxies.people()


def test_a_proxy_lasts_a_year_at_most() -> None:
    place = Place()
    invitation(signed_in(place), until="2099-01-01")
    (found,) = place.proxies.of(AOI, place.room.today())

    assert (2028, 1) == (found.until.year, found.until.month)


@pytest.mark.parametrize("who", [AOI, REN])
def test_nothing_is_shown_to_a_proxy_from_the_moment_that_a_measure_is_known(who: Handle) -> None:
    place = Place()
    _, ren = acting(place)
    place.hide(who)
    place.read_measures()

    assert (303, {AOI, REN}) == (ren.get("/my").status_code, place.proxies.people())


def test_nobody_confirms_for_somebody_who_hides_by_now() -> None:
    place = Place()
    code = invitation(signed_in(place, "aoi"))
    place.hide(AOI)
    place.read_measures()

    assert 404 == signed_in(place, "ren").post("/my/proxies/confirm", invitation=code).status_code
    assert {AOI} == place.proxies.people()


def test_nobody_makes_more_invitations_than_can_be_read_until_they_are_too_old() -> None:
    place = Place()
    browser = signed_in(place)
    made = [browser.post("/my/proxies", duties="yes").status_code for _ in range(MOST_OPEN + 1)]
    place.now += INVITED_MILLISECONDS

    assert [200] * MOST_OPEN + [409] == made
    assert 200 == signed_in(place).post("/my/proxies", duties="yes").status_code


def test_whose_last_day_is_over_is_forgotten_with_the_next_invitation() -> None:
    place = Place()
    signed_in(place).post("/my/proxies", duties="yes", until=str(place.room.today()))
    place.leapt = 2 * 24 * 3600 * 1000
    signed_in(place, "ren").post("/my/proxies", duties="yes")

    assert {REN} == place.proxies.people()


@pytest.mark.parametrize("who", ["of her the event alone says so", "she moves with her mother, who hides"])
def test_a_proxy_never_sees_where_somebody_moves_who_hides_without_a_measure_of_her_own(who: str) -> None:
    place, mother = Place(), Handle(b"m" * 12 + bytes(4))
    aoi, ren = signed_in(place, "aoi"), signed_in(place, "ren")
    ren.post("/my/proxies/confirm", invitation=invitation(aoi, move="yes"))
    ren.post(address(ren, "act"))
    place.moves[AOI] = [Moved("moved_in", CHIYODA, MunicipalityCode("141003"), has_departed=True)]
    place.guard.sweep()

    before = ren.get("/my/move")
    place.moving.legs.append(Leg(AOI, frozenset({"131016:g"}), hides=who.startswith("of her")))
    if who.startswith("she moves"):
        place.moving.legs.append(Leg(mother, frozenset({"131016:g"}), hides=False))
        place.hide(mother)
    place.seconds += ALL_EVERY_SECONDS
    place.guard.sweep()

    assert ("横浜" in before.text, [303, 303]) == (True, [each.get("/my/move").status_code for each in (ren, aoi)])
    assert frozenset() == place.proxies.people()
    assert "/sign-in" == signed_in(place, "aoi").get("/my/move").headers["Location"]
