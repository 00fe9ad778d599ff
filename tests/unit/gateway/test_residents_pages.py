"""Residents' journeys: in, what I must do, my notices, out; and that nobody else's can be named."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any, get_args

import icalendar
import pytest
from starlette.testclient import TestClient

from gateway.residents import words
from gateway.residents.items import ITEMS, NOT_SHOWN, items_of
from gateway.residents.notices import WITHDRAWN_MILLISECONDS
from gateway.residents.ports import Moved, Withdrawn
from gateway.residents.protection import STALE_SECONDS
from gateway.residents.routes import routes
from gateway.residents.sessions import IDLE
from kairan import shapes
from kairan.identifiers import Handle
from processors.channels.addresses import Address
from processors.disclosures import display
from processors.notices import texts
from processors.notices.texts import Language
from tests.unit.gateway.reading import Page, faults
from tests.unit.gateway.residing import (
    AOI,
    CHIYODA,
    ISSUER,
    NOW,
    ORIGIN,
    REN,
    Answer,
    Browser,
    Place,
    notice,
    signed_in,
)
from tests.unit.processors.disclosures.world import FLAG, entry, told

PAGES = ("/my", "/my/notices", "/my/move", "/my/received", "/my/channels", "/my/proxies")
OPEN = frozenset(
    {
        "/sign-in",
        "/sign-in/start",
        "/sign-in/done",
        "/enrol",
        "/sign-out",
        "/signed-out",
        "/unsubscribe",
        "/my/worker.js",
        "/guides",
        "/guides/{event}",
    }
)
MAILBOX = Address(AOI, "mail", "mail", {"mailbox": "aoi@mail.example.jp"}, Language.JAPANESE, NOW, token="token")
SOON, PAST = date(2027, 2, 1), date(2027, 1, 14)


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)

    assert 200 == answer.status_code
    return Page(answer.text).text


def full(place: Place) -> Place:
    """Something on each page of Aoi's."""
    place.entries.tell(AOI, notice(AOI, "N5", SOON))
    place.entries.tell(AOI, notice(AOI, "N3b", PAST))
    place.entries.tell(AOI, notice(AOI, "N26"))
    place.moves[AOI] = [Moved("moved in", CHIYODA, CHIYODA, "2027-01-10", None, "2027-01-12", NOW, True, False, 4, 1)]
    offices = (told(CHIYODA, fields=5), told(CHIYODA, "021"), told(CHIYODA, "035"))
    place.disclosures.apply([entry(AOI, *offices, written=NOW), entry(AOI, told(CHIYODA), type=FLAG, at=1)])
    return place


def test_somebody_signs_in_sees_her_list_and_signs_out() -> None:
    place = full(Place())
    browser = place.browser()
    first = browser.get("/my")
    answer = browser.sign_in()
    listed = text(browser, "/my")
    out = browser.post("/sign-out")

    assert (303, "/sign-in") == (first.status_code, first.headers["Location"])
    assert (303, "/my") == (answer.status_code, answer.headers["Location"])
    assert "令和9年2月1日" in listed
    assert (303, "", frozenset()) == (out.status_code, browser.session, place.sessions.people())
    assert 303 == browser.get("/my").status_code


def test_the_page_that_was_wanted_is_one_of_ours_whatever_is_asked() -> None:
    assert "/my/notices" == Place().browser().sign_in(wanted="notices").headers["Location"]
    for elsewhere in ("https://evil.example", "//evil.example", "/my/notices", ""):
        assert "/my" == Place().browser().sign_in(wanted=elsewhere).headers["Location"]


def test_the_provider_sends_nobody_to_another_address_and_asks_for_pkce() -> None:
    browser = Place().browser()
    asked = browser.to_provider()
    for wrong in ({"redirect_uri": "https://evil.example"}, {"client_id": "other"}, {"code_challenge": ""}):
        with pytest.raises(KeyError):
            browser.choose(asked | wrong, "aoi")


