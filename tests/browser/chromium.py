"""The browser that the pages are tried in: Debian's Chromium, which ``install.sh`` makes sure of before the tests."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # in a container there is none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # it asks nobody but us
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(Exception):
    """There is no browser: the tests fail, for a skipped one would have shown nothing."""

    def __init__(self) -> None:
        super().__init__(
            "The browser tests need Chromium: `sh tests/browser/install.sh` installs it, or says what to do."
        )


def path() -> str:
    """Raises NoBrowserError."""
    found = shutil.which(os.environ.get("KAIRAN_BROWSER", "chromium"))
    if found is None:
        raise NoBrowserError
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=[*ARGUMENTS])
        yield browser
        browser.close()
