"""Residents and clerks do all they can do where no script runs."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from processors.notices.texts import Language
from tests.browser import people
from tests.browser.looking import WIDE
from tests.browser.site import Site
from tests.unit.gateway.residing import AOI

Opened = Callable[[], Tab]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """A browser of its own each time."""
    contexts = []

    def _open() -> Tab:
        contexts.append(browser.new_context(viewport=WIDE, locale="ja", java_script_enabled=False))
        return contexts[-1].new_page()

    yield _open
    for context in contexts:
        context.close()


def sign_in(tab: Tab, site: Site, name: str) -> None:
    """By the provider, over its own page."""
    tab.goto(f"{site.origin}/sign-in?lang=ja")
    tab.get_by_role("link", name="サインイン").click()
    tab.get_by_role("button", name=name).click()
    tab.wait_for_url(f"{site.origin}/my")


def test_somebody_signs_in_reads_and_answers_and_signs_out(opened: Opened, fresh: Site) -> None:
    tab = opened()
    sign_in(tab, fresh, "Aoi")
    expect(tab.get_by_role("heading", name="児童手当の認定請求")).to_be_visible()
    tab.get_by_role("navigation").get_by_role("link", name="お知らせ", exact=True).click()
    card = tab.get_by_role("listitem").filter(has=tab.get_by_role("heading", name="国民年金の住所"))
    card.get_by_role("button", name="わかりにくい").click()
    expect(card.get_by_text("ありがとうございます")).to_be_visible()
    tab.get_by_role("link", name="引越し").click()
    expect(tab.get_by_role("heading", name="江戸川区から市川市へ")).to_be_visible()
    tab.get_by_role("button", name="サインアウト", exact=True).click()
    tab.wait_for_url("**/sign-in")
    tab.goto(f"{fresh.origin}/my")

    assert "unclear" in fresh.place.feedback.of(AOI).values()
    assert tab.url.endswith("/sign-in")


def test_somebody_says_how_she_is_told(opened: Opened, fresh: Site) -> None:
    tab = opened()
    sign_in(tab, fresh, "Aoi")
    tab.get_by_role("link", name="お知らせの方法").click()
    push = tab.locator("form[action='/my/channels/of/push']")
    push.locator("input[name=wanted]").uncheck()
    push.get_by_role("button", name="保存").click()

    expect(push.locator("input[name=wanted]")).not_to_be_checked()


def test_two_of_them_agree_on_a_proxy_who_looks_and_stops(opened: Opened, fresh: Site) -> None:
    hers, his = opened(), opened()
    fresh.place.proxies.close_all([AOI])
    sign_in(hers, fresh, "Aoi")
    sign_in(his, fresh, "Ren")
    hers.get_by_role("link", name="代理人").click()
    hers.get_by_role("checkbox", name="引越し").check()
    hers.get_by_role("button", name="番号を作る").click()
    his.goto(f"{fresh.origin}/my/proxies")
    his.get_by_label("番号").fill(hers.locator("code").inner_text())
    his.get_by_role("button", name="代理人になる").click()
    his.get_by_role("button", name="ページを見る").click()
    his.get_by_role("link", name="引越し").click()
    expect(his.get_by_role("heading", name="江戸川区から市川市へ")).to_be_visible()
    his.get_by_role("button", name="自分のページに戻る").click()

    assert not his.get_by_text("代理人として").is_visible()
    assert "move" in [page for page, _ in fresh.place.proxies.views(AOI)]


def test_the_language_that_was_chosen_stays(opened: Opened, fresh: Site) -> None:
    tab = opened()
    tab.goto(f"{fresh.origin}/sign-in")
    tab.get_by_role("link", name="Tiếng Việt").click()
    tab.goto(f"{fresh.origin}/sign-in")

    assert Language.VIETNAMESE == tab.locator("html").get_attribute("lang")


def test_a_mail_is_unsubscribed_from_without_signing_in(opened: Opened, fresh: Site) -> None:
    tab = opened()
    tab.goto(f"{fresh.origin}/unsubscribe?t={people.UNSUBSCRIBE}&lang=en")
    tab.get_by_role("button", name="No more e-mails").click()

    expect(tab.get_by_text("You will get no more e-mails")).to_be_visible()


def test_a_clerk_signs_in_opens_a_procedure_for_a_purpose_and_decides_a_conflict(opened: Opened, fresh: Site) -> None:
    tab = opened()
    tab.goto(f"{fresh.origin}/desks")
    tab.get_by_label("市区町村").select_option("東京都江戸川区")
    tab.get_by_role("button", name="サインイン").click()
    tab.get_by_role("link", name="食い違い").first.click()
    tab.get_by_role("link", name="判断の画面を開く").click()
    tab.get_by_role("button", name="判断を記録する").click()
    assert [] == fresh.world.decisions
    tab.get_by_role("radio", name="神奈川県葉山町").check()
    tab.get_by_role("radio", name="同じ届出が二重になっている").check()
    tab.get_by_role("checkbox").check()
    tab.get_by_role("button", name="判断を記録する").click()

    expect(tab.get_by_role("heading", name="手続の経過")).to_be_visible()
    assert 1 == len(fresh.world.decisions)
