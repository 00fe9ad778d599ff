"""
Web Push (RFC 8030, 8291, 8292): enciphered for one browser, handed to its vendor's push service.

A subscription comes from a browser, so nothing is sent to a host that is no push service: an endpoint is an address
into which anybody could write one of our own servers.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from connectors.notices.port import DELIVERED, GONE, Later, Message, Outcome

SERVICES: Final = frozenset(
    {"fcm.googleapis.com", "updates.push.services.mozilla.com", "notify.windows.com", "web.push.apple.com"}
)
"""Hosts of the browsers' vendors; their subdomains too."""
SECONDS = 10.0
LONGEST = 28 * 24 * 3600
"""No service keeps a message longer."""
LONGEST_ENDPOINT = 1024
"""Characters; those of browsers have a few hundred."""
_NO_SUBSCRIPTION = frozenset({404, 410})
_LABEL = re.compile(r"(?!-)(?!..--)[a-z0-9-]{1,63}(?<!-)")
"""Of a host (LDH, RFC 5890), without the reserved ones: no vendor's is in another script."""
_LONGEST_HOST = 253
_NOT_PLAIN = frozenset(' \\"<>^`{|}#@')
"""What parses as one address here and as another one there."""


class WebPush:
    """
    To browsers: a target is a PushSubscription as JSON.

    ``contact``: whom a push service may ask about us. ``services``: hosts, or with ``http://host:port`` one for a test.

    Raises:
        VapidException: no service would take that contact. Said at once: later it would be every message's fault.

    """

    def __init__(self, key: Vapid02, contact: str, client: httpx.Client, services: Collection[str] = SERVICES) -> None:
        self._key = key
        self._contact = contact
        self._client = client
        self._services = services
        self._signed("https://service.example")

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        """A service that is down delays only those who are reached by it."""
        silent: set[str] = set()
        for message in messages:
            pusher = self._pusher(message)
            if pusher is None:
                yield GONE
                continue
            origin = _origin(pusher.subscription_info["endpoint"])
            if origin in silent:
                yield Later()
                continue
            try:
                yield _outcome(self._post(pusher, origin, message))
            except httpx.RequestError:
                silent.add(origin)
                yield Later()

    def _pusher(self, message: Message) -> WebPusher | None:
        """None: no subscription of a browser that we know how to reach."""
        try:
            pusher = WebPusher(message.target)
            is_ours = is_service(pusher.subscription_info["endpoint"], self._services)
        except (WebPushException, ValueError, LookupError, TypeError, AttributeError):
            return None
        return pusher if is_ours and _has_keys(pusher) else None

    def _post(self, pusher: WebPusher, origin: str, message: Message) -> httpx.Response:
        headers = {
            "Content-Encoding": "aes128gcm",
            "TTL": str(max(0, min(message.lasts, LONGEST))),
            "Topic": urlsafe_b64encode(message.id).decode().rstrip("="),
            "Urgency": "normal",
        }
        body = pusher.encode(payload(message))["body"]
        endpoint = pusher.subscription_info["endpoint"]
        return self._client.post(endpoint, content=body, headers=headers | self._signed(origin), timeout=SECONDS)

    def _signed(self, origin: str) -> dict[str, str]:
        signed: dict[str, str] = self._key.sign({"aud": origin, "sub": f"mailto:{self._contact}"})
        return signed


def payload(message: Message) -> bytes:
    """For the service worker; ``tag``: a browser shows what comes twice once."""
    told: dict[str, Any] = {"title": message.title, "body": message.body, "lang": message.language}
    return json.dumps(told | {"tag": message.id.hex(), "link": message.link}, ensure_ascii=False).encode()


def is_service(endpoint: str, services: Collection[str] = SERVICES) -> bool:
    """
    Whether a subscription may name this; raises ValueError for what is no address.

    Strict, so that whatever is named can be asked: name resolution, httpx and VAPID each refuse other hosts, and each
    by an error of its own.
    """
    if not _is_plain(endpoint):
        return False
    if _origin(endpoint) in services:
        return True
    parts = urlsplit(endpoint)
    is_known = any(parts.netloc == each or parts.netloc.endswith(f".{each}") for each in services)
    return parts.scheme == "https" and is_known and _is_host(parts.netloc)


def _is_plain(endpoint: str) -> bool:
    """No blank, no control character."""
    is_short = len(endpoint) <= LONGEST_ENDPOINT
    return is_short and endpoint.isascii() and endpoint.isprintable() and not _NOT_PLAIN & set(endpoint)


def _is_host(text: str) -> bool:
    """And nothing beside it: no user, no port, be it an empty one."""
    return len(text) <= _LONGEST_HOST and all(_LABEL.fullmatch(each) for each in text.split("."))


def _origin(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def _has_keys(pusher: WebPusher) -> bool:
    """What else is wrong with them, enciphering says."""
    try:
        pusher.encode(b"-")
    except (WebPushException, ValueError, TypeError):
        return False
    return True


def _outcome(response: httpx.Response) -> Outcome:
    if response.is_success:
        return DELIVERED
    if response.status_code in _NO_SUBSCRIPTION:
        return GONE
    after = response.headers.get("Retry-After", "")
    return Later(min(int(after), LONGEST) if after.isascii() and after.isdigit() else None)
