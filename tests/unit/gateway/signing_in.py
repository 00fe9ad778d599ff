"""A provider that says what a test wants, and a door to it."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, Key

from gateway.residents.enrolling import Subject
from gateway.residents.testing import MemoryCounter, MemoryResidents, MemorySessions, enrolments
from gateway.sign_in.door import Door, Opened
from gateway.sign_in.provider import Client, Provider
from gateway.sign_in.testing import MemoryAttempts
from kairan.identifiers import Handle

ISSUER, US = "https://provider.example", "kairan"
BACK = "http://localhost:8080/sign-in/done"
AOI = Handle(b"a" * 12 + bytes(4))
NOW = 1_800_000_000
KEY = ECKey.generate_key("P-256", {"kid": "one"})


def half_hash(text: str) -> str:
    return urlsafe_b64encode(sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def said(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: its for name, its in names.items() if its is not None}


@dataclass
class Liar:
    """Right in all, but for what it is told to say otherwise; ``None`` leaves a claim out."""

    claims: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    signs: Key = field(default_factory=lambda: KEY)
    keys: list[Key] = field(default_factory=lambda: [KEY])
    token: str | None = None
    nonce: str = ""
    challenge: str = ""
    asked: list[httpx.Request] = field(default_factory=list)

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        match request.url.path:
            case "/.well-known/openid-configuration":
                return httpx.Response(200, json=self.described() | dict(self.document))
            case "/keys":
                return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})
            case "/token":
                return self.give(dict(parse_qsl(request.content.decode())))
        return httpx.Response(404)

    def described(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": ISSUER} | {name: f"{ISSUER}/{end}" for name, end in ends.items()}

    def give(self, form: Mapping[str, str]) -> httpx.Response:
        hashed = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if hashed != self.challenge:
            return httpx.Response(400, json={"error": "invalid_grant"})
        token = self.token or jwt.encode(
            said({"alg": "ES256", "kid": "one"} | dict(self.header)),
            said(self.true_claims() | dict(self.claims)),
            self.signs,
            algorithms=["ES256", "RS256", "HS256", "none"],
        )
        return httpx.Response(200, json={"id_token": token, "access_token": "access"} | dict(self.given))

    def true_claims(self) -> dict[str, Any]:
        return {
            "iss": ISSUER, "sub": "aoi", "aud": US, "iat": NOW, "exp": NOW + 300,
            "nonce": self.nonce, "at_hash": half_hash("access"),
        }  # fmt: skip


@dataclass
class Play:
    """One browser before the door."""

    liar: Liar = field(default_factory=Liar)
    closed: frozenset[Handle] = frozenset()
    now: int = NOW * 1000

    def __post_init__(self) -> None:
        self.sessions, self.residents = MemorySessions(), MemoryResidents()
        self.residents.bind(Subject.of(ISSUER, "aoi"), AOI)
        provider = Provider(Client(ISSUER, US, BACK, "secret"), self.liar.client())
        self.door = Door(
            provider, MemoryAttempts(), self.residents, self.sessions,
            enrolments(MemoryCounter(self.residents)), lambda handle: handle not in self.closed, lambda: self.now,
        )  # fmt: skip

    def begin(self, to: str = "notices") -> tuple[str, dict[str, str]]:
        """The browser's secret, and the answer that the provider would send it back with."""
        secret, address = self.door.begin(to)
        asked = {name: each[0] for name, each in parse_qs(urlsplit(address).query).items()}
        self.liar.nonce, self.liar.challenge = asked["nonce"], asked["code_challenge"]
        return secret, {"code": "code", "state": asked["state"]}

    def sign_in(self, **answer: str) -> Opened:
        secret, told = self.begin()
        return self.door.finish(secret, told | answer)