def test_a_session_planted_before_the_sign_in_is_worth_nothing_after_it() -> None:
    place = Place()
    browser = place.browser()
    browser.sign_in("ren")
    planted = browser.session
    browser.sign_in("aoi")
    other = place.browser()
    other.client.cookies.set("__Host-session", planted)

    assert planted != browser.session
    assert 303 == other.get("/my").status_code
    assert {AOI} == place.sessions.people()


def test_the_cookies_are_for_this_host_alone_and_for_no_script() -> None:
    browser = Place().browser()
    start = browser.get("/sign-in/start").headers["Set-Cookie"]
    done = browser.sign_in().headers.get_list("set-cookie")
    session = next(each for each in done if "session" in each)

    for cookie in (start, session):
        assert cookie.startswith("__Host-")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie


@pytest.mark.parametrize("part", ["state=", "code="])
def test_an_answer_that_was_changed_on_the_way_signs_nobody_in(part: str) -> None:
    place = Place()
    browser = place.browser()
    answer = browser.get(browser.choose(browser.to_provider(), "aoi").replace(part, f"{part}x"))

    assert (403, "", frozenset()) == (answer.status_code, browser.session, place.sessions.people())
    assert [] == faults(answer.text)


def test_an_answer_is_good_once_and_in_one_browser() -> None:
    place = Place()
    browser = place.browser()
    to = browser.choose(browser.to_provider(), "aoi")

    assert [403, 303, 403] == [
        place.browser().get(to).status_code,
        browser.get(to).status_code,
        browser.get(to).status_code,
    ]


def test_whom_we_do_not_know_and_who_hides_are_answered_alike() -> None:
    place = Place()
    place.hide(AOI)
    place.guard.sweep()
    unknown, hidden = place.browser().sign_in("stranger"), place.browser().sign_in("aoi")

    assert (303, "/enrol", "") == (unknown.status_code, unknown.headers["Location"], unknown.text)
    assert said(unknown) == said(hidden)


def said(answer: Answer) -> tuple[int, str, list[tuple[str, str]]]:
    """All of it but the secrets."""
    secret = re.compile(r"(?<=enrolment=)[^;]+")
    return answer.status_code, answer.text, [(name, secret.sub("", its)) for name, its in answer.headers.multi_items()]


def paths(place: Place) -> list[tuple[str, str]]:
    """Every method of every route, with a name filled in."""
    return [
        (method, each.path.replace("{name}", "0" * 32))
        for each in routes(place.room)
        for method in sorted((each.methods or set()) - {"HEAD"})
        if each.path not in OPEN
    ]


ROUTES = paths(Place())


def ask(browser: Browser, method: str, path: str) -> tuple[int, str | None]:
    answer = browser.get(path) if method == "GET" else browser.post(path)
    return answer.status_code, answer.headers.get("Location")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nothing_is_shown_or_taken_without_a_session(method: str, path: str) -> None:
    assert (303, "/sign-in") == ask(Place().browser(), method, path) or path == "/my/proxies/stop"


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("how", ["closed", "idle", "hidden", "guessed"])
def test_nothing_is_shown_or_taken_in_a_session_that_has_ended(method: str, path: str, how: str) -> None:
    place = full(Place())
    browser = signed_in(place)
    match how:
        case "closed":
            place.sessions.close_all([AOI])
        case "idle":
            place.now += IDLE
        case "hidden":
            place.hide(AOI)
            place.guard.sweep()
        case "guessed":
            browser.client.cookies.clear()
            browser.client.cookies.set("__Host-session", "guessed")

    assert (303, "/sign-in") == ask(browser, method, path) or path == "/my/proxies/stop"


NEEDS_NO_MEASURES = {("GET", "/my/notices/live"), ("POST", "/sign-out/everywhere"), ("POST", "/my/proxies/stop")}
"""A stream that shows nothing meanwhile, and what only ends something."""


