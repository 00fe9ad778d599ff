"""On paper stands what is to be read, and nothing to press; a sheet has one person a page."""

import re

import pytest
from playwright.sync_api import Browser

from processors.notices.texts import Language
from tests.browser import pages
from tests.browser.looking import Eyes, entered
from tests.browser.pages import Page
from tests.browser.site import Site

PRINTED = tuple(
    page
    for page in pages.ALL
    if page.name in {"duties", "notices", "move", "proxies", "arrivals", "procedure", "sheet"}
)
SHEET = next(page for page in pages.DESKS if page.name == "sheet")


@pytest.mark.parametrize("page", PRINTED, ids=lambda page: page.name)
def test_menus_and_buttons_are_not_printed_and_paper_is_white(browser: Browser, shown: Site, page: Page) -> None:
    """Also where somebody reads in the dark."""
    context = entered(browser, shown, page.who, color_scheme="dark")
    tab = context.new_page()
    tab.goto(Eyes(browser, shown).address(page, Language.JAPANESE))
    tab.emulate_media(media="print")
    pressed = [
        each for each in tab.locator("nav, button, a.button, select, .languages, .skip").all() if each.is_visible()
    ]
    colours = tab.evaluate(
        "() => [document.body, document.querySelector('h1')].map(each => getComputedStyle(each).color)"
    )

    assert ([], True) == (pressed, tab.locator("h1").is_visible())
    assert ["rgb(0, 0, 0)"] * 2 == colours
    context.close()


def test_a_sheet_is_a_page_of_paper_for_each_person(browser: Browser, shown: Site) -> None:
    context = entered(browser, shown, SHEET.who)
    tab = context.new_page()
    tab.goto(Eyes(browser, shown).address(SHEET, Language.JAPANESE))
    paper = tab.pdf(prefer_css_page_size=True)

    assert 3 == tab.locator("section.sheet").count() == len(re.findall(rb"/Type\s*/Page\b", paper))
    context.close()
