"""A browser opens a page once, and all that the rules ask of it is written down."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from playwright.sync_api import Browser, BrowserContext, ViewportSize
from playwright.sync_api import Page as Tab

from processors.notices.texts import Language
from tests.browser.pages import Page
from tests.browser.site import Site

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=320, height=640)
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ALL = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
CONTRAST = "color-contrast"
IN_DARK = {"runOnly": {"type": "rule", "values": [CONTRAST]}, "resultTypes": ["violations"]}
"""Nothing but colours changes there."""
COLOURS_ASIDE = ALL | {"rules": {CONTRAST: {"enabled": False}}}
"""The dearest rule by far; all languages have one stylesheet, and ``make soak`` asks it of each."""
STATUS = "Failed to load resource: the server responded with a status of"
"""What Chromium says of a page that is about an error, and may."""
SEND = """([where, fields]) => {
  const form = document.createElement("form");
  Object.assign(form, {method: "post", action: where});
  const csrf = document.querySelector("input[name=csrf]").value;
  for (const [name, value] of Object.entries({...fields, csrf})) {
    form.append(Object.assign(document.createElement("input"), {name, value}));
  }
  document.body.append(form);
  form.submit();
}"""
Found: TypeAlias = list[str]


class Look(NamedTuple):
    """What was wrong with it, by rule; ``complaints``: the browser's own; ``strangers``: who else was asked."""

    lang: str
    violations: Found
    violations_in_dark: Found
    cut_when_double: Found
    too_wide: Found
    small: Found
    unread: Found
    marked: Found
    complaints: Found
    strangers: Found


class Eyes:
    """One browser's; each person has a context of her own."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self._tabs: dict[str, Tab] = {}
        self._complaints: Found = []
        self._asked: Found = []

    def address(self, page: Page, spoken: Language) -> str:
        path = page.address.format(**self._site.refs)
        return f"{self._site.origin}{path}{'&' if '?' in path else '?'}lang={spoken}"

    def look(self, page: Page, spoken: Language) -> Look:
        tab, address = self._tab(page.who), self.address(page, spoken)
        self._complaints.clear()
        self._asked.clear()
        tab.goto(address, wait_until="load")
        if page.form is not None:
            address = self._send(tab, page)
        found = self._measured(tab, with_colours=spoken is Language.JAPANESE)
        complaints = [each for each in self._complaints if not (each.startswith(STATUS) and each.endswith(address))]
        strangers = [each for each in self._asked if not each.startswith(f"{self._site.origin}/")]
        return Look(complaints=complaints, strangers=strangers, **found)

    def _send(self, tab: Tab, page: Page) -> str:
        """As a form of the page that is open would be sent where nothing checks it; where the answer stands."""
        where = f"{self._site.origin}{(page.to or page.address).format(**self._site.refs)}"
        with tab.expect_navigation():
            tab.evaluate(SEND, [where, dict(page.form or {})])
        return where

    def _measured(self, tab: Tab, *, with_colours: bool) -> dict[str, Any]:
        light = judged(tab, ALL if with_colours else COLOURS_ASIDE)
        small = tab.evaluate(script("targets"))
        found = {"violations": light, "violations_in_dark": _in_dark(tab) if with_colours else []}
        return found | {
            "lang": tab.locator("html").get_attribute("lang"),
            "unread": tab.evaluate(script("unread")),
            "marked": tab.evaluate(script("marked")),
            "cut_when_double": _when_double(tab),
            "too_wide": _when_narrow(tab),
            "small": small,
        }

    def _tab(self, who: str) -> Tab:
        if who not in self._tabs:
            context = entered(self._browser, self._site, who)
            context.add_init_script(axe())
            self._tabs[who] = tab = context.new_page()
            tab.on("console", lambda said: self._complaints.append(f"{said.text} at {said.location['url']}"))
            tab.on("pageerror", lambda error: self._complaints.append(str(error)))
            tab.on("request", lambda request: self._asked.append(request.url))
        return self._tabs[who]


def entered(browser: Browser, site: Site, who: str, **settings: Any) -> BrowserContext:
    """A browser of somebody who is signed in; nothing glides there, for a test would look while it does."""
    context = browser.new_context(**({"viewport": WIDE, "locale": "ja", "reduced_motion": "reduce"} | settings))
    if token := site.session(who):
        tab = context.new_page()
        tab.goto(f"{site.origin}/enter?session={token}")
        tab.close()
    return context


def judged(tab: Tab, options: Mapping[str, Any] = ALL) -> Found:
    """What axe-core has against the page as it stands; the browser puts it there, for our CSP lets no script in."""
    found = tab.evaluate("options => axe.run(document, options)", options)
    return [_described(each) for each in found["violations"]]


def _described(violation: Mapping[str, Any]) -> str:
    return f"{violation['id']}: {[node['html'][:160] for node in violation['nodes']]}"


def _in_dark(tab: Tab) -> Found:
    tab.emulate_media(color_scheme="dark")
    found = judged(tab, IN_DARK)
    tab.emulate_media(color_scheme="light")
    return found


def _when_double(tab: Tab) -> Found:
    """With letters twice as large."""
    tab.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    found: Found = tab.evaluate(script("overflow"))
    tab.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    return found


def _when_narrow(tab: Tab) -> Found:
    tab.set_viewport_size(NARROW)
    found: Found = tab.evaluate(script("overflow"))
    tab.set_viewport_size(WIDE)
    return found


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@cache
def script(name: str) -> str:
    return (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")