@pytest.mark.parametrize(("method", "path"), [each for each in ROUTES if each not in NEEDS_NO_MEASURES])
def test_while_nobody_knows_who_hides_a_page_says_later_and_the_session_goes_on(method: str, path: str) -> None:
    place = full(Place())
    browser = signed_in(place)
    place.seconds += STALE_SECONDS
    answer = browser.get(path) if method == "GET" else browser.post(path)
    place.guard.sweep()

    assert (503, "30", True) == (answer.status_code, answer.headers["Retry-After"], "少しお待ちください" in answer.text)
    assert "窓口" not in answer.text
    assert [] == faults(answer.text)
    assert 200 == browser.get("/my").status_code


@pytest.mark.parametrize("language", list(Language))
def test_later_is_said_in_every_language_with_a_way_back(language: Language) -> None:
    place = Place()
    browser = signed_in(place)
    place.seconds += STALE_SECONDS
    said = words.language.texts("base", language)["errors"]
    answer = Page(browser.get(f"/my/move?lang={language}").text)

    assert said["503"]["title"] in answer.text
    assert [("/my", said["back"])] == [
        (path[-1].attributes["href"], said["back"]) for path in answer.tags
        if path[-1].name == "a" and path[-1].attributes.get("class") == "button"
    ]  # fmt: skip
    assert said["back"] in answer.text


def test_what_ends_something_needs_to_know_nobody_who_hides() -> None:
    place = Place()
    one, other = signed_in(place), signed_in(place)
    place.seconds += STALE_SECONDS

    assert [303, 303] == [one.post("/sign-out").status_code, other.post("/sign-out/everywhere").status_code]
    assert frozenset() == place.sessions.people()


def test_a_sign_in_that_met_no_measures_goes_on_where_it_was() -> None:
    """The provider's answer is good once: it is not looked at before anybody can be let in."""
    place = Place()
    browser = place.browser()
    to = browser.choose(browser.to_provider(), "aoi")
    place.seconds += STALE_SECONDS
    late = [browser.get(each).status_code for each in (to, "/sign-in/start")]
    place.guard.sweep()

    assert ([503, 503], 303) == (late, browser.get(to).status_code)
    assert {AOI} == place.sessions.people()


def test_who_signs_out_is_led_on_to_the_provider_and_back_to_the_door() -> None:
    """On a shared telephone the provider's own session would let in whoever taps next."""
    place = Place()
    browser = place.browser()
    browser.sign_in()
    where = browser.post("/sign-out").headers["Location"]
    page = browser.get(where)
    there = page.headers["Refresh"].removeprefix("0; url=")
    with TestClient(place.provider.app(), ISSUER, follow_redirects=False) as provider:
        back = provider.get(there)

    assert ("/signed-out", 200, "") == (where, page.status_code, browser.session)
    assert there in unescape(page.text)
    assert (303, f"{ORIGIN}/sign-in") == (back.status_code, back.headers["Location"])


def test_where_the_provider_ends_nothing_the_page_says_what_is_left_to_do() -> None:
    place = Place()
    place.provider.signed_out_uri = ""
    page = place.browser().get("/signed-out")

    assert (200, False) == (page.status_code, "Refresh" in page.headers)
    assert "本人確認のサービスからもサインアウトしてください" in page.text


def named(browser: Browser) -> str:
    """The address of feedback on the first notice that stands on the page."""
    found = re.search(r'action="(/my/notices/[0-9a-f]{32}/feedback)"', browser.get("/my/notices").text)

    assert found
    return found[1]


def test_what_is_somebody_elses_is_not_there() -> None:
    place = full(Place())
    address = named(signed_in(place, "aoi"))
    other = signed_in(place, "ren")
    answer, nowhere = (other.post(each, verdict="helped") for each in (address, f"/my/notices/{'0' * 32}/feedback"))

    assert (404, 404, nowhere.text) == (answer.status_code, nowhere.status_code, answer.text)
    assert {} == place.feedback.of(AOI)
    assert {} == place.feedback.of(REN)


def test_an_address_is_good_in_its_own_session_only_and_holds_no_identifier() -> None:
    place = full(Place())
    first, again = named(signed_in(place)), named(signed_in(place))
    told = place.entries.of(AOI) or ()

    assert first != again
    assert not any(each.id.hex() in first + again or AOI.hex() in first + again for each in told)
    assert 404 == signed_in(place).post(first, verdict="helped").status_code


