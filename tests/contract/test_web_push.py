"""What a push service sees, what only the browser reads, and to whom nothing is sent."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from py_vapid import Vapid02, VapidException

from connectors.notices.port import DELIVERED, GONE, Later, Message, Outcome
from connectors.notices.webpush import SERVICES, WebPush, is_service
from kairan.keys import PushKey
from tests.contract.pushes import Browser, PushService

KEY = Vapid02(PushKey(b"p" * 32).private_key())
NO_POINT = urlsafe_b64encode(b"\x04" + bytes(64)).decode()
HINT = "You have one new notice."


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as its:
        yield its


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as its:
        yield its


def message(target: Any, **changed: Any) -> Message:
    words = {
        "title": HINT, "body": "", "language": "en", "link": "https://n.example.jp/",
        "stop": "https://n.example.jp/stop/x", "at": 0, "lasts": 600,
    }  # fmt: skip
    return Message(id=bytes(range(16)), target=target, **(words | changed))


def sent(service: PushService, client: httpx.Client, *messages: Message, beside: tuple[str, ...] = ()) -> list[Outcome]:
    return list(WebPush(KEY, "push@city.example.jp", client, {service.origin, *beside}).send(messages))


def test_the_browser_reads_the_hint_and_nothing_else(service: PushService, client: httpx.Client) -> None:
    assert [DELIVERED] == sent(service, client, message(service.subscription("phone")))
    assert {
        "title": HINT, "body": "", "lang": "en", "link": "https://n.example.jp/", "tag": bytes(range(16)).hex(),
    } == service.pushed[0].told  # fmt: skip


def test_the_service_itself_reads_nothing(service: PushService, client: httpx.Client) -> None:
    sent(service, client, message(service.subscription("phone")))
    [pushed] = service.pushed

    assert b"notice" not in pushed.body
    assert {
        "Host", "Accept", "Accept-Encoding", "Connection", "User-Agent", "Content-Encoding", "Content-Length",
        "Ttl", "Topic", "Urgency", "Authorization",
    } == {name.title() for name in pushed.headers}  # fmt: skip


def test_the_same_again_takes_the_place_of_the_one_that_waits_at_the_service(
    service: PushService, client: httpx.Client
) -> None:
    sent(service, client, *[message(service.subscription("phone"))] * 2)
    first, again = (pushed.headers["Topic"] for pushed in service.pushed)

    assert first == again
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", first)
    assert bytes(range(16)) == urlsafe_b64decode(first + "==")


@pytest.mark.parametrize(("lasts", "ttl"), [(600, "600"), (-5, "0"), (10**9, str(28 * 24 * 3600))])
def test_a_service_keeps_it_no_longer_than_it_is_worth(
    service: PushService, client: httpx.Client, lasts: int, ttl: str
) -> None:
    sent(service, client, message(service.subscription("phone"), lasts=lasts))

    assert ttl == service.pushed[0].headers["TTL"]


def test_the_sender_is_known_by_its_key_and_for_this_service_only(service: PushService, client: httpx.Client) -> None:
    sent(service, client, message(service.subscription("phone")))
    signed = service.pushed[0].headers["Authorization"]
    claims = json.loads(urlsafe_b64decode(signed.split(".")[1] + "=="))

    assert Vapid02.verify(signed)
    assert (service.origin, "mailto:push@city.example.jp") == (claims["aud"], claims["sub"])


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (404, {}, GONE),
        (410, {}, GONE),
        (429, {"Retry-After": "90"}, Later(90)),
        (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, Later()),
        (503, {"Retry-After": "9" * 30}, Later(28 * 24 * 3600)),
        (500, {}, Later()),
        (400, {}, Later()),
        (401, {}, Later()),
        (413, {}, Later()),
        (307, {"Location": "/tablet"}, Later()),
    ],
)
def test_what_an_answer_means(
    service: PushService, client: httpx.Client, status: int, headers: dict[str, str], outcome: Outcome
) -> None:
    """Nobody is sent on to another address: who knows the endpoint would decide which."""
    service.answers["phone"] = (status, headers)
    phone, tablet = (message(service.subscription(each)) for each in ("phone", "tablet"))

    assert [outcome, DELIVERED] == sent(service, client, phone, tablet)
    assert ["tablet"] == [pushed.browser for pushed in service.pushed]


def test_a_service_that_is_down_delays_only_its_own(service: PushService, client: httpx.Client) -> None:
    with PushService() as other:
        away = [message(other.subscription(each)) for each in ("one", "two")]
    phone = message(service.subscription("phone"))

    assert [Later(), Later(), DELIVERED] == sent(service, client, *away, phone, beside=(other.origin,))


def test_a_service_that_does_not_answer_is_waited_for_once_a_batch() -> None:
    asked: list[str] = []

    def _never(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        raise httpx.ConnectTimeout("never")

    target = Browser().subscription("https://fcm.googleapis.com/x")
    with httpx.Client(transport=httpx.MockTransport(_never)) as client:
        outcomes = list(WebPush(KEY, "push@city.example.jp", client).send([message(target)] * 3))

    assert ([Later()] * 3, ["fcm.googleapis.com"]) == (outcomes, asked)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/x",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
        "https://web.push.apple.com/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
    ],
)
def test_browsers_services_are_known(endpoint: str) -> None:
    assert is_service(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.example.jp/x",
        "https://evilfcm.googleapis.com/x",
        "https://notfcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://10.0.0.1/fcm.googleapis.com",
        "https://localhost/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_nothing_is_sent_to_what_is_no_push_service(service: PushService, client: httpx.Client, endpoint: str) -> None:
    assert not is_service(endpoint)
    assert [GONE] == sent(
        service, client, message(service.subscription("phone") | {"endpoint": endpoint}), beside=tuple(SERVICES)
    )


@pytest.mark.parametrize(
    "keys",
    [
        None,
        {},
        {"p256dh": "x", "auth": "x"},
        {"p256dh": urlsafe_b64encode(b"\x04" + bytes(64)).decode(), "auth": "AA"},
        7,
    ],
)
def test_whose_keys_cannot_be_used_is_gone(service: PushService, client: httpx.Client, keys: Any) -> None:
    subscription = service.subscription("phone") | {"keys": keys}

    assert [GONE] == sent(service, client, message(subscription))


def test_a_contact_that_no_service_takes_is_said_before_anything_is_sent(client: httpx.Client) -> None:
    """Later it would look like the fault of each message."""
    with pytest.raises(VapidException):
        WebPush(KEY, "nobody", client)


def test_the_key_is_the_same_after_a_restart_and_another_for_another_secret() -> None:
    again = PushKey(b"p" * 32).private_key()

    assert KEY.private_key.private_numbers() == again.private_numbers()
    assert KEY.private_key.private_numbers() != PushKey(b"q" * 32).private_key().private_numbers()
