"""By which channels a resident is told: named and proved, agreed to, taken back."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.notices.webpush import LONGEST_ENDPOINT
from gateway.residents import words
from gateway.residents.addressing import MOST
from gateway.residents.subscriptions import NoSubscriptionError, subscription
from gateway.residents.ways import Ways, ways
from kairan import wire
from kairan.keys import PushKey
from kairan.settings import Settings
from processors.channels import naming
from processors.channels.addresses import Address
from processors.channels.settings import public
from processors.notices import process, silent
from processors.notices.facts import Consent, Input
from processors.notices.texts import Language
from tests.hostile.addresses import MAILBOXES
from tests.unit.gateway.reading import Page, faults
from tests.unit.gateway.residing import AOI, NOW, ORIGIN, REN, Answer, Browser, Place, signed_in

from_point = ec.EllipticCurvePublicKey.from_encoded_point
MAILBOX = Address(AOI, "mail", "mail", {"mailbox": "aoi@mail.example.jp"}, Language.JAPANESE, NOW, token="token")
CHOSEN = {"wanted": "yes", "language": "pt", "quiet_from": "20", "quiet_to": "7"}
ALL = Ways(frozenset({"push.example.jp"}), is_simulated=True)
POINT = "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U"
KEYS: dict[str, object] = {"p256dh": POINT, "auth": "AAECAwQFBgcICQoLDA0ODw"}
DEVICE: dict[str, object] = {"endpoint": "https://push.example.jp/send/abc", "keys": KEYS}


def pushing() -> Place:
    """Where everything is offered."""
    place = Place(ways=ALL)
    place.addresses.queue.set_push_key("BKey")
    return place


def mailed() -> Place:
    place = Place()
    place.addresses.queue.keep(MAILBOX)
    return place


def heard(place: Place) -> list[Input]:
    letters = [wire.decode_record(letter.value or b"")[1] for _, letter in place.addresses.queue.pending(99)]
    return [process.WORDS.from_json(json.loads(each["told"])) for each in letters]


def code(place: Place) -> str:
    [found] = place.addresses.queue.unsent(NOW)
    return found.code


def test_a_class_is_told_in_its_language_and_hours() -> None:
    place = mailed()
    answer = signed_in(place).post("/my/channels/of/mail", **CHOSEN)
    [_, mail, *_] = place.addresses.of(AOI)

    assert (303, Language.PORTUGUESE, 20, 7, True) == (
        answer.status_code, mail.language, mail.quiet_from, mail.quiet_to, mail.is_wanted,
    )  # fmt: skip


@pytest.mark.parametrize("wrong", ["24", "-1", "", "１", "9" * 40])
@pytest.mark.parametrize("field", ["quiet_from", "quiet_to"])
def test_an_hour_that_is_none_is_not_taken(field: str, wrong: str) -> None:
    assert 400 == signed_in(mailed()).post("/my/channels/of/mail", **CHOSEN | {field: wrong}).status_code


def test_only_what_there_is_can_be_chosen() -> None:
    browser = signed_in(mailed())

    assert [404, 404, 400, 400] == [
        browser.post("/my/channels/of/safe", **CHOSEN).status_code,
        browser.post("/my/channels/of/post", **CHOSEN).status_code,
        browser.post("/my/channels/of/mail", **CHOSEN | {"language": "de"}).status_code,
        browser.post("/my/channels/benefits", agreed="perhaps").status_code,
    ]


def test_a_consent_stands_with_its_day_and_is_gone_when_it_is_taken_back() -> None:
    place = mailed()
    browser = signed_in(place)
    before = browser.get("/my/channels").text
    browser.post("/my/channels/of/mail", **CHOSEN | {"wanted": "no"})

    assert "に同意しました" in before
    assert "令和9年1月15日" in before
    assert "同意しました" not in browser.get("/my/channels").text
    assert [Consent("mail", False, NOW)] == heard(place)


def test_a_mailbox_counts_only_when_its_code_was_brought() -> None:
    place = Place()
    browser = signed_in(place)
    asked = browser.post("/my/channels/mailbox", mailbox=" aoi@mail.example.jp ")
    waiting = browser.get("/my/channels").text
    before = place.addresses.of(AOI)[1].has_address
    brought = browser.post("/my/channels/mailbox/code", code=f" {code(place)} ")

    assert (303, False, 303) == (asked.status_code, before, brought.status_code)
    assert 'name="code"' in waiting
    assert [Consent("mail", True, NOW)] == heard(place)
    assert ("a…@mail.example.jp", False) == (
        place.addresses.of(AOI)[1].named[0].shown, 'name="code"' in browser.get("/my/channels").text,
    )  # fmt: skip


def test_whoever_asks_is_answered_alike_whose_mailbox_it_may_be() -> None:
    place = mailed()
    hers, others = signed_in(place), signed_in(place, "ren")
    answers = [each.post("/my/channels/mailbox", mailbox="aoi@mail.example.jp") for each in (hers, others)]

    assert [(303, "/my/channels")] * 2 == [(each.status_code, each.headers["Location"]) for each in answers]


def test_nobody_brings_the_code_of_somebody_else() -> None:
    place = Place()
    signed_in(place).post("/my/channels/mailbox", mailbox="aoi@mail.example.jp")
    answer = signed_in(place, "ren").post("/my/channels/mailbox/code", code=code(place))

    assert (422, False) == (answer.status_code, place.addresses.of(REN)[1].has_address)


def test_a_wrong_code_says_so_and_after_five_there_is_none() -> None:
    place = Place()
    browser = signed_in(place)
    browser.post("/my/channels/mailbox", mailbox="aoi@mail.example.jp")
    answers = [browser.post("/my/channels/mailbox/code", code="x") for _ in range(naming.TRIES)]

    assert [422] * naming.TRIES == [each.status_code for each in answers]
    assert ("コードが違います" in answers[0].text, "使えなくなりました" in answers[-1].text) == (True, True)
    assert [] == faults(answers[0].text)


NO_MAILBOXES = [
    "",
    "aoi",
    "aoi@",
    "a b@x.jp",
    "aoi@x.jp\nBcc: ren@x.jp",
    "a" * 65 + "@x.jp",
    "a@" + "x" * 255,
    MAILBOXES[0],
]


@pytest.mark.parametrize("wrong", NO_MAILBOXES)
def test_what_is_no_mailbox_is_sent_nothing(wrong: str) -> None:
    place = Place()
    answer = signed_in(place).post("/my/channels/mailbox", mailbox=wrong)

    assert (422, []) == (answer.status_code, place.addresses.queue.unsent(NOW))
    assert "メールアドレスではありません" in answer.text


def test_who_asks_too_often_is_told_so() -> None:
    browser = signed_in(Place())
    answers = [browser.post("/my/channels/mailbox", mailbox="aoi@x.jp").status_code for _ in range(naming.A_DAY + 1)]

    assert [303] * naming.A_DAY + [422] == answers


def test_of_an_address_that_she_takes_back_nothing_stays() -> None:
    place = mailed()
    browser = signed_in(place)
    [action] = re.findall("/my/channels/addresses/[0-9a-f]+/remove", browser.get("/my/channels").text)
    others = signed_in(place, "ren").post(action).status_code
    answer = browser.post(action)

    assert (404, 303, []) == (others, answer.status_code, place.addresses.queue.of(AOI))
    assert ([Consent("mail", False, NOW)], 404) == (heard(place), browser.post(action).status_code)


def test_a_safe_channel_is_neither_shown_nor_taken_back_here() -> None:
    place = Place()
    place.addresses.queue.keep(replace(MAILBOX, channel="safe"))
    [safe] = place.addresses.queue.of(AOI)

    assert "a…@" not in signed_in(place).get("/my/channels").text
    assert not place.addresses.remove(AOI, safe.number.to_bytes(8, "big"), NOW)


@pytest.fixture
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a record called for something that somebody may apply for."""
    monkeypatch.setattr(silent, "tells_benefits", lambda: True)


