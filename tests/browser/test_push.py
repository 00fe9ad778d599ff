"""Pushes: asked for on a click alone, shown by the service worker, leading to the notices and nowhere else."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Worker
from playwright.sync_api import Page as Tab

from tests.browser.looking import entered
from tests.browser.site import Site
from tests.unit.gateway.residing import NOW, REN

TOLD = {"title": "お知らせが1件あります。", "body": "下書き", "lang": "ja", "tag": "a", "link": "https://evil.example/"}
SHOWN = """
async () => {
  const shown = await self.registration.getNotifications();
  return shown.map(({ title, body, lang, tag }) => ({ title, body, lang, tag }));
}
"""
ASKED = """
() => {
  window.asked = 0;
  Notification.requestPermission = async () => { window.asked += 1; return "denied"; };
}
"""
REGISTER = """
async () => {
  await navigator.serviceWorker.register("/my/worker.js");
  await navigator.serviceWorker.ready;
}
"""
CLICK = """
async () => {
  const opened = [], waited = [];
  self.clients.openWindow = async (url) => { opened.push(url); };
  const [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification });
  event.waitUntil = (its) => waited.push(its);
  self.dispatchEvent(event);
  await Promise.all(waited);
  return opened;
}
"""
SUBSCRIBES = """
() => {
  const keys = { p256dh: "%s", auth: "AAECAwQFBgcICQoLDA0ODw" };
  const made = { toJSON: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/abc", keys }) };
  Notification.requestPermission = async () => "granted";
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async (its) => { window.subscribed = its; return made; };
}
"""
POINT = "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U"


@pytest.fixture
def context(browser: Browser, fresh: Site) -> Iterator[BrowserContext]:
    """Ren, who has named nothing."""
    its = entered(browser, fresh, "ren")
    its.grant_permissions(["notifications"], origin=fresh.origin)
    yield its
    its.close()


@pytest.fixture
def tab(context: BrowserContext, fresh: Site) -> Tab:
    its = context.new_page()
    its.goto(f"{fresh.origin}/my/channels")
    return its


def worker(context: BrowserContext, tab: Tab) -> Worker:
    """Registered as the page does it."""
    with context.expect_event("serviceworker") as coming:
        tab.evaluate(REGISTER)
    return coming.value


def push(tab: Tab, origin: str, data: str) -> None:
    """As a push service would, by the browser's own tools."""
    tools: CDPSession = tab.context.new_cdp_session(tab)
    found: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda its: found.extend(each["registrationId"] for each in its["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    while not found:
        tab.wait_for_timeout(50)
    tools.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[-1], "data": data})


def shown(its: Worker, tab: Tab) -> list[dict[str, str]]:
    """What stands on the screen; a push takes a moment, on a busy machine some seconds."""
    for _ in range(400):
        if found := its.evaluate(SHOWN):
            return list(found)
        tab.wait_for_timeout(50)
    return []


def test_nobody_is_asked_before_she_has_clicked(tab: Tab) -> None:
    tab.add_init_script(f"({ASKED})()")
    tab.reload()
    button = tab.locator("#push button")
    before = tab.evaluate("window.asked")
    button.click()
    tab.locator("[data-said=denied]").wait_for()

    assert (0, 1) == (before, tab.evaluate("window.asked"))
    assert tab.locator("[data-said=failed]").is_hidden()


def test_a_browser_that_agrees_is_named_with_our_key_and_can_be_taken_back(tab: Tab, fresh: Site) -> None:
    tab.add_init_script(f"({SUBSCRIBES % POINT})()")
    tab.reload()
    key = tab.locator("#push").get_attribute("data-key")
    with tab.expect_navigation():
        tab.locator("#push button").click()
    named = [each.means for choice in fresh.place.addresses.of(REN) for each in choice.named]
    remove = tab.locator("form[action$=remove] button")
    with tab.expect_navigation():
        remove.click()

    assert (["webpush"], True) == (named, key is not None and len(key) == 87)
    assert [] == fresh.place.addresses.queue.of(REN)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (json.dumps(TOLD), {"title": TOLD["title"], "body": "下書き", "lang": "ja", "tag": "a"}),
        ("no json", {"title": "回覧", "body": "", "lang": "", "tag": "kairan"}),
        ("null", {"title": "回覧", "body": "", "lang": "", "tag": "kairan"}),
    ],
)
def test_the_worker_shows_what_a_push_says_and_something_where_it_cannot_be_read(
    context: BrowserContext, tab: Tab, fresh: Site, data: str, expected: dict[str, str]
) -> None:
    its = worker(context, tab)
    push(tab, fresh.origin, data)

    assert [expected] == shown(its, tab)


def test_a_click_leads_to_the_notices_whatever_the_push_says(context: BrowserContext, tab: Tab, fresh: Site) -> None:
    its = worker(context, tab)
    push(tab, fresh.origin, json.dumps(TOLD))
    shown(its, tab)

    assert ["/my/notices"] == its.evaluate(CLICK)


def test_the_workers_pages_are_those_of_who_is_signed_in(context: BrowserContext, tab: Tab) -> None:
    worker(context, tab)
    scope = tab.evaluate("async () => (await navigator.serviceWorker.getRegistration('/my/')).scope")

    assert "/my/" == urlsplit(scope).path
    assert None is tab.evaluate("async () => (await navigator.serviceWorker.getRegistration('/guides')) ?? null")


def test_without_scripts_nothing_of_pushes_is_offered_and_the_rest_works(browser: Browser, fresh: Site) -> None:
    fresh.place.addresses.agree(REN, NOW, is_given=True)
    its = entered(browser, fresh, "ren", java_script_enabled=False)
    tab = its.new_page()
    tab.goto(f"{fresh.origin}/my/channels")
    is_hidden = tab.locator("#push").is_hidden()
    tab.locator("form[action$=benefits] button").click()
    its.close()

    assert is_hidden
    assert fresh.place.addresses.agreed(REN) is None
