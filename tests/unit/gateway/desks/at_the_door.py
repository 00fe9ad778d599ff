"""Staff's door with a provider that says what a test wants, and a clerk's browser before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from gateway import sessions
from gateway.desks import opening, signing
from gateway.desks.account import Terms
from gateway.desks.door import StaffDoor
from gateway.desks.sessions import SignedIn
from gateway.desks.staff import Role
from gateway.desks.testing import MemorySessions
from gateway.sign_in.provider import Client, Provider
from gateway.sign_in.testing import MemoryAttempts
from gateway.sign_in.way import Way
from tests.unit.gateway.desks.world import World
from tests.unit.gateway.door import ORIGIN, OWN, browser
from tests.unit.gateway.reading import Page
from tests.unit.gateway.signing_in import ISSUER, NOW, US, Liar
from tests.unit.processors.moving.story import A, B

GROUPS: Mapping[str, Role | None] = {
    "window": Role.DESK,
    "guardians": Role.PROTECTION,
    "machines": Role.OPERATOR,
    "everybody": None,
}
CLAIMS = {"sub": "f3a9", "member": A, "roles": ["window", "everybody"], "clerk": "0101", "name": "花子"}


@dataclass
class Counter:
    """A clerk's browser before the desks; ``claims`` and ``document``: what her provider says otherwise."""

    claims: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)
    terms: Terms = field(default_factory=lambda: Terms(GROUPS))
    scope: str = "openid"
    now: int = NOW * 1000

    def __post_init__(self) -> None:
        self.liar = Liar(claims=CLAIMS | dict(self.claims), document=self.document)
        self.world, self.sessions = World(), MemorySessions()
        provider = Provider(Client(ISSUER, US, ORIGIN + signing.BACK, "secret", self.scope), self.liar.client())
        way = Way(provider, MemoryAttempts(), lambda: self.now)
        self.door = StaffDoor(way, self.terms, lambda: frozenset({A, B}), self.sessions)
        self.signed_in = SignedIn(self.sessions, lambda: self.now)
        self.browser = browser(opening.behind(self.door, self.world.desk(self.signed_in), ORIGIN))

    def to_provider(self, role: str = "desk") -> dict[str, str]:
        """What the provider is asked."""
        address = self.browser.get(f"/desks/sign-in/start?as={role}").headers["Location"]
        asked = {name: each[0] for name, each in parse_qs(urlsplit(address).query).items()}
        self.liar.nonce, self.liar.challenge = asked["nonce"], asked["code_challenge"]
        return asked

    def sign_in(self, role: str = "desk", **answer: str) -> httpx2.Response:
        told = {"code": "code", "state": self.to_provider(role)["state"]} | answer
        return self.browser.get("/desks/sign-in/done", params=told)

    def sign_out(self) -> httpx2.Response:
        fields = Page(self.browser.get("/desks").text).of("input")
        csrf = next(tag.attributes["value"] for tag in fields if tag.attributes["name"] == "csrf")
        return self.browser.post("/desks/sign-out", data={"csrf": csrf}, headers=OWN)

    @property
    def token(self) -> str:
        return self.browser.cookies.get(sessions.COOKIE) or ""
