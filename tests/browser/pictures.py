"""``python -m tests.browser.pictures``: the pictures in ``docs/pages``, taken anew of the pages as they are."""

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, FloatRect

from processors.notices.texts import Language
from tests.browser import pages, site
from tests.browser.chromium import launched
from tests.browser.looking import NARROW, WIDE, Eyes, entered
from tests.browser.site import Site

FOLDER = Path(__file__).parents[2] / "docs" / "pages"
COLOURS = 64
TALLEST = 1400
"""Pixels; what is further down is more of the same."""


class Picture(NamedTuple):
    """``page``: by its name in ``pages``."""

    name: str
    page: str
    spoken: Language = Language.JAPANESE
    is_narrow: bool = False
    is_dark: bool = False
    is_printed: bool = False


PICTURES = (
    Picture("duties", "duties"),
    Picture("duties-easy", "duties", Language.EASY_JAPANESE),
    Picture("duties-dark-320", "duties", Language.ENGLISH, is_narrow=True, is_dark=True),
    Picture("move", "move"),
    Picture("notices", "notices"),
    Picture("arrivals", "arrivals"),
    Picture("sheet-printed", "sheet", is_printed=True),
    Picture("load", "load"),
    Picture("decision", "decision", is_dark=True),
)


def take(browser: Browser, shown: Site, picture: Picture) -> None:
    page = next(each for each in pages.ALL if each.name == picture.page)
    size, colours = NARROW if picture.is_narrow else WIDE, "dark" if picture.is_dark else "light"
    context = entered(browser, shown, page.who, viewport=size, color_scheme=colours)
    tab = context.new_page()
    tab.emulate_media(media="print" if picture.is_printed else "screen")
    tab.goto(Eyes(browser, shown).address(page, picture.spoken))
    height = min(TALLEST, int(tab.evaluate("() => document.documentElement.scrollHeight")))
    clip = FloatRect(x=0, y=0, width=size["width"], height=height)
    keep(tab.screenshot(full_page=True, clip=clip), FOLDER / f"{picture.name}.png")
    context.close()


def keep(picture: bytes, path: Path) -> None:
    """With few colours, for our pages have few: a fifth of the size."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with site.opened() as shown, launched() as browser:
        for picture in PICTURES:
            take(browser, shown, picture)


if __name__ == "__main__":
    main()
