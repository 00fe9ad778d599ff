"""A browser for each file of tests, for its loop may stand in no other test's way; a door with something on every page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import site
from tests.browser.chromium import launched
from tests.browser.site import Site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as its:
        yield its


@pytest.fixture(scope="module")
def shown() -> Iterator[Site]:
    """For looking only: nothing is changed here."""
    with site.opened() as its:
        yield its


@pytest.fixture
def fresh() -> Iterator[Site]:
    """For doing something."""
    with site.opened() as its:
        yield its
