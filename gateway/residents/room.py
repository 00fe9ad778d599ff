"""Whose page is asked for, and by whom: what every page of a resident begins with."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from http import HTTPStatus
from typing import Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import language, pages, security, sessions
from gateway.residents.ports import Addresses, Disclosures, Entries, Feedback, Moves
from gateway.residents.protection import Guard
from gateway.residents.proxies import Proxies, Scope
from gateway.residents.sessions import Session, Sessions
from gateway.residents.streams import Streams
from gateway.residents.ways import Ways
from gateway.residents.words import draft, words
from gateway.sign_in.browser import digest
from gateway.sign_in.door import Door
from gateway.sign_in.lasting import used
from kairan.identifiers import Handle
from processors.notices import texts
from processors.notices.texts import Language

MENU: Mapping[str, str] = {
    "duties": "/my",
    "notices": "/my/notices",
    "move": "/my/move",
    "received": "/my/received",
    "channels": "/my/channels",
    "proxies": "/my/proxies",
}
"""The pages by their names, also those that a sign-in may lead to: an address from outside never does."""
JAPAN = timezone(timedelta(hours=9))
Form: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Room:
    """
    Everything the residents' pages stand on. ``now``: milliseconds.

    ``played`` makes of them the sandbox's time, by which days are counted; sessions last by the clock.
    """

    door: Door
    sessions: Sessions
    guard: Guard
    streams: Streams
    proxies: Proxies
    entries: Entries
    moves: Moves
    disclosures: Disclosures
    addresses: Addresses
    feedback: Feedback
    now: Callable[[], int]
    played: Callable[[int], int]
    ways: Ways = field(default_factory=Ways)

    def at(self) -> int:
        """The time as the notices count it."""
        return self.played(self.now())

    def today(self) -> date:
        return in_japan(self.at())


def in_japan(at: int) -> date:
    """The day there at this time (milliseconds)."""
    return datetime.fromtimestamp(at / 1000, JAPAN).date()


@dataclass(frozen=True)
class Viewer:
    """Somebody who is signed in, at one page; ``granted``: what a proxy may see, None where it is her own."""

    request: Request
    session: Session
    language: Language
    token: str
    granted: frozenset[Scope] | None = None

    @property
    def person(self) -> Handle:
        """Whose page it is; a proxy's own handle is ``session.handle``."""
        return self.session.shown

    def opaque(self, name: bytes) -> str:
        """What stands in an address for something of hers: nobody else's session knows it, nor her own next one."""
        return hmac.digest(self.token.encode(), b"in an address" + name, sha256).hex()[:32]

    def page(self, template: str, **values: Any) -> Response:
        """One of hers, with the menu: what a proxy may not see is not in it."""
        menu = granted_menu(self.granted)
        return page(self.request, template, menu=menu, is_proxy=self.granted is not None, **values)


def page(request: Request, template: str, **values: Any) -> Response:
    """In the language that was asked for, which is kept for the next one."""
    spoken = language.of(request)
    known: dict[str, Any] = {
        "menu": {},
        "is_proxy": False,
        "languages": {each: texts.words(each).name for each in Language},
    }
    made = pages.render(request, f"residents/{template}", words=words(spoken), draft=draft(spoken), **(known | values))
    if language.FIELD in request.query_params:
        language.keep(made, spoken)
    return made


class NotSignedInError(HTTPException):
    """Whoever wants this page is sent to the door."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.SEE_OTHER, headers={"Location": "/sign-in"})


class NotGrantedError(HTTPException):
    """A proxy wants what was not granted: 404, as what is not there; ``granted``: what was."""

    def __init__(self, granted: frozenset[Scope]) -> None:
        super().__init__(HTTPStatus.NOT_FOUND)
        self.menu = granted_menu(granted)

    @property
    def first(self) -> str:
        """A page that is open to this proxy."""
        return next(iter(self.menu.values()))


def granted_menu(granted: frozenset[Scope] | None) -> Mapping[str, str]:
    return {name: path for name, path in MENU.items() if granted is None or name in granted}


def not_granted(request: Request, error: Exception) -> Response:
    """Speaks to the proxy, and leads to a page that is open to her."""
    assert isinstance(error, NotGrantedError)
    values = {"here": "", "menu": error.menu, "is_proxy": True, "first": error.first}
    return page(request, "not_granted.html", status=HTTPStatus.NOT_FOUND, **values)


def viewer(request: Request, room: Room, scope: Scope | None = None) -> Viewer:
    """
    Who is signed in and may see this page now; with ``scope`` a proxy may as well who has it.

    Raises:
        NotSignedInError: nobody, or no longer, or somebody on either side hides.
        StaleMeasuresError: who hides is not known now.
        HTTPException: a proxy may not; 404, as what is not there.

    """
    session = signed_in(request, room)
    granted = _demand(room, session, scope) if session.acting_for else None
    return Viewer(request, session, language.of(request), sessions.of(request), granted)


def signed_in(request: Request, room: Room) -> Session:
    """
    Whosever pages she looks at.

    Raises:
        NotSignedInError: nobody is, or somebody on either side hides.
        StaleMeasuresError: who hides is not known now.

    """
    session = begun(request, room)
    if any(room.guard.hides(each) for each in (session.handle, session.shown)):
        raise NotSignedInError
    return session


def begun(request: Request, room: Room) -> Session:
    """Whoever began this session, as far as ending it goes: nothing may be shown by it. Raises NotSignedInError."""
    token = sessions.of(request)
    session = used(room.sessions, digest(token), room.now()) if token else None
    if session is None:
        raise NotSignedInError
    return session


def _demand(room: Room, session: Session, scope: Scope | None) -> frozenset[Scope]:
    """A proxy that has ended acts no longer, whatever the session says; what she opens is written down first."""
    assert session.acting_for is not None
    found = room.proxies.between(session.handle, session.acting_for, room.today())
    if found is None:
        room.sessions.act_for(session.key, None)
        raise NotSignedInError
    if scope is None or not found.allows(scope):
        raise NotGrantedError(found.scopes)
    room.proxies.note(found.id, scope, room.now())
    return found.scopes


def posted(
    answer: Callable[[Request, Form], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """A route that takes a form: its fields are read, then it works in a thread like all others."""

    async def _endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request, security.fields(request.headers, await request.body()))

    return _endpoint


def back(path: str) -> Response:
    """After a form: the page again, so that it is not sent twice."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
