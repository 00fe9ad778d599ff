"""
What every answer of the front door says to the browser, and which writes it takes at all.

Three wrappers of the whole application, so that no route can forget them. All are plain ASGI: a stream of live notices
passes through them piece by piece.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import pages, sessions

SAFE = frozenset({"GET", "HEAD"})
FORM = "application/x-www-form-urlencoded"
FIELD, HEADER = "csrf", "X-CSRF-Token"
BODY_BYTES, FIELDS = 64 * 1024, 1000
HSTS = "max-age=63072000; includeSubDomains"
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
CSP_WITH_SCRIPT = CSP + "; script-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'"
"""For a page with live updates, which sets it itself; no page has scripts inline."""
CSP_OF_WORKER = "default-src 'none'"
"""For what is no page, but a script that a browser runs beside all of them: it loads nothing."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would send its own forms with "Origin: null"
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class SafeHeaders:
    """Adds ``HEADERS`` to each answer that does not say otherwise itself; no page is kept by a cache."""

    app: ASGIApp
    is_tls: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def _send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, _send if scope["type"] == "http" else send)

    def _add(self, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self.is_tls:
            headers.setdefault("Strict-Transport-Security", HSTS)


@dataclass(frozen=True, slots=True)
class OwnWrites:
    """
    Lets a write through only from a page of our own, with the token of its own session, and of a modest size.

    ``strangers``: paths that programs write to, who have neither page nor session (RFC 8058's List-Unsubscribe).
    """

    app: ASGIApp
    origin: str
    strangers: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        body = await _whole(scope, receive)
        status = self._refused(scope, body)
        app = self.app if status is None else pages.error(Request(scope), status)
        await app(scope, _again(body or b"", receive), send)

    def _refused(self, scope: Scope, body: bytes | None) -> int | None:
        """The status that says so."""
        if body is None:
            return 413
        if scope["path"] in self.strangers:
            return None
        headers = Headers(scope=scope)
        is_own = headers.get("origin") == self.origin and headers.get("sec-fetch-site") in {None, "same-origin"}
        given = headers.get(HEADER) or fields(headers, body).get(FIELD, "")
        token = sessions.form_token(Request(scope))
        return None if is_own and hmac.compare_digest(given.encode(), token.encode()) else 403


@dataclass(frozen=True, slots=True)
class OneSession:
    """
    A browser is one person in one role: when it gets another session, or none, the one that it had ends in every room.

    So whoever signs in as a clerk leaves no resident's session behind that nobody sees and anybody could find.
    """

    app: ASGIApp
    ends: Sequence[Callable[[str], None]] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        former = sessions.of(Request(scope)) if scope["type"] == "http" else ""

        async def _send(message: Message) -> None:
            if message["type"] == "http.response.start" and sessions.changed_by(Headers(raw=message["headers"])):
                await run_in_threadpool(self._end, former)
            await send(message)

        await self.app(scope, receive, _send if former else send)

    def _end(self, token: str) -> None:
        for end in self.ends:
            end(token)


def fields(headers: Headers, body: bytes) -> Mapping[str, str]:
    """
    Of a form as browsers send ours; none of anything else, nor of what has more than any form.

    Never in pieces (``multipart/form-data``): each may name a charset, and some of those make what no store can hold.
    """
    if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return {}
    try:
        return dict(parse_qsl(body.decode(errors="replace"), max_num_fields=FIELDS))
    except ValueError:
        return {}


async def _whole(scope: Scope, receive: Receive) -> bytes | None:
    """The body; None: it is too large, whatever it says of itself, or whoever sent it went away."""
    if len(length := Headers(scope=scope).get("content-length", "0")) > len(str(BODY_BYTES)) or not length.isdigit():
        return None
    body = b""
    while len(body) <= BODY_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            return body if message["type"] == "http.request" and len(body) <= BODY_BYTES else None
    return None


def _again(body: bytes, receive: Receive) -> Receive:
    """As if it had not been read; what comes after it is the browser's leave."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def _receive() -> Message:
        return waiting.pop() if waiting else await receive()

    return _receive
