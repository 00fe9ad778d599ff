"""The front door with all its rooms, in memory, on a port of this machine; the provider of sign-ins on another."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from gateway import app, front, pages, sessions
from gateway.analysts import routes as analysts
from gateway.analysts.room import Room
from gateway.analysts.testing import MemoryShelf
from gateway.desks import development, signing
from gateway.desks import routes as desks
from gateway.desks.development import DevelopmentSessions
from gateway.desks.staff import Role, Staff
from gateway.residents import routes as residents
from gateway.residents.enrolling import Subject
from gateway.residents.room import page
from gateway.residents.ways import Ways
from gateway.settings import GatewaySettings
from gateway.sign_in import browser as sign_in
from gateway.sign_in.browser import digest
from gateway.sign_in.provider import Client
from kairan.identifiers import Handle
from kairan.settings import Settings
from tests.browser import people
from tests.browser.serving import bound, served
from tests.browser.wires import Wires
from tests.unit.gateway import released
from tests.unit.gateway.desks.at_the_door import Counter
from tests.unit.gateway.desks.world import World
from tests.unit.gateway.residing import AOI, REN, Place
from tests.unit.processors.moving.story import A, B, C

LOCAL = Settings(bootstrap=None, postgres=None)
PEOPLE: Mapping[str, Handle] = {"aoi": AOI, "ren": REN, "proxy": REN, "mio": people.MIO, "yui": people.YUI}
"""Residents by what they do here; ``proxy`` looks at Aoi's pages. For Mio and Yui a code waits; Yui's are wrong."""
WAYS = Ways(is_simulated=True)
STAFF: Mapping[str, Staff] = {
    "origin": Staff(A, Role.DESK, "101"),
    "destination": Staff(B, Role.DESK, "102"),
    "idle": Staff(C, Role.PROTECTION, "101"),
    "operator": Staff(A, Role.OPERATOR, "102"),
}
"""Clerks by what they are to the moves here; of ``idle`` nobody wants anything."""


NEWCOMER = "newcomer"
"""Has signed in, and waits for a code."""


@dataclass(frozen=True)
class Site:
    """``refs``: the addresses of some procedures by what they show; ``wires``: what can be cut."""

    origin: str
    place: Place
    world: World
    staff: DevelopmentSessions
    refs: Mapping[str, str]
    routes: list[BaseRoute]
    wires: Wires
    shelf: MemoryShelf
    statistics: Room

    def session(self, who: str) -> str:
        """The token of somebody who has just signed in; empty for nobody."""
        if who == NEWCOMER:
            subject = Subject.of(self.place.client.issuer, "stranger")
            self.place.room.door.enrolments.wait(digest(who), subject, self.place.now)
            return who
        if who in STAFF:
            return self.staff.begin(STAFF[who])
        if who not in PEOPLE:
            return ""
        self.place.sessions.open(digest(who), PEOPLE[who], self.place.now)
        self.place.sessions.act_for(digest(who), AOI if who == "proxy" else None)
        return who


@contextmanager
def opened() -> Iterator[Site]:
    with ExitStack() as ends:
        (ours, origin), (theirs, issuer) = (ends.enter_context(bound()) for _ in range(2))
        place = Place(Client(issuer, "kairan", f"{origin}/sign-in/done", "secret"), WAYS)
        site = _site(origin, place)
        ends.enter_context(served(place.provider.app(), theirs))
        ends.enter_context(served(site.wires, ours))
        ends.callback(site.wires.cut)
        yield site


def _site(origin: str, place: Place) -> Site:
    people.fill(place)
    world, staff = World(), DevelopmentSessions(LOCAL, origin)
    refs = people.populate(world)
    desk = replace(world.desk(), sessions=staff)
    shelf = released.shelf()
    its = released.room(shelf, readers=9)
    routes = [
        *front.routes(has_residents=True, has_desks=True),
        *residents.routes(place.room),
        *desks.routes(desk),
        *development.routes(staff, [A, B, C]),
        *signing.routes(Counter().door, origin),
        *analysts.routes(its),
    ]
    return Site(origin, place, world, staff, refs, routes, Wires(_app(origin, routes)), shelf, its)


def _app(origin: str, routes: list[BaseRoute]) -> ASGIApp:
    return app.application(GatewaySettings(origin=origin), [*routes, *OURS], residents.STRANGERS)


def _enter(request: Request) -> Response:
    """Gives a browser a session as a sign-in does: from outside none of this name can be put into it."""
    answer, secret = Response("in"), request.query_params["session"]
    sessions.begin(answer, secret)
    sign_in.begin(answer, sign_in.PENDING, secret)
    return answer


def _fail(request: Request) -> Response:
    """The page of this status, whatever leads to it."""
    return pages.error(request, request.path_params["status"])


def _leave(request: Request) -> Response:
    """The page of who has signed out; nothing leads on from it by itself."""
    there = f"{request.base_url}provider" if request.path_params["how"] == "on" else None
    return page(request, "signed_out.html", there=there)


OURS = (Route("/enter", _enter), Route("/went-wrong/{status:int}", _fail), Route("/left/{how}", _leave))
"""What is there for these tests alone."""
