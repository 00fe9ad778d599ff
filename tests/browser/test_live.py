"""Where scripts run a new notice comes by itself; what came while the line was broken comes once it is mended."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from gateway.residents import notices
from gateway.residents.protection import STALE_SECONDS
from tests.browser.looking import entered
from tests.browser.people import NOTICES, notice
from tests.browser.site import Site
from tests.unit.gateway.residing import AOI

COME_BACK = ("first", "again")
AGAIN = 15_000
"""Milliseconds: a browser asks again after three seconds."""


@pytest.fixture
def live(fresh: Site) -> Iterator[Site]:
    """With what wakes open pages running beside it, as in the front door's process."""
    ended = Event()
    watching = Thread(target=notices.watch, args=(fresh.place.room, ended.is_set))
    watching.start()
    yield fresh
    ended.set()
    watching.join()


def opened(browser: Browser, site: Site) -> Tab:
    """Not reloaded from here on: a mark is left in the page. Its stream is open."""
    tab = entered(browser, site, "aoi").new_page()
    tab.goto(f"{site.origin}/my/notices?lang=ja")
    while AOI not in site.place.streams.people():
        tab.wait_for_timeout(20)
    tab.evaluate("() => { window.isTheSame = true; }")
    return tab


def titles(tab: Tab) -> list[str]:
    return tab.locator("#notices h2").all_inner_texts()


def test_a_new_notice_appears_without_a_reload(browser: Browser, live: Site) -> None:
    tab = opened(browser, live)
    live.place.entries.tell(AOI, notice("N8", "027", 9))
    expect(tab.locator("#notices h2").first).to_have_text("お子さんが生まれたときの児童手当")

    assert (len(NOTICES) + 1, True) == (len(titles(tab)), tab.evaluate("() => window.isTheSame"))
    tab.context.close()


def test_a_notice_that_was_taken_back_says_so_in_its_place(browser: Browser, live: Site) -> None:
    tab = opened(browser, live)
    live.place.entries.tell(AOI, notice("N23", "026", 14, holds=False))
    card = tab.locator("#notices li").filter(has=tab.get_by_role("heading", name="国民年金の住所"))
    expect(card.locator(".warn")).to_be_visible()

    assert len(NOTICES) == len(titles(tab))
    tab.context.close()


def test_what_was_told_while_the_line_was_broken_is_told_afterwards_and_once(browser: Browser, live: Site) -> None:
    """The browser says what it had last; nobody reloads anything."""
    tab = opened(browser, live)
    live.place.entries.tell(AOI, notice("N8", "027", 9))
    expect(tab.locator("#notices li")).to_have_count(len(NOTICES) + 1)
    had = notices.version(live.place.entries.of(AOI) or ())
    live.wires.cut()
    live.place.entries.tell(AOI, notice("N10b", "019"))
    expect(tab.locator("#notices li")).to_have_count(len(NOTICES) + 2, timeout=AGAIN)

    assert [None, had] == live.wires.resumed
    assert len(set(titles(tab))) == len(titles(tab))
    assert tab.evaluate("() => window.isTheSame")
    tab.context.close()


def test_a_page_ends_with_the_session(browser: Browser, live: Site) -> None:
    tab = opened(browser, live)
    live.place.sessions.close_all([AOI])
    live.place.streams.close_all([AOI])
    tab.wait_for_url("**/sign-in", timeout=AGAIN)
    tab.context.close()


def test_a_page_whose_line_breaks_and_whose_session_ends_meanwhile_does_not_stay_open(
    browser: Browser, live: Site
) -> None:
    tab = opened(browser, live)
    live.place.sessions.close_all([AOI])
    live.wires.cut()
    tab.wait_for_url("**/sign-in", timeout=AGAIN)
    tab.context.close()


def test_what_went_while_the_line_was_broken_is_gone_afterwards(browser: Browser, live: Site) -> None:
    tab = opened(browser, live)
    live.wires.cut()
    live.place.entries.forget(AOI, NOTICES[0])
    expect(tab.locator("#notices li")).to_have_count(len(NOTICES) - 1, timeout=AGAIN)

    assert tab.evaluate("() => window.isTheSame")
    tab.context.close()


def test_what_came_by_itself_can_be_answered_without_a_reload(browser: Browser, live: Site) -> None:
    tab = opened(browser, live)
    told = live.place.entries.tell(AOI, notice("N8", "027", 9))
    card = tab.locator("#notices li").filter(has=tab.get_by_role("heading", name="お子さんが生まれたときの児童手当"))
    card.get_by_role("button", name="わかりにくい").click()
    expect(tab.get_by_text("ありがとうございます").first).to_be_visible()

    assert "unclear" == live.place.feedback.of(AOI)[told.id]
    tab.context.close()


def test_an_open_page_stays_while_nobody_knows_who_hides_and_goes_on_afterwards(browser: Browser, live: Site) -> None:
    tab = opened(browser, live)
    live.place.seconds += STALE_SECONDS
    live.wires.cut()
    live.place.entries.tell(AOI, notice("N8", "027", 9))
    while len(live.wires.resumed) < len(COME_BACK):
        tab.wait_for_timeout(50)
    shown = len(titles(tab))
    live.place.guard.sweep()
    expect(tab.locator("#notices li")).to_have_count(len(NOTICES) + 1, timeout=AGAIN)

    assert (len(NOTICES), True) == (shown, tab.evaluate("() => window.isTheSame"))
    tab.context.close()