def test_what_a_resident_says_of_a_notice_is_kept_and_shown() -> None:
    place = full(Place())
    browser = signed_in(place)
    answer = browser.post(named(browser), verdict="unclear")

    assert (303, ["unclear"]) == (answer.status_code, list(place.feedback.of(AOI).values()))
    assert "ありがとうございます" in text(browser, "/my/notices")
    assert 400 == browser.post(named(browser), verdict="<script>").status_code


def test_a_form_without_its_token_is_refused() -> None:
    place = full(Place())
    browser = signed_in(place)
    address = named(browser)

    assert 403 == browser.client.post(address, data={"verdict": "wrong"}, headers={"Origin": ORIGIN}).status_code
    assert {} == place.feedback.of(AOI)


def test_duties_stand_by_their_day_and_only_while_they_hold() -> None:
    place = full(Place())
    gone = place.entries.tell(AOI, notice(AOI, "N8", SOON))
    place.entries.tell(AOI, replace(gone, holds=False))
    listed = [path[-1].attributes.get("class") for path in Page(signed_in(place).get("/my").text).tags]

    assert [each for each in listed if each in {"bad", "note"}] == ["bad", "note"]


def test_days_are_counted_by_the_sandboxs_time_and_sessions_by_the_clock() -> None:
    place = full(Place())
    browser = signed_in(place)
    place.leapt = 40 * 24 * 60 * 60 * 1000
    late = [path[-1] for path in Page(browser.get("/my").text).tags if path[-1].attributes.get("class") == "bad"]

    assert 2 == len(late)


def test_a_page_that_is_closed_shows_nothing_and_does_not_say_why() -> None:
    place = full(Place())
    place.entries.closed.add(AOI)
    browser = signed_in(place)

    for path in ("/my", "/my/notices"):
        assert "令和" not in text(browser, path)
        assert "窓口にお尋ねください" in text(browser, path)
    assert [] == icalendar.Calendar.from_ical(browser.get("/my/calendar.ics").content).walk("VEVENT")


def test_the_calendar_has_days_and_nothing_else_of_her() -> None:
    place = full(Place())
    found = signed_in(place).get("/my/calendar.ics")
    events = icalendar.Calendar.from_ical(found.content).walk("VEVENT")

    assert "text/calendar; charset=utf-8" == found.headers["Content-Type"]
    assert [PAST, SOON] == [event["DTSTART"].dt for event in events]
    assert ("2.0", True) == (
        str(icalendar.Calendar.from_ical(found.content)["VERSION"]),
        b"\r\nPRODID:" in found.content,
    )
    assert all(b"DTSTART;VALUE=DATE:%d" % each in found.content for each in (20270114, 20270201))
    assert all(event["DTSTAMP"].dt.tzinfo is not None and "DTEND" not in event for event in events)
    assert {"役所の手続の日"} == {str(event["SUMMARY"]) for event in events}
    for secret in ("児童", "N5", "131016", "千代田", *(each.id.hex() for each in place.entries.of(AOI) or ())):
        assert secret not in found.text
    assert [event["UID"] for event in events] == [
        event["UID"]
        for event in icalendar.Calendar.from_ical(signed_in(place).get("/my/calendar.ics").content).walk("VEVENT")
    ]


def test_a_notice_that_was_withdrawn_or_corrected_says_so() -> None:
    place = Place()
    told = place.entries.tell(AOI, notice(AOI, "N5", SOON))
    place.entries.tell(AOI, replace(told, wording=1))
    browser = signed_in(place)
    corrected = text(browser, "/my/notices")
    place.entries.tell(AOI, replace(told, holds=False))

    assert "訂正されました" in corrected
    assert texts.withdrawn(Language.JAPANESE).plain in text(browser, "/my/notices")


