"""
Web Push (RFC 8030, 8291, 8292): enciphered for one browser, handed to its vendor's push service.

A subscription comes from a browser, so nothing is sent to a host that is no push service: an endpoint is an address
into which anybody could write one of our own servers.
"""

import json
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
_NO_SUBSCRIPTION = frozenset({404, 410})


class WebPush:
    """
    To browsers: a target is a PushSubscription as JSON.

    ``contact``: whom a push service may ask about us. ``services``: hosts, or with ``http://host:port`` one for a test.
    """

    def __init__(self, key: Vapid02, contact: str, client: httpx.Client, services: Collection[str] = SERVICES) -> None:
        self._key = key
        self._contact = contact
        self._client = client
        self._services = services

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
            except httpx.TransportError:
                silent.add(origin)
                yield Later()

    def _pusher(self, message: Message) -> WebPusher | None:
        """None: no subscription of a browser that we know how to reach."""
        try:
            pusher = WebPusher(message.target)
            is_ours = is_service(pusher.subscription_info["endpoint"], self._services)
        except (WebPushException, ValueError, TypeError, AttributeError):
            return None
        return pusher if is_ours and _has_keys(pusher) else None

    def _post(self, pusher: WebPusher, origin: str, message: Message) -> httpx.Response:
        signed = self._key.sign({"aud": origin, "sub": f"mailto:{self._contact}"})
        headers = {
            "Content-Encoding": "aes128gcm",
            "TTL": str(max(0, min(message.lasts, LONGEST))),
            "Topic": urlsafe_b64encode(message.id).decode().rstrip("="),
            "Urgency": "normal",
        }
        body = pusher.encode(payload(message))["body"]
        endpoint = pusher.subscription_info["endpoint"]
        return self._client.post(endpoint, content=body, headers=headers | signed, timeout=SECONDS)


def payload(message: Message) -> bytes:
    """For the service worker; ``tag``: a browser shows what comes twice once."""
    told: dict[str, Any] = {"title": message.title, "body": message.body, "lang": message.language}
    return json.dumps(told | {"tag": message.id.hex(), "link": message.link}, ensure_ascii=False).encode()


def is_service(endpoint: str, services: Collection[str] = SERVICES) -> bool:
    """Whether a subscription may name this; raises ValueError for what is no address."""
    parts = urlsplit(endpoint)
    if _origin(endpoint) in services:
        return True
    host = parts.hostname or ""
    is_known = any(host == each or host.endswith(f".{each}") for each in services)
    return parts.scheme == "https" and parts.port is None and parts.username is None and is_known


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
