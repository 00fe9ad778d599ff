"""A push service on this machine, and browsers that can read what was enciphered for them."""

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, NamedTuple, Self

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Pushed(NamedTuple):
    """A request as it came; ``told``: what the browser read."""

    browser: str
    headers: Mapping[str, str]
    body: bytes
    told: dict[str, Any]


class Browser:
    """One subscription: only here is the key with which its messages are read."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)

    def subscription(self, endpoint: str) -> dict[str, Any]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": endpoint, "keys": {"p256dh": _text(point), "auth": _text(self._auth)}}

    def read(self, body: bytes) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth))
        return told


class PushService:
    """``answers``: by a browser's name, the status and headers it answers with."""

    def __init__(self) -> None:
        self.pushed: list[Pushed] = []
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self._browsers: dict[str, Browser] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def subscription(self, name: str) -> dict[str, Any]:
        return self._browsers.setdefault(name, Browser()).subscription(f"{self.origin}/{name}")

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, name: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        status, answered = self.answers.get(name, (201, {}))
        if status == 201:
            self.pushed.append(Pushed(name, headers, body, self._browsers[name].read(body)))
        return status, answered

    def _handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the inner class has the self
        class _Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers = service.take(self.path[1:], dict(self.headers), body)
                self.send_response(status)
                for name, value in (headers | {"Content-Length": "0"}).items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
                """A test prints nothing."""

        return _Handler


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