@pytest.mark.parametrize("why", get_args(Withdrawn))
@pytest.mark.parametrize("language", Language)
def test_a_notice_that_was_withdrawn_says_why_in_her_language(language: Language, why: Withdrawn) -> None:
    place = Place()
    place.entries.tell(AOI, replace(notice(AOI), holds=False, why=why, over=NOW))
    said = words.words(language).notices.why[why]

    assert str(Page(str(said())).text) in text(signed_in(place), f"/my/notices?lang={language}").replace("\n", "")


def test_a_duty_that_was_taken_back_does_not_leave_the_list_untold() -> None:
    place = Place()
    told = place.entries.tell(AOI, notice(AOI, "N5", SOON))
    before = text(signed_in(place), "/my")
    place.entries.tell(AOI, replace(told, holds=False, why="changed", over=NOW))
    after = text(signed_in(place), "/my")

    assert (False, True) == ("取り消したお知らせがあります" in before, "取り消したお知らせがあります" in after)
    assert ("児童手当の認定請求" in before, "児童手当の認定請求" in after) == (True, False)


def test_a_notice_that_was_withdrawn_names_no_day_any_more() -> None:
    place = Place()
    told = place.entries.tell(AOI, notice(AOI, "N5", SOON))
    before = text(signed_in(place), "/my/notices")
    place.entries.tell(AOI, replace(told, holds=False, why="changed", over=NOW))

    assert (True, False) == ("令和9年2月1日" in before, "令和9年2月1日" in text(signed_in(place), "/my/notices"))


@pytest.mark.parametrize(("over", "is_there"), [(None, True), (NOW, True), (NOW - WITHDRAWN_MILLISECONDS, False)])
def test_what_was_withdrawn_stands_there_for_a_while(over: int | None, is_there: bool) -> None:  # noqa: FBT001
    place = Place()
    place.entries.tell(AOI, replace(notice(AOI), holds=False, why="annulled", over=over))

    assert is_there == ("もとになった記録が取り消された" in text(signed_in(place), "/my/notices"))


@pytest.mark.parametrize(("rule", "is_checked"), [("N5", True), ("N3b", False)])
def test_a_duty_says_on_which_law_it_rests_and_what_nobody_checked(rule: str, is_checked: bool) -> None:  # noqa: FBT001
    place = Place()
    place.entries.tell(AOI, notice(AOI, rule))
    seen = text(signed_in(place), "/my")

    assert ("児童手当法 7条1項・3項" if is_checked else "番号法施行令") in seen
    assert is_checked == ("条文は未確認" not in seen)


def test_who_received_what_stands_with_its_law_and_what_is_withheld_is_counted() -> None:
    seen = text(signed_in(full(Place())), "/my/received")

    assert all(
        each in seen
        for each in (
            "千代田区 児童手当",
            "転入届",
            "氏名",
            "生年月日",
            "児童手当法 7条1項・3項",
            "2件は、調査の",
            "78条1項7号",
            "法令により示さないものもあります",
        )
    )


def test_what_was_taken_back_stands_as_that_and_counts_no_items() -> None:
    place = Place()
    place.disclosures.apply([entry(AOI, told(CHIYODA, takes_back=True, fields=0), written=NOW)])
    seen = text(signed_in(place), "/my/received")

    assert "転入届 (以前の情報の取消し)" in seen
    assert "項目" not in seen


TYPES = [each for each in shapes.TYPES if each not in NOT_SHOWN]


@pytest.mark.parametrize("event_type", TYPES)
def test_every_field_of_every_event_has_a_word_for_residents(event_type: str) -> None:
    fields = shapes.shape("event", event_type).body_fields

    assert {ITEMS[field.name] for field in fields} == set(items_of(event_type, range(len(fields))))
    assert () == items_of(event_type, ())


@pytest.mark.parametrize("language", Language)
def test_every_event_and_every_item_has_its_words(language: Language) -> None:
    said = words.words(language).received

    assert (set(shapes.TYPES), set(ITEMS.values())) == (set(said.event), set(said.item))


def test_of_what_concerns_somebody_else_too_no_item_is_named() -> None:
    place = Place()
    them = [told(CHIYODA, fields=5)]
    place.disclosures.apply([entry(AOI, *them, municipality=CHIYODA, written=NOW, related=[REN])])
    seen = text(signed_in(place), "/my/received")

    assert ("ほかの方に関わるため" in seen, "氏名" in seen) == (True, False)


