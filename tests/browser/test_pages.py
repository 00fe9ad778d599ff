"""What holds for every page in every language, seen by a real browser."""

from collections.abc import Callable
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser

from gateway import language
from processors.notices.texts import Language
from tests.browser import pages
from tests.browser.looking import Eyes, Look
from tests.browser.pages import Page
from tests.browser.site import Site

Looked: TypeAlias = Callable[[Page, Language], Look]
each_page = pytest.mark.parametrize(
    ("page", "spoken"),
    [
        pytest.param(page, spoken, id=f"{page.name}-{spoken}", marks=[pytest.mark.long] if waits else [])
        for page, spoken, waits in pages.seen()
    ],
)


@pytest.fixture(scope="module")
def looked(browser: Browser, shown: Site) -> Looked:
    """Each page is opened once for all rules."""
    eyes, known = Eyes(browser, shown), dict[tuple[str, Language], Look]()

    def _look(page: Page, spoken: Language) -> Look:
        if (page.name, spoken) not in known:
            known[page.name, spoken] = eyes.look(page, spoken)
        return known[page.name, spoken]

    return _look


@each_page
def test_axe_finds_nothing(looked: Looked, page: Page, spoken: Language) -> None:
    look = looked(page, spoken)

    assert ([], []) == (look.violations, look.violations_in_dark)


@each_page
def test_nothing_is_wider_than_a_telephone(looked: Looked, page: Page, spoken: Language) -> None:
    """320 px; a table may be wider within its own box, which scrolls."""
    assert [] == looked(page, spoken).too_wide


@each_page
def test_letters_twice_as_large_are_not_cut(looked: Looked, page: Page, spoken: Language) -> None:
    assert [] == looked(page, spoken).cut_when_double


@each_page
def test_everything_to_press_is_large_enough(looked: Looked, page: Page, spoken: Language) -> None:
    assert [] == looked(page, spoken).small


@each_page
def test_the_browser_complains_of_nothing_and_asks_nobody_else(looked: Looked, page: Page, spoken: Language) -> None:
    """Nor does our Content-Security-Policy refuse anything: that would be a complaint."""
    look = looked(page, spoken)

    assert ([], []) == (look.complaints, look.strangers)


@each_page
def test_a_page_says_which_language_it_is_in(looked: Looked, page: Page, spoken: Language) -> None:
    assert language.texts("base", spoken)["tag"] == looked(page, spoken).lang


@each_page
def test_a_name_that_is_only_read_out_holds_no_markup(looked: Looked, page: Page, spoken: Language) -> None:
    assert [] == looked(page, spoken).marked


@pytest.mark.parametrize("page", pages.RESIDENTS, ids=lambda page: page.name)
def test_easy_japanese_has_a_reading_with_every_character(looked: Looked, page: Page) -> None:
    assert [] == looked(page, Language.EASY_JAPANESE).unread
