"""Whatever address somebody names: it is refused, or what is sent there has an outcome; nothing ends who sends."""

import json
import smtplib
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from py_vapid import Vapid02

from connectors.notices.mail import Mail, Server, is_mailbox
from connectors.notices.port import DELIVERED, GONE, Later, Message, Outcome
from connectors.notices.webpush import SERVICES, WebPush, is_service
from gateway.residents.subscriptions import NoSubscriptionError, subscription
from kairan.keys import PushKey
from tests.hostile.addresses import ENDPOINTS, HOSTS, KEYS, MAILBOXES, POINT, SECRET

KEY = Vapid02(PushKey(b"p" * 32).private_key())
GOOD_KEYS = {"p256dh": POINT, "auth": SECRET}
GOOD = {"endpoint": "https://fcm.googleapis.com/x", "keys": GOOD_KEYS}
PIECES = [
    "=?",
    "?=",
    "utf-8",
    "?q?",
    "?b?",
    "=0a",
    "=40",
    "Cg==",
    "@",
    ".",
    "a",
    "b.jp",
    '"',
    "\\",
    "\r\n",
    "é",
    "\udc80",
    "+",
]
TEXTS = st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
NAMED = st.one_of(st.builds("{}@{}".format, TEXTS, TEXTS), TEXTS, st.sampled_from(MAILBOXES))
LABELS = st.lists(st.text("abx-_%:@[]é.1", max_size=66) | st.just("xn--"), max_size=5).map(".".join)
ASKED = st.one_of(
    st.builds(
        "https://{}.{}{}/x".format, LABELS, st.sampled_from(sorted(SERVICES)), st.sampled_from(["", ":", ":1", "."])
    ),
    st.builds("https://fcm.googleapis.com/{}".format, st.text(max_size=50)),
    st.sampled_from(ENDPOINTS),
    TEXTS,
)
WORTHLESS = st.recursive(st.none() | st.integers() | TEXTS, lambda its: st.lists(its) | st.dictionaries(TEXTS, its))


def message(target: Mapping[str, Any]) -> Message:
    return Message(b"i" * 16, target, "You have one new notice.", "", "en", "https://n.example.jp/", "", 0, 600)


class Taking(smtplib.SMTP):
    """Makes of a letter what the real one makes of it, and takes it."""

    sock: Any = object()

    def __init__(self) -> None:
        self.esmtp_features = {"smtputf8": ""}
        self.command_encoding, self.taken = "utf-8", list[str]()

    def ehlo_or_helo_if_needed(self) -> None:
        """There is nobody."""

    def sendmail(self, _: Any, to_addrs: Any, *__: Any, **___: Any) -> Any:
        self.taken += to_addrs

    def quit(self) -> Any:
        """There is nobody."""

    def close(self) -> None:
        """There is nothing."""


class Posted(Mail):
    def __init__(self) -> None:
        super().__init__(Server("127.0.0.1", 1, "notices@city.example.jp"))
        self.smtp = Taking()

    def _connected(self) -> smtplib.SMTP:
        return self.smtp


def pushed(*targets: Mapping[str, Any]) -> list[Outcome]:
    """By a client that resolves hosts as the system does, and then finds everybody there."""

    def _resolved(request: httpx.Request) -> httpx.Response:
        request.url.host.encode("idna")
        return httpx.Response(201)

    with httpx.Client(transport=httpx.MockTransport(_resolved)) as client:
        return list(WebPush(KEY, "push@city.example.jp", client).send(map(message, targets)))


@pytest.mark.parametrize("mailbox", MAILBOXES)
def test_what_no_letter_could_go_to_is_no_mailbox(mailbox: str) -> None:
    assert not is_mailbox(mailbox)


@pytest.mark.parametrize("mailbox", ["a..b@docomo.ne.jp", "a.@docomo.ne.jp", "花子@例え.jp", "o'neil+x@b.jp", "a@b.jp"])
def test_mailboxes_that_people_have_are_mailboxes(mailbox: str) -> None:
    posted = Posted()

    assert [DELIVERED] == list(posted.send([message({"mailbox": mailbox})]))
    assert [mailbox] == posted.smtp.taken


@given(NAMED)
def test_to_every_mailbox_that_is_one_a_letter_goes_and_to_no_other(mailbox: str) -> None:
    posted = Posted()
    outcomes = list(posted.send([message({"mailbox": each}) for each in (mailbox, "taro@b.jp")]))

    assert [DELIVERED if is_mailbox(mailbox) else GONE, DELIVERED] == outcomes
    assert [*([mailbox] if is_mailbox(mailbox) else []), "taro@b.jp"] == posted.smtp.taken


@pytest.mark.parametrize("host", HOSTS)
def test_what_no_service_could_be_found_at_is_none(host: str) -> None:
    with pytest.raises(NoSubscriptionError):
        subscription(json.dumps(GOOD | {"endpoint": f"https://{host}/x"}).encode(), SERVICES)


@given(ASKED)
@example("https://" + "a" * 63 + ".fcm.googleapis.com/x")
def test_at_every_endpoint_that_is_taken_a_push_arrives(endpoint: str) -> None:
    try:
        taken = subscription(json.dumps(GOOD | {"endpoint": endpoint}).encode(), SERVICES)
    except NoSubscriptionError:
        taken = None

    assert [GONE if taken is None else DELIVERED, DELIVERED] == pushed(GOOD | {"endpoint": endpoint}, GOOD)


@given(st.sampled_from(KEYS) | st.fixed_dictionaries({"p256dh": WORTHLESS, "auth": WORTHLESS}) | WORTHLESS)
def test_whatever_keys_are_stored_a_push_has_an_outcome_and_the_next_one_arrives(keys: Any) -> None:
    first, second = pushed(GOOD | {"keys": keys}, GOOD)

    assert (first in {GONE, DELIVERED}, DELIVERED) == (True, second)


@given(st.text("ABCDwxyz0189-_=", max_size=90), st.text("ABCDwxyz0189-_=", min_size=20, max_size=25))
def test_for_all_keys_that_are_taken_a_push_can_be_enciphered(point: str, secret: str) -> None:
    told = GOOD | {"keys": {"p256dh": point if len(point) > 80 else POINT, "auth": secret}}
    try:
        taken = subscription(json.dumps(told).encode(), SERVICES)
    except NoSubscriptionError:
        return

    assert [DELIVERED] == pushed(taken)


@pytest.mark.parametrize(
    "error", [httpx.DecodingError, httpx.TooManyRedirects, httpx.LocalProtocolError, httpx.ReadTimeout]
)
def test_whatever_a_service_answers_is_that_messages_outcome(error: type[httpx.RequestError]) -> None:
    def _answers(request: httpx.Request) -> httpx.Response:
        raise error("strange", request=request)

    with httpx.Client(transport=httpx.MockTransport(_answers)) as client:
        assert [Later()] == list(WebPush(KEY, "push@city.example.jp", client).send([message(GOOD)]))


def test_a_service_of_the_vendors_is_one() -> None:
    assert all(is_service(f"https://{host}/x") for host in SERVICES)
