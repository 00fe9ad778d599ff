"""The front door on the real servers: both rooms behind one address, with one guard who knows who hides."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from gateway import front
from gateway.analysts import live
from gateway.analysts import room as analysts
from gateway.analysts.routes import routes as of_analysts
from gateway.app import application
from gateway.desks import opening as desks
from gateway.desks.development import NotLocalError
from gateway.hiding import PostgresMoving
from gateway.residents import addressing
from gateway.residents import opening as residents
from gateway.residents.disclosing import PostgresDisclosures
from gateway.residents.protection import Ending, Guard
from gateway.residents.room import Room
from gateway.residents.routes import STRANGERS, routes
from gateway.residents.signing import ended
from gateway.residents.ways import ways
from gateway.settings import GatewaySettings
from gateway.sign_in import settings as sign_in
from kairan import logs
from kairan.keys import BusKeys
from kairan.loops import Stop
from kairan.postgres import Opened
from kairan.settings import Settings
from processors.routing.measures import Measures
from processors.statistics.publishing.shelf import PostgresShelf

DATABASE = "kairan"
TABLES = (
    "processors.runtime",
    "processors.channels",
    "processors.disclosures",
    "processors.statistics.publishing",
    "gateway.desks",
    "gateway.residents.migrations",
)
"""Of the bus's own database what the pages read and write: packages of numbered SQL files."""


class Side(NamedTuple):
    """What one room adds: its routes, what runs beside them, by what it ends a browser's session."""

    routes: Sequence[BaseRoute] = ()
    tasks: Sequence[Callable[[Stop], None]] = ()
    ends: Sequence[Callable[[str], None]] = ()


class FrontDoor(NamedTuple):
    """``tasks``: for ``kairan.process.together``, beside serving ``app``."""

    app: ASGIApp
    tasks: Sequence[Callable[[Stop], None]]


def front_door(settings: Settings, door: GatewaySettings, opened: Opened, measures: Measures) -> FrontDoor:
    """
    Of each room whose people can prove who they are; a room without a sign-in has no page.

    ``opened``: connections to the bus's own database, which commit by themselves.
    """
    room = _room(settings, door, opened, measures)
    guard = room.guard if room else Guard(measures, [], PostgresMoving(opened))
    here = Side(routes(room), residents.tasks(room), [ended(room)]) if room else Side(tasks=[guard.watch])
    there = _desks(settings, door, opened, guard, [room.sessions, room.proxies, room.streams] if room else [])
    first = front.routes(has_residents=bool(here.routes), has_desks=bool(there.routes))
    strangers = STRANGERS if room else frozenset[str]()
    everybody = _analysts(door, opened)
    shown = [*first, *here.routes, *there.routes, *everybody.routes]
    ends = [*here.ends, *there.ends]
    app = application(door, shown, strangers, ends=ends, is_ready=lambda: guard.is_fresh)
    return FrontDoor(app, [*here.tasks, *there.tasks, *everybody.tasks])


def _analysts(door: GatewaySettings, opened: Opened) -> Side:
    """Released statistics: nobody signs in, so they are there whatever is configured."""
    room = analysts.Room(PostgresShelf(opened), door.origin, residents.now)
    return Side(of_analysts(room), [partial(live.watch, room.shelf, room.readers)])


def _room(settings: Settings, door: GatewaySettings, opened: Opened, measures: Measures) -> Room | None:
    """None where no provider is configured."""
    its = sign_in.configured()
    if its is None:
        logs.log().warning("no residents' pages", rule="no provider is configured")
        return None
    addresses = addressing.on_postgres(opened)
    disclosures = PostgresDisclosures(opened, residents.now)
    keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")
    room = residents.room(
        opened, measures, residents.Entrance(its.client(door.origin), keys.code), addresses, disclosures
    )
    return replace(room, ways=ways(settings))


def _desks(settings: Settings, door: GatewaySettings, opened: Opened, guard: Guard, endings: Sequence[Ending]) -> Side:
    """
    Nothing where staff could not prove who they are: no provider of theirs is configured yet.

    ``endings``: of a resident, when a desk ends that she signs in.
    """
    try:
        its = desks.desks(settings, door.origin, opened, desks.Residents(guard.hiding, endings))
    except NotLocalError:
        logs.log().warning("no desks", rule="staff cannot sign in here yet")
        return Side()
    return Side(its.routes, ends=[its.end])