def test_where_nobody_has_found_the_law_the_page_says_so() -> None:
    place = Place()
    place.disclosures.apply([entry(AOI, told(CHIYODA, rule="of nobody"), written=NOW)])

    assert "根拠の法令はまだ確認されていません" in text(signed_in(place), "/my/received")


@pytest.mark.parametrize("language", Language)
def test_every_rule_that_withholds_has_its_words(language: Language) -> None:
    """A page that has none for what it counts is none."""
    told_of = words.words(language)["received"]["withheld"]

    assert told_of.keys() == {rule.name for rule in display.rules() if rule.display == "delayed"}


@pytest.mark.parametrize("hides", [False, True])
def test_who_received_what_stands_the_same_whether_or_not_a_relative_hides(hides: bool) -> None:  # noqa: FBT001
    """He looks every day: nothing may come or go with a protection, not even a number."""
    place, child = Place(), Handle(b"c" * 12 + bytes(4))
    if hides:
        place.hide(child)
        place.guard.sweep()
    them = [told(CHIYODA), told("122033"), told("122033", business="021")]
    place.disclosures.apply([entry(AOI, *them, municipality=CHIYODA, written=NOW, related=[child])])
    seen = text(signed_in(place), "/my/received")

    assert ("千代田区" in seen, "市川" in seen) == (True, False)
    assert ("氏名" in seen, "件は" in seen, seen.count("法令により示さないもの")) == (False, False, 1)


def test_the_sentence_about_what_is_never_shown_is_on_everybodys_page() -> None:
    assert "法令により示さないものもあります" in text(signed_in(Place()), "/my/received")


def test_a_day_of_a_move_says_what_it_is_of() -> None:
    """The planned day of leaving stood beside a registration, as if it had been made on it."""
    place = Place()
    place.moves[AOI] = [Moved("declared", CHIYODA, CHIYODA, "2027-01-10", "2027-01-11", has_departed=True)]
    planned = text(signed_in(place), "/my/move")
    place.moves[AOI] = [Moved("moved in", CHIYODA, CHIYODA, None, "2027-01-11", "2027-01-12")]
    arrived = text(signed_in(place), "/my/move")

    assert "転出予定日 令和9年1月10日" in planned
    assert "来庁予定日 令和9年1月11日" in planned
    assert ("住み始めた日 令和9年1月12日" in arrived, "来庁予定日" in arrived) == (True, False)


UNCERTAIN = {"value": "2027-01-00", "certain": False, "text": "令和9年1月頃"}
DAYS = {
    "planned": {"value": "2027-01-10", "certain": True, "text": "令和9年1月10日"},
    "visit": None,
    "moved_in": UNCERTAIN,
}
MOVE = DAYS | {
    "origin": CHIYODA, "destination": CHIYODA, "begun": NOW, "departure": "d", "notice": None, "awaited": 0,
    "answered": 0,
}  # fmt: skip


@pytest.mark.parametrize("language", Language)
def test_days_of_eras_are_on_japanese_pages_alone(language: Language) -> None:
    """The register has its own words for a day, and those of a certain one say nothing more."""
    place = Place()
    place.moves[AOI] = [Moved.of("moved in", MOVE)]
    seen = text(signed_in(place), f"/my/move?lang={language}")

    assert ("令和9年1月10日（2027年" in seen, "令和9年1月頃" in seen, "令和" in seen) == (
        (language is Language.JAPANESE,) * 3
    )
    assert "2027" in seen


@pytest.mark.parametrize(("said", "shown"), [("2027-00-00", "2027"), ("0000-00-00", "the day is not certain")])
def test_of_a_day_that_is_not_known_it_is_said_between_which_it_lies(said: str, shown: str) -> None:
    place = Place()
    place.moves[AOI] = [Moved.of("moved in", MOVE | {"moved_in": {"value": said, "certain": False, "text": ""}})]

    assert shown in text(signed_in(place), "/my/move?lang=en")


