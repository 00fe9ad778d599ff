"""What leaves is a hint in the resident's language; by a safe channel the notice's own words."""

from datetime import date
from typing import Any

import pytest

from connectors.notices.port import Message
from processors.channels import wording
from processors.channels.queue import PAGE, Copy
from processors.channels.wording import Site
from processors.notices import texts
from processors.notices.texts import Language
from tests.unit.processors.channels.world import DAY, MORNING, SITE, TARO, TWO, address, sending

WHOLE = {
    "is_hint": False, "text": "N1a", "office": "131016", "business": "001", "due": date(2026, 12, 7),
}  # fmt: skip


def told(its: Any = None, where: Any = None, at: int = MORNING) -> Message:
    return wording.message(Copy(its or sending(), 1, "mail", 0, 0, where or address()), SITE, at)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("purpose", "words"), [("tell", "notice"), ("remind", "notice"), ("correct", "withdrawal")])
def test_a_hint_is_in_her_language_and_the_same_for_every_notice(language: Language, purpose: Any, words: str) -> None:
    its = texts.words(language)
    found = told(sending(purpose=purpose), address(language=language))

    assert (its.push[words], its.tag) == (found.title, found.language)
    assert (its.draft.plain if its.draft else "") == found.body


@pytest.mark.parametrize("channel", ["mail", "push"])
def test_a_mailbox_and_a_screen_are_told_a_hint_whatever_was_asked(channel: Any) -> None:
    found = told(sending(channel=channel, **WHOLE), address(channel=channel))

    assert told(sending(channel=channel), address(channel=channel)) == found
    assert "千代田区" not in f"{found.title}{found.body}"


def test_a_safe_channel_is_told_the_notice_itself() -> None:
    found = told(sending(channel="safe", **WHOLE), address(channel="safe"))

    assert "Moving-in notification (転入届)" == found.title
    assert "The deadline is Monday, 7 December 2026." in found.body
    assert "please ask 東京都千代田区 (住民基本台帳)." in found.body
    assert "draft" in found.body


@pytest.mark.parametrize("missing", [{"text": "N99"}, {"office": "999999"}, {"business": "999"}])
def test_where_words_are_missing_a_hint_goes_in_their_place(missing: dict[str, str]) -> None:
    found = told(sending(channel="safe", **(WHOLE | missing)), address(channel="safe"))

    assert "You have one new notice." == found.title


def test_the_language_that_was_asked_for_goes_before_her_own() -> None:
    assert "zh-Hans" == told(sending(language="zh-Hans")).language
    assert "en" == told(sending(language="tlh")).language


def test_the_id_is_of_this_address_alone_and_the_same_each_time() -> None:
    its = [told(), told(at=MORNING + DAY), told(where=address(TARO)), told(sending(TWO))]

    assert [True, False, False] == [each.id == its[0].id for each in its[1:]]
    assert {16} == {len(each.id) for each in its}


def test_one_click_ends_it_by_a_word_that_only_this_letter_knows() -> None:
    found = told(where=address(token="secret"))

    assert ("https://notices.example.jp/my/notices", "https://notices.example.jp/unsubscribe?t=secret") == (
        found.link, found.stop,
    )  # fmt: skip
    assert "" == wording.message(Copy(sending(), 1, "mail", 0, 0, address()), Site(), MORNING).stop


def test_no_click_ends_a_safe_channel() -> None:
    assert "" == told(sending(channel="safe"), address(channel="safe", token="secret")).stop


def test_it_lasts_until_it_expires() -> None:
    assert [9 * DAY // 1000, 0] == [told().lasts, told(at=MORNING + 10 * DAY).lasts]


def test_nothing_of_her_is_handed_to_the_page() -> None:
    found = wording.message(Copy(sending(**WHOLE), 0, PAGE, 0), SITE, MORNING)

    assert ({}, "", "", "") == (found.target, found.title, found.body, found.stop)


def test_nothing_of_an_address_shows_in_a_log_or_an_error() -> None:
    its = address(target={"mailbox": "hanako@mail.example.jp"}, token="secret")
    shown = f"{its!r}{Copy(sending(), 1, 'mail', 0, 0, its)!r}{told(where=its)!r}"

    assert not any(word in shown for word in ("hanako@", "secret"))
