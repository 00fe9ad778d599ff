"""The whole front door with somebody in every role and something on every page; begun anew between two plays."""

import secrets
from collections.abc import Mapping
from datetime import date

from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from gateway import sessions
from gateway.app import application
from gateway.desks import development
from gateway.desks.development import DevelopmentSessions
from gateway.desks.routes import routes as of_desks
from gateway.desks.staff import Role
from gateway.residents.ports import Disclosed, Moved, Received
from gateway.residents.proxies import Proxy
from gateway.residents.room import Viewer
from gateway.residents.routes import STRANGERS
from gateway.residents.routes import routes as of_residents
from gateway.residents.sessions import Session
from gateway.settings import GatewaySettings
from gateway.sign_in.door import digest
from kairan.settings import Settings
from processors.notices.notices import OfficeOf
from processors.notices.texts import Language
from tests.unit.gateway.desks.world import World, token
from tests.unit.gateway.residing import AOI, CHIYODA, NOW, ORIGIN, PEOPLE, REN, Place, notice
from tests.unit.processors.moving.story import A, C, declared

PROXY = Proxy(b"p" * 16, AOI, None, frozenset({"duties", "notices", "move"}), date(2027, 12, 31), NOW)
UNSUBSCRIBED = "a-token-of-a-mail"


class Played:
    """An application that stands on other stores after ``again``."""

    def __init__(self) -> None:
        self.again()

    def again(self) -> None:
        self.place, self.world = Place(), World()
        self.told = {AOI: notice(AOI), REN: notice(REN, "N3b")}
        for person, told in self.told.items():
            self.place.entries.tell(person, told)
        self.place.moves[AOI] = [Moved("declared", CHIYODA, CHIYODA, "2027-02-01")]
        lines = [Received(NOW, OfficeOf(CHIYODA, "027"), "residence.MovedIn", "児童手当法", "7条", 3)]
        self.place.disclosures[AOI] = Disclosed(lines, {"delayed": 1})
        self.place.addresses.tokens[UNSUBSCRIBED] = AOI
        self.place.proxies.ask(PROXY, b"i" * 32)
        self.place.proxies.confirm(b"i" * 32, REN, NOW)
        [self.conflict] = self.world.person("争", declared(), declared("other", at=3, to=C))
        self._app = application(GatewaySettings(origin=ORIGIN), self.routes(), STRANGERS)

    def routes(self) -> list[BaseRoute]:
        return [*of_residents(self.place.room), *of_desks(self.world.desk()), *self._development()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def resident(self, name: str = "aoi") -> str:
        """The secret of a session that has just begun."""
        secret = secrets.token_urlsafe(32)
        self.place.sessions.open(digest(secret), PEOPLE[name], self.place.now)
        return secret

    def clerk(self, role: Role = Role.DESK) -> str:
        return token(A, role)

    def names(self, session: str) -> Mapping[str, list[str]]:
        """What stands in addresses of this session's, by the parameter: what is there."""
        found = self.place.sessions.find(digest(session), self.place.now)
        hers = [self.opaque(session, each) for each in (self.told[found.shown].id, PROXY.id)] if found else []
        return {"name": hers, "ref": [self.world.ref(A, self.conflict)]}

    def opaque(self, session: str, name: bytes) -> str:
        """What stands for it in an address of this session's, or would, if it were hers."""
        its = Session(digest(session), AOI, NOW, NOW)
        return Viewer(_request(session), its, Language.JAPANESE, session).opaque(name)

    def _development(self) -> list[BaseRoute]:
        local = DevelopmentSessions(Settings(bootstrap=None, postgres=None), "http://localhost")
        return development.routes(local, [A])


def form_token(session: str) -> str:
    return sessions.form_token(_request(session))


def _request(session: str) -> Request:
    headers = [(b"cookie", f"{sessions.COOKIE}={session}".encode())] if session else []
    return Request({"type": "http", "path": "/", "query_string": b"", "headers": headers})