def test_nobody_is_asked_to_agree_to_benefits_while_none_can_be_told() -> None:
    place = Place()
    browser = signed_in(place)

    assert "/my/channels/benefits" not in browser.get("/my/channels").text
    assert (400, []) == (browser.post("/my/channels/benefits", agreed="yes").status_code, heard(place))


def test_who_had_agreed_can_take_it_back_though_none_can_be_told_any_more() -> None:
    place = Place()
    place.addresses.agree(AOI, NOW, is_given=True)
    browser = signed_in(place)
    offered = 'name="agreed" value="no"' in browser.get("/my/channels").text

    assert (True, 303) == (offered, browser.post("/my/channels/benefits", agreed="no").status_code)
    assert "/my/channels/benefits" not in browser.get("/my/channels").text


@pytest.mark.usefixtures("_told")
def test_benefits_are_shown_by_consent_with_its_day() -> None:
    place = Place()
    browser = signed_in(place)
    off = browser.get("/my/channels").text
    browser.post("/my/channels/benefits", agreed="yes")
    on = browser.get("/my/channels").text
    browser.post("/my/channels/benefits", agreed="no")

    assert ("同意していません" in off, "令和9年1月15日" in on) == (True, True)
    assert [Consent("benefits", True, NOW), Consent("benefits", False, NOW)] == heard(place)


@pytest.mark.usefixtures("_told")
def test_the_time_of_a_consent_is_the_notices() -> None:
    place = Place()
    place.leapt = 5
    signed_in(place).post("/my/channels/benefits", agreed="yes")

    assert [Consent("benefits", True, NOW + 5)] == heard(place)


