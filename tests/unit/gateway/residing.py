"""The residents' side as a browser meets it, with a development provider behind it; everything in memory."""

import secrets
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Protocol, TypeAlias
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import httpx2
from starlette.requests import Request
from starlette.testclient import TestClient

from gateway import sessions
from gateway.app import application
from gateway.residents.enrolling import Subject
from gateway.residents.ports import Told
from gateway.residents.protection import Guard
from gateway.residents.room import Room
from gateway.residents.routes import STRANGERS, routes
from gateway.residents.streams import Streams
from gateway.residents.testing import (
    MemoryAddresses,
    MemoryCounter,
    MemoryDisclosures,
    MemoryEntries,
    MemoryFeedback,
    MemoryMoves,
    MemoryProxies,
    MemoryResidents,
    MemorySessions,
    enrolments,
)
from gateway.residents.ways import Ways
from gateway.settings import GatewaySettings
from gateway.sign_in.browser import digest
from gateway.sign_in.door import Door
from gateway.sign_in.provider import Client, Provider
from gateway.sign_in.testing import MemoryAttempts
from gateway.testing import MemoryMoving
from kairan import wire
from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.settings import Settings
from kairan.stream import Outgoing
from kairan.testing.broker import MemoryBroker, MemoryReader
from processors.notices.notices import NoticeId, OfficeOf
from processors.routing.measures import TOPIC, Measures
from sandbox.development_provider import DevelopmentProvider, Resident

Answer: TypeAlias = httpx2.Response
ORIGIN, ISSUER = "https://testserver", "http://localhost:8090"
BACK, NOW = f"{ORIGIN}/sign-in/done", 1_800_000_000_000  # 2027-01-15 in Japan
AOI, REN = Handle(b"a" * 12 + bytes(4)), Handle(b"r" * 12 + bytes(4))
PLAIN = Ways()
CLIENT = Client(ISSUER, "kairan", BACK, "secret")
PEOPLE = {"aoi": AOI, "ren": REN}
CHIYODA = MunicipalityCode("131016")


def notice(person: Handle, rule: str = "N5", due: date | None = None, at: int = NOW) -> Told:
    name = NoticeId.of(person, rule, EventId(b"e" * 16))
    return Told(name, rule, OfficeOf(CHIYODA, "027"), due, at)


def provider(now: Callable[[], int], client: Client = CLIENT) -> DevelopmentProvider:
    known = [Resident(name, name.title()) for name in (*PEOPLE, "stranger")]
    local = Settings(bootstrap=None, postgres=None)
    after = urljoin(client.redirect_uri, "/sign-in")
    return DevelopmentProvider(
        local,
        client.issuer,
        client.client_id,
        client.redirect_uri,
        known,
        now,
        client.secret,
        signed_out_uri=after,
    )


def answer(its: DevelopmentProvider, request: httpx.Request) -> httpx.Response:
    """As over a network."""
    with TestClient(its.app(), ISSUER) as there:
        found = there.request(request.method, str(request.url), content=request.content, headers=request.headers)
    return httpx.Response(found.status_code, content=found.content)


class Served(Protocol):
    """What a browser stands before."""

    @property
    def room(self) -> Room: ...
    @property
    def provider(self) -> DevelopmentProvider: ...


class Place:
    """The room with its fakes; ``client``: which provider it asks, and where that sends a browser back."""

    def __init__(self, client: Client = CLIENT, ways: Ways = PLAIN) -> None:
        self.client, self.ways = client, ways
        self.now, self.seconds, self.leapt = NOW, 0.0, 0
        self.broker = MemoryBroker({TOPIC: 1})
        self.residents, self.sessions, self.proxies = MemoryResidents(), MemorySessions(), MemoryProxies()
        self.counter = MemoryCounter(self.residents)
        self.entries, self.moves = MemoryEntries(), MemoryMoves()
        self.disclosures = MemoryDisclosures(lambda: self.now)
        self.addresses, self.feedback, self.streams = MemoryAddresses(), MemoryFeedback(), Streams()
        measures = Measures(MemoryReader(self.broker, "gateway", [TOPIC], from_start=True), lambda: self.seconds)
        self.moving = MemoryMoving()
        self.guard = Guard(measures, [self.streams, self.sessions, self.proxies], self.moving, lambda: self.seconds)
        for name, handle in PEOPLE.items():
            self.residents.bind(Subject.of(client.issuer, name), handle)
        self.room = self._room()

    @cached_property
    def provider(self) -> DevelopmentProvider:
        return provider(lambda: self.now // 1000, self.client)

    def _room(self) -> Room:
        asked = httpx.Client(transport=httpx.MockTransport(self._ask_provider))
        door = Door(
            Provider(self.client, asked), MemoryAttempts(), self.residents, self.sessions,
            enrolments(self.counter), lambda handle: not self.guard.hides(handle), lambda: self.now,
        )  # fmt: skip
        return Room(
            door, self.sessions, self.guard, self.streams, self.proxies, self.entries, self.moves,
            self.disclosures, self.addresses, self.feedback, lambda: self.now, lambda now: now + self.leapt,
            self.ways,
        )  # fmt: skip

    def _ask_provider(self, request: httpx.Request) -> httpx.Response:
        return answer(self.provider, request)

    def hide(self, person: Handle) -> None:
        """A measure is stated; it is read at the next look."""
        record = {
            "handle": person, "municipality": CHIYODA, "measure": "m1", "version": 1, "kind": "1", "registered": NOW,
        }  # fmt: skip
        self.broker.append(Outgoing(TOPIC, b"key", wire.encode_record("kairan.bus.Measure", record)))

    def read_measures(self) -> None:
        """As when a page is asked for between what is read and what is ended by it."""
        self.guard._measures.catch_up()

    def browser(self) -> "Browser":
        return Browser(self)


class Browser:
    """Somebody's; follows no redirect by itself."""

    def __init__(self, place: Served) -> None:
        self.place = place
        app = application(GatewaySettings(origin=ORIGIN), routes(place.room), STRANGERS)
        self.client = TestClient(app, ORIGIN, follow_redirects=False, headers={"Accept-Language": "ja"})

    def get(self, path: str) -> Answer:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> Answer:
        return self.client.post(path, data={"csrf": self.csrf(), **fields}, headers={"Origin": ORIGIN})

    def csrf(self) -> str:
        cookie = f"{sessions.COOKIE}={self.session}".encode() if self.session else b""
        return sessions.form_token(Request({"type": "http", "headers": [(b"cookie", cookie)]}))

    @property
    def session(self) -> str:
        found = [each.value for each in self.client.cookies.jar if each.name == sessions.COOKIE]
        return found[-1] or "" if found else ""

    def to_provider(self, wanted: str = "duties") -> dict[str, str]:
        """What the provider is asked."""
        return dict(parse_qsl(urlsplit(self.get(f"/sign-in/start?to={wanted}").headers["Location"]).query))

    def choose(self, asked: dict[str, str], name: str) -> str:
        """Where the provider sends this browser back."""
        with TestClient(self.place.provider.app(), ISSUER, follow_redirects=False) as there:
            return there.post("/authorize", data=asked | {"subject": name}).headers["Location"]

    def sign_in(self, name: str = "aoi", wanted: str = "duties") -> Answer:
        return self.get(self.choose(self.to_provider(wanted), name))


def signed_in(place: Place, name: str = "aoi") -> Browser:
    """Without the way over the provider."""
    browser, token = place.browser(), secrets.token_urlsafe(32)
    place.sessions.open(digest(token), PEOPLE[name], place.now)
    browser.client.cookies.set(sessions.COOKIE, token)
    return browser
