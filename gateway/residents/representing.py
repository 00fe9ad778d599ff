"""Proxies' pages: who may look at my pages, at whose I may look, and doing so."""

import secrets
from datetime import date
from hashlib import sha256
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import sessions
from gateway.residents.proxies import INVITED_MILLISECONDS, SCOPES, Proxy, last_day, may_stand
from gateway.residents.room import MENU, Form, Room, Viewer, back, in_japan, posted, viewer
from gateway.residents.words import day
from gateway.sign_in.browser import digest

MOST_OPEN = 10
"""Invitations that nobody has confirmed yet (assumed ⊕): a page stays one that can be read, a table small."""


def routes(room: Room) -> list[Route]:
    return [*_asking(room), *_acting(room)]


def _asking(room: Room) -> list[Route]:
    """Both want it: the one asks, the other confirms."""

    def show(request: Request) -> Response:
        return _page(room, viewer(request, room), "")

    def ask(request: Request, form: Form) -> Response:
        """The invitation is shown once, to be handed over; only its digest is kept."""
        seen, invitation = viewer(request, room), secrets.token_urlsafe(12)
        scopes = frozenset(each for each in SCOPES if form.get(each) == "yes")
        until = last_day(room.today(), _date(form.get("until", "")))
        if not scopes or until < room.today():
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        if _open(room, seen) >= MOST_OPEN:
            raise HTTPException(HTTPStatus.CONFLICT)
        name = sha256(b"proxy" + invitation.encode()).digest()[:16]
        room.proxies.expire(room.today())
        room.proxies.ask(Proxy(name, seen.person, None, scopes, until, room.now()), digest(invitation))
        return _page(room, seen, invitation)

    def confirm(request: Request, form: Form) -> Response:
        """Whoever has no right to it is answered as if there were none."""
        seen, key = viewer(request, room), digest(form.get("invitation", "").strip())
        found = room.proxies.invited(key, room.now())
        if found is None or not _may(room, seen, found) or not room.proxies.confirm(key, seen.person, room.now()):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return back("/my/proxies")

    return [
        Route("/my/proxies", show, methods=["GET"]),
        Route("/my/proxies", posted(ask), methods=["POST"]),
        Route("/my/proxies/confirm", posted(confirm), methods=["POST"]),
    ]


def _acting(room: Room) -> list[Route]:
    """A proxy looks, stops looking, and either of them ends it."""

    def end(request: Request, _: Form) -> Response:
        seen = viewer(request, room)
        found = _named(room, seen, request.path_params["name"])
        room.proxies.end(found.id, seen.person, room.now())
        room.streams.wake([found.represented])
        return back("/my/proxies")

    def act(request: Request, _: Form) -> Response:
        seen = viewer(request, room)
        found = _named(room, seen, request.path_params["name"])
        if found.proxy != seen.session.handle or not _may(room, seen, found):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        room.sessions.act_for(seen.session.key, found.represented)
        return back(next(MENU[each] for each in SCOPES if found.allows(each)))

    def stop(request: Request, _: Form) -> Response:
        room.sessions.act_for(digest(sessions.of(request)), None)
        return back("/my")

    return [
        Route("/my/proxies/stop", posted(stop), methods=["POST"]),
        Route("/my/proxies/{name}/end", posted(end), methods=["POST"]),
        Route("/my/proxies/{name}/act", posted(act), methods=["POST"]),
    ]


def _page(room: Room, seen: Viewer, invitation: str) -> Response:
    mine = [
        (seen.opaque(each.id), each, day(each.until, seen.language), each.represented == seen.person)
        for each in room.proxies.of(seen.person, room.today())
    ]
    views = [(page, day(in_japan(at), seen.language)) for page, at in room.proxies.views(seen.person)]
    return seen.page("proxies.html", here="proxies", mine=mine, invitation=invitation, scopes=SCOPES, views=views)


def _open(room: Room, seen: Viewer) -> int:
    """How many of her invitations could still be confirmed."""
    waiting = [each.asked for each in room.proxies.of(seen.person, room.today()) if each.proxy is None]
    return sum(room.now() - asked < INVITED_MILLISECONDS for asked in waiting)


def _may(room: Room, seen: Viewer, found: Proxy) -> bool:
    """Nobody here knows who is a minor, so in doubt each is."""
    standings = room.guard.standing(seen.session.handle), room.guard.standing(found.represented)
    return may_stand(*standings, is_minor=True)


def _named(room: Room, seen: Viewer, name: str) -> Proxy:
    for each in room.proxies.of(seen.person, room.today()):
        if seen.opaque(each.id) == name:
            return each
    raise HTTPException(HTTPStatus.NOT_FOUND)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