def sent(browser: Browser, told: object, token: str | None = None) -> Answer:
    headers = {"Origin": ORIGIN, "X-CSRF-Token": browser.csrf() if token is None else token}
    return browser.client.post("/my/channels/devices", content=json.dumps(told), headers=headers)


def test_a_browser_that_subscribes_is_an_address_with_its_two_keys_and_nothing_else() -> None:
    place = pushing()
    answer = sent(signed_in(place), DEVICE | {"expirationTime": None, "more": "x"})
    [address] = place.addresses.queue.of(AOI)

    assert (204, "webpush", DEVICE) == (answer.status_code, address.means, address.target)
    assert [Consent("push", True, NOW)] == heard(place)


def test_a_subscription_is_taken_from_a_page_of_ours_alone() -> None:
    place = pushing()

    assert [403, 303] == [
        sent(signed_in(place), DEVICE, token="").status_code,
        sent(place.browser(), DEVICE).status_code,
    ]
    assert 404 == sent(signed_in(Place()), DEVICE).status_code
    assert [] == place.addresses.queue.of(AOI)


OFF_THE_CURVE = POINT[:-2] + "AA"
COMPRESSED = urlsafe_b64encode(b"\x02" + urlsafe_b64decode(POINT + "=")[1:33]).decode()
ENDPOINTS: list[object] = [
    "http://push.example.jp/x", "https://push.example.jp:8443/x", "https://evil.example/push.example.jp",
    "https://aoi@push.example.jp/x", "https://push.example.jp.evil.example/x", "https://evilpush.example.jp/x",
    "https://push.example.jp/ x", "https://push.example.jp/\\evil", "//push.example.jp/x", "", 7, None,
    "https://[::1/x", "https://push.example.jp/" + "x" * LONGEST_ENDPOINT, "https://push.example.jp/é",
    "https://a..push.example.jp/x", "https://push.example.jp:/x",
]  # fmt: skip
POINTS: list[object] = ["", "AAAA", COMPRESSED, OFF_THE_CURVE, POINT + "AAAA", 7, None, "?" * 87]
SECRETS: list[object] = ["", "AAAA", POINT, 7, None, "AAECAwQFBgcICQoLDA0OD*"]
WRONG: list[object] = [
    [], "x", None, {}, {"endpoint": DEVICE["endpoint"]}, {"keys": KEYS}, DEVICE | {"keys": []}, DEVICE | {"keys": None},
    *(DEVICE | {"endpoint": each} for each in ENDPOINTS),
    *(DEVICE | {"keys": KEYS | {"p256dh": each}} for each in POINTS),
    *(DEVICE | {"keys": KEYS | {"auth": each}} for each in SECRETS),
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_subscription_of_a_push_service_is_not_taken(wrong: object) -> None:
    with pytest.raises(NoSubscriptionError) as raised:
        subscription(json.dumps(wrong).encode(), ALL.services)

    assert "" == str(raised.value)


@pytest.mark.parametrize("wrong", [b"", b"{", b"\xff", b"[" * 60_000])
def test_what_is_no_json_is_not_taken(wrong: bytes) -> None:
    place = pushing()
    browser = signed_in(place)
    headers = {"Origin": ORIGIN, "X-CSRF-Token": browser.csrf()}

    assert 400 == browser.client.post("/my/channels/devices", content=wrong, headers=headers).status_code


def test_keys_may_come_with_or_without_padding() -> None:
    padded = DEVICE | {"keys": {"p256dh": POINT + "=", "auth": "AAECAwQFBgcICQoLDA0ODw=="}}

    assert padded == subscription(json.dumps(padded).encode(), ALL.services)


def test_nobody_has_more_than_ten_addresses_and_the_same_again_is_none_more() -> None:
    place = pushing()
    browser = signed_in(place)
    took = [
        sent(browser, DEVICE | {"endpoint": f"https://push.example.jp/{each}"}).status_code
        for each in (*range(MOST), 0, MOST)
    ]

    assert [204] * (MOST + 1) + [409] == took


def test_a_new_device_is_quiet_when_the_others_are() -> None:
    place = pushing()
    browser = signed_in(place)
    sent(browser, DEVICE)
    browser.post("/my/channels/of/push", **CHOSEN)
    sent(browser, DEVICE | {"endpoint": "https://push.example.jp/two"})
    [push, *_] = place.addresses.of(AOI)

    assert (2, 20, 7) == (len(push.named), push.quiet_from, push.quiet_to)


def test_simulators_are_offered_where_they_run_and_called_so() -> None:
    browser, place = signed_in(Place()), pushing()
    here = signed_in(place)

    assert "simulators" not in browser.get("/my/channels").text
    assert [404, 303, 404] == [
        browser.post("/my/channels/simulators/line").status_code,
        here.post("/my/channels/simulators/line").status_code,
        here.post("/my/channels/simulators/mail").status_code,
    ]
    assert ["line"] == [each.means for each in place.addresses.queue.of(AOI)]
    offered = re.findall("<button[^>]*>((?:LINE|マイナ)[^<]*)", here.get("/my/channels").text)
    assert ["マイナポータル（シミュレーター）"] == offered


def test_who_has_named_a_simulator_has_not_agreed_to_pushes() -> None:
    """Each is agreed to by itself, and says since when."""
    place = pushing()
    browser = signed_in(place)
    browser.post("/my/channels/simulators/line")
    [push, mail, line, portal] = place.addresses.of(AOI)
    sections = Page(browser.get("/my/channels").text).text.split("マイナポータル（シミュレーター）")

    assert (False, False, True, False) == tuple(each.is_wanted for each in (push, mail, line, portal))
    assert 1 == sections[0].count("に同意しました")
    assert "に同意しました" not in sections[0].partition("LINE（シミュレーター）")[0]


def test_where_nobody_carries_letters_none_is_offered_and_the_page_says_so() -> None:
    browser = signed_in(Place(ways=Ways(has_mail=False)))
    shown = browser.get("/my/channels").text

    assert ('name="mailbox"' in shown, "メールアドレスを登録できません" in shown) == (False, True)
    assert 404 == browser.post("/my/channels/mailbox", mailbox="aoi@x.jp").status_code
    assert "メールアドレスを登録できません" not in signed_in(Place()).get("/my/channels").text


def test_where_nobody_sends_pushes_the_page_says_so() -> None:
    said = "端末への通知を送る準備ができていません"

    assert said in signed_in(Place()).get("/my/channels").text
    assert said not in signed_in(pushing()).get("/my/channels").text


def test_the_worker_has_the_residents_pages_as_its_scope_and_may_load_nothing() -> None:
    answer = pushing().browser().get("/my/worker.js")

    assert (200, "text/javascript; charset=utf-8") == (answer.status_code, answer.headers["Content-Type"])
    assert ("default-src 'none'", "no-store") == (
        answer.headers["Content-Security-Policy"], answer.headers["Cache-Control"],
    )  # fmt: skip
    assert "Service-Worker-Allowed" not in answer.headers
    assert 'addEventListener("push"' in answer.text
    assert 'addEventListener("fetch"' not in answer.text


def test_the_page_of_channels_may_run_its_script_where_pushes_are_sent() -> None:
    here = signed_in(pushing()).get("/my/channels")
    [script] = Page(here.text).of("script")

    assert "script-src 'self'" in here.headers["Content-Security-Policy"]
    assert re.fullmatch("/static/push.[0-9a-f]{16}.js", script.attributes["src"])
    assert [] == faults(here.text)


def test_without_a_script_nothing_of_pushes_is_offered() -> None:
    page = Page(signed_in(pushing()).get("/my/channels").text)
    [push] = [path[-1] for path in page.tags if path[-1].attributes.get("id") == "push"]

    assert ("hidden" in push.attributes, "BKey") == (True, push.attributes["data-key"])


@pytest.mark.parametrize("language", list(Language))
def test_a_full_page_can_be_used_in_every_language(language: Language) -> None:
    place = pushing()
    browser = signed_in(place)
    for channel, means in (("mail", "mail"), ("push", "webpush"), ("push", "line"), ("push", "portal")):
        place.addresses.queue.keep(replace(MAILBOX, channel=channel, means=means, token=means))  # type: ignore[arg-type]
    place.addresses.queue.lose(1, NOW)
    browser.post("/my/channels/mailbox", mailbox="other@mail.example.jp")
    place.addresses.agree(AOI, NOW, is_given=True)
    its = browser.get(f"/my/channels?lang={language}").text

    assert [] == faults(its)
    assert words.words(language).channels.gone.__html__() in its


def test_what_is_offered_follows_the_settings_of_the_channels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIRAN_NOTICES_MAIL_HOST", "mail.example.jp")
    local = ways(Settings(home=tmp_path, bootstrap=None, postgres=None))
    elsewhere = ways(Settings(home=tmp_path, bootstrap="kafka:9092", postgres=None))

    assert (True, True, False) == (local.has_mail, local.is_simulated, elsewhere.is_simulated)
    assert not list(tmp_path.iterdir())


def test_the_key_is_told_as_browsers_take_it() -> None:
    told = public(PushKey(b"k" * 32))
    point = urlsafe_b64decode(told + "=" * (-len(told) % 4))

    assert 65 == len(point)
    assert PushKey(b"k" * 32).private_key().public_key() == from_point(ec.SECP256R1(), point)
