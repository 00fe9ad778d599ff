"""The whole front door with somebody in every role and something on every page; begun anew between two plays."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway import front, sessions
from gateway.analysts.routes import routes as of_analysts
from gateway.app import application
from gateway.desks import development, signing
from gateway.desks.account import Terms
from gateway.desks.development import DevelopmentSessions
from gateway.desks.door import StaffDoor
from gateway.desks.routes import routes as of_desks
from gateway.desks.staff import Role
from gateway.residents.enrolling import Subject
from gateway.residents.ports import Moved
from gateway.residents.proxies import Proxy
from gateway.residents.room import Viewer
from gateway.residents.routes import STRANGERS
from gateway.residents.routes import routes as of_residents
from gateway.residents.sessions import Session
from gateway.residents.ways import Ways
from gateway.settings import GatewaySettings
from gateway.sign_in.browser import digest
from gateway.sign_in.provider import Client, Provider
from gateway.sign_in.testing import MemoryAttempts
from gateway.sign_in.way import Way
from kairan.settings import Settings
from processors.channels.addresses import Address
from processors.channels.naming import Naming
from processors.notices.texts import Language
from tests.unit.gateway.desks.at_the_door import GROUPS
from tests.unit.gateway.desks.world import World, stated, token
from tests.unit.gateway.released import room
from tests.unit.gateway.residing import AOI, CHIYODA, NOW, ORIGIN, PEOPLE, REN, Place, notice
from tests.unit.gateway.signing_in import ISSUER, US, Liar
from tests.unit.processors.disclosures.world import FLAG, entry, told
from tests.unit.processors.moving.story import A, C, declared
from tests.unit.processors.notices.world import on

PROXY = Proxy(b"p" * 16, AOI, None, frozenset({"duties", "notices", "move"}), date(2027, 12, 31), NOW)
UNSUBSCRIBED, CODE = "a-token-of-a-mail", "01234567"
"""What stood in two letters to Aoi: one to her mailbox, one to a mailbox of which she has to prove that it is hers."""
MAILBOX = Address(AOI, "mail", "mail", {"mailbox": "aoi@mail.example.jp"}, Language.JAPANESE, NOW, token=UNSUBSCRIBED)
ASKED = Naming(AOI, "aoi@new.example.jp", Language.JAPANESE, CODE, NOW)
WAYS = Ways(frozenset({"push.example.jp"}), is_simulated=True)
"""Everything is offered."""
DEVICE = {
    "endpoint": "https://push.example.jp/send/abc",
    "keys": {
        "p256dh": "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U",
        "auth": "AAECAwQFBgcICQoLDA0ODw",
    },
}


class Played:
    """An application that stands on other stores after ``again``."""

    def __init__(self) -> None:
        self.again()

    def again(self) -> None:
        self.place, self.world = Place(ways=WAYS), World()
        self.told = {AOI: notice(AOI), REN: notice(REN, "N3b")}
        for person, its in self.told.items():
            self.place.entries.tell(person, its)
        self.place.moves[AOI] = [Moved("declared", CHIYODA, CHIYODA, "2027-02-01")]
        received = [entry(AOI, told(CHIYODA), written=NOW), entry(AOI, told(CHIYODA), type=FLAG, written=NOW, at=1)]
        self.place.disclosures.apply(received)
        queue = self.place.addresses.queue
        queue.keep(MAILBOX)
        queue.put_naming(ASKED)
        queue.set_push_key("BKey")
        self.place.addresses.agree(AOI, NOW, is_given=True)
        self.place.proxies.ask(PROXY, b"i" * 32)
        self.place.proxies.confirm(b"i" * 32, REN, NOW)
        [self.conflict] = self.world.person("争", declared(), declared("other", at=3, to=C))
        self.world.notices(stated("童", "residence.MovedIn", source=A, born=on("2016-05-05")))
        self._app = application(GatewaySettings(origin=ORIGIN), self.routes(), STRANGERS)

    def routes(self) -> list[BaseRoute]:
        """Staff's two ways in stand side by side: what both have is answered by that of development."""
        statistics = of_analysts(room())
        return [
            *self.of_anybody(),
            *statistics,
            *of_desks(self.world.desk()),
            *self._development(),
            *self._of_provider(),
        ]

    def of_anybody(self) -> Sequence[Route]:
        """All but the desks and statistics."""
        return [*front.routes(has_residents=True, has_desks=True), *of_residents(self.place.room)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def resident(self, name: str = "aoi") -> str:
        """The secret of a session that has just begun."""
        secret = secrets.token_urlsafe(32)
        self.place.sessions.open(digest(secret), PEOPLE[name], self.place.now)
        return secret

    def newcomer(self) -> str:
        """The secret of a sign-in that waits for a code."""
        secret = secrets.token_urlsafe(32)
        self.place.room.door.enrolments.wait(digest(secret), Subject.of(ISSUER, "stranger"), self.place.now)
        return secret

    def clerk(self, role: Role = Role.PROTECTION) -> str:
        """Whom every page of the desks is open to, unless another role is asked for."""
        return token(A, role)

    def names(self, session: str) -> Mapping[str, list[str]]:
        """What stands in addresses of this session's, by the parameter: what is there."""
        found = self.place.sessions.find(digest(session), self.place.now)
        its = (self.told[found.shown].id, PROXY.id, self.mailbox) if found else ()
        return {"name": [self.opaque(session, each) for each in its], "ref": [self.world.ref(A, self.conflict)]}

    @property
    def mailbox(self) -> bytes:
        """Aoi's, by its ``Named.id``."""
        [_, mail, *_] = self.place.addresses.of(AOI)
        return mail.named[0].id if mail.named else b""

    def opaque(self, session: str, name: bytes) -> str:
        """What stands for it in an address of this session's, or would, if it were hers."""
        its = Session(digest(session), AOI, NOW, NOW)
        return Viewer(_request(session), its, Language.JAPANESE, session).opaque(name)

    def _development(self) -> list[BaseRoute]:
        local = DevelopmentSessions(Settings(bootstrap=None, postgres=None), "http://localhost")
        return development.routes(local, [A])

    def _of_provider(self) -> list[BaseRoute]:
        provider = Provider(Client(ISSUER, US, ORIGIN + signing.BACK, "secret"), Liar().client())
        way = Way(provider, MemoryAttempts(), lambda: NOW)
        return signing.routes(StaffDoor(way, Terms(GROUPS), lambda: frozenset({A}), self.world.sessions), ORIGIN)


def form_token(session: str) -> str:
    return sessions.form_token(_request(session))


def _request(session: str) -> Request:
    headers = [(b"cookie", f"{sessions.COOKIE}={session}".encode())] if session else []
    return Request({"type": "http", "path": "/", "query_string": b"", "headers": headers})