def test_of_who_has_arrived_without_a_departure_none_is_awaited() -> None:
    place = Place()
    place.moves[AOI] = [Moved("moved in", CHIYODA, CHIYODA, moved_in="2027-01-12")]

    assert "転出届の登録" not in text(signed_in(place), "/my/move")


def test_a_move_is_shown_with_both_municipalities_steps() -> None:
    seen = text(signed_in(full(Place())), "/my/move")

    assert all(each in seen for each in ("千代田区から千代田区へ", "令和9年1月10日", "令和9年1月12日", "1/4"))


def mailed() -> Place:
    place = Place()
    place.addresses.queue.keep(MAILBOX)
    return place


def wants_mail(place: Place) -> bool:
    return next(each.is_wanted for each in place.addresses.of(AOI) if each.channel == "mail")


ONE_CLICK = [
    {"data": {"List-Unsubscribe": "One-Click"}},
    {"files": {"List-Unsubscribe": (None, "One-Click")}},
    {"content": b"", "headers": {"Content-Type": "multipart/form-data"}},
]
"""As mail programs may send it (RFC 8058): what counts stands in the address."""


@pytest.mark.parametrize("sent", ONE_CLICK)
def test_mail_is_stopped_without_a_sign_in_and_not_by_looking(sent: dict[str, Any]) -> None:
    place = mailed()
    browser = place.browser()
    looked = browser.get("/unsubscribe?t=token")
    before = wants_mail(place)
    answer = browser.client.post("/unsubscribe?t=token", **sent)

    assert (200, True, 200, False) == (looked.status_code, before, answer.status_code, wants_mail(place))
    assert [] == faults(looked.text)


@pytest.mark.parametrize("address", ["/unsubscribe?t=other", "/unsubscribe", "/unsubscribe?t="])
def test_a_token_that_was_guessed_stops_nothing(address: str) -> None:
    place = mailed()
    place.browser().client.post(address, data={"List-Unsubscribe": "One-Click"})

    assert wants_mail(place)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("path", [*PAGES, "/sign-in", "/unsubscribe?t=token"])
def test_every_page_can_be_used_in_every_language(language: Language, path: str) -> None:
    place = full(Place())
    browser = signed_in(place)
    answer = browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    page = Page(answer.text)

    assert (200, []) == (answer.status_code, faults(answer.text))
    assert [words.language.texts("base", language)["tag"]] == [tag.attributes["lang"] for tag in page.of("html")]
    assert ("ruby" in {path[-1].name for path in page.tags}) == (language is Language.EASY_JAPANESE)
    assert f"__Host-language={language}" in answer.headers["Set-Cookie"]


def phrases(table: words.Words, before: str = "") -> dict[str, frozenset[str]]:
    """Each phrase with the values that it has places for."""
    found: dict[str, frozenset[str]] = {}
    for name, its in table.items():
        inner = phrases(its, f"{name}.") if isinstance(its, words.Words) else {before + name: its.slots}
        found |= inner
    return found


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.JAPANESE])
def test_every_language_has_all_words_and_all_places_for_values(language: Language) -> None:
    assert phrases(words.words(Language.JAPANESE)) == phrases(words.words(language))


def test_words_that_nobody_reviewed_say_so_on_each_page() -> None:
    assert "この文章は下書きです" in text(signed_in(Place()), "/my/channels")


def test_only_the_page_with_live_updates_may_run_its_one_script() -> None:
    browser = signed_in(full(Place()))
    policies = {path: browser.get(path).headers["Content-Security-Policy"] for path in PAGES}

    assert ["/my/notices"] == [path for path, policy in policies.items() if "script-src 'self'" in policy]
    assert 1 == len(Page(browser.get("/my/notices").text).of("script"))
    assert [] == Page(browser.get("/my/channels").text).of("script")


def test_signing_out_everywhere_ends_every_browser() -> None:
    place = Place()
    one, other = signed_in(place), signed_in(place)
    one.post("/sign-out/everywhere")

    assert [303, 303] == [one.get("/my").status_code, other.get("/my").status_code]
