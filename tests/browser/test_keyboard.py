"""Everything works from the keyboard alone, and one always sees where one is."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator
from playwright.sync_api import Page as Tab
from starlette.routing import Route

from gateway.residents.routes import STRANGERS
from processors.notices.texts import Language
from tests.browser import pages
from tests.browser.looking import Eyes, entered, script
from tests.browser.pages import Page
from tests.browser.site import Site

LONGEST = 200
BY_SCRIPT = {"/my/channels/devices"}
"""What a page's button writes without a form: a browser's own subscription (``test_push.py``)."""
ACTIONS = "() => [...document.forms].map(form => form.method === 'post' ? new URL(form.action).pathname : '')"
PLAIN = tuple({page.template: page for page in reversed(pages.ALL)}.values())
"""One page of each route: the first, where most stands on it."""


class Desk:
    """Somebody's keyboard: each person keeps her browser."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.eyes = Eyes(browser, site)
        self._browser, self._site = browser, site
        self._tabs: dict[str, Tab] = {}

    def sit(self, page: Page) -> Tab:
        if page.who not in self._tabs:
            self._tabs[page.who] = entered(self._browser, self._site, page.who).new_page()
        tab = self._tabs[page.who]
        tab.goto(self.eyes.address(page, Language.JAPANESE))
        return tab


@pytest.fixture(scope="module")
def desk(browser: Browser, shown: Site) -> Desk:
    return Desk(browser, shown)


def tabbed(tab: Tab) -> Iterator[dict[str, Any]]:
    """Where Tab leads, until it leaves the page; a field of several parts, such as a day, is one place."""
    before = None
    for _ in range(LONGEST):
        tab.keyboard.press("Tab")
        here = tab.evaluate(script("focus"))
        if here["place"] is None or (here["place"] == 0 and before is not None):
            return
        if here["place"] != before:
            yield here
        before = here["place"]


@pytest.mark.parametrize("page", PLAIN, ids=lambda page: page.name)
def test_tab_leads_through_everything_in_the_order_of_the_page_and_the_focus_is_seen(desk: Desk, page: Page) -> None:
    tab = desk.sit(page)
    expected = tab.evaluate(script("focusable"))
    places = list(tabbed(tab))

    assert 'class="skip"' in places[0]["html"]
    assert expected == [each["place"] for each in places]
    assert [] == [each["html"] for each in places if not each["isSeen"]]


@pytest.mark.parametrize("page", [pages.RESIDENTS[0], pages.DESKS[1]], ids=lambda page: page.name)
def test_the_first_stop_leads_past_the_menu(desk: Desk, page: Page) -> None:
    tab = desk.sit(page)
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")

    assert "main" == tab.evaluate("() => document.activeElement.id")


def test_every_way_to_write_has_a_form_that_enter_at_its_button_sends(desk: Desk, shown: Site) -> None:
    """What must be filled in is, all by keys."""
    sent = {route.path: False for route in shown.routes if isinstance(route, Route) and "POST" in (route.methods or ())}
    for page in pages.ALL:
        for at, path in enumerate(desk.sit(page).evaluate(ACTIONS)):
            template = template_of(shown, path)
            if not sent.get(template, True):
                sent[template] = is_sent(desk.sit(page), at, path)

    assert BY_SCRIPT == {path for path, is_one in sent.items() if not is_one}


def test_a_question_for_the_purpose_is_sent_by_enter(desk: Desk) -> None:
    tab = desk.sit(next(page for page in PLAIN if page.name == "purpose"))
    filled(tab, tab.locator("main form"))
    tab.keyboard.press("Enter")
    tab.wait_for_url("**?purpose=*")


def template_of(site: Site, path: str) -> str:
    """Of the route that takes it; empty for a form that only asks."""
    routes = [each for each in site.routes if isinstance(each, Route) and "POST" in (each.methods or ())]
    return next((route.path for route in routes if route.path_regex.match(path)), "")


def is_sent(tab: Tab, at: int, path: str) -> bool:
    """With the token of its session, but for what programs may write to; caught before it changes anything."""
    filled(tab, tab.locator("form").nth(at))
    tab.route("**", lambda route: route.fulfill(status=204))
    with tab.expect_response(lambda answer: answer.request.method == "POST") as answered:
        tab.keyboard.press("Enter")
    tab.unroute_all()
    sent = answered.value.request
    return urlsplit(sent.url).path == path and ("csrf" in parse_qs(sent.post_data or "") or path in STRANGERS)


def filled(tab: Tab, form: Locator) -> None:
    """By keys; the focus is at the button then."""
    for field in form.locator("[required]:not([type=radio])").all():
        field.focus()
        if field.get_attribute("type") == "checkbox":
            tab.keyboard.press("Space")
        else:
            tab.keyboard.type("a-code@example.jp" if field.get_attribute("type") == "email" else "a-code")
    for name in {each.get_attribute("name") for each in form.locator("[type=radio][required]").all()}:
        form.locator(f"[type=radio][name={name}]").first.focus()
        tab.keyboard.press("Space")
    form.locator("button").first.focus()
