"""The desks' pages on the real servers: which sign-in, which database, which principal, which clock."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import NamedTuple

import httpx
from starlette.routing import BaseRoute

from gateway import clock
from gateway.desks import development, routes, signing
from gateway.desks.asked import PostgresAsking
from gateway.desks.decisions import Decisions
from gateway.desks.development import DevelopmentSessions
from gateway.desks.door import StaffDoor
from gateway.desks.enrolled import PostgresEnrolling
from gateway.desks.keeping import PostgresKeeping
from gateway.desks.looking import Desk
from gateway.desks.names import Names
from gateway.desks.offices import PostgresOffices
from gateway.desks.safe import PostgresSafeChannels
from gateway.desks.session_tables import PostgresSessions
from gateway.desks.sessions import SignedIn
from gateway.desks.settings import StaffSettingError, StaffSettings
from gateway.desks.settling import Settling
from gateway.desks.staff import Sessions
from gateway.desks.standing import PostgresStanding
from gateway.desks.viewings import PostgresViewings
from gateway.residents.protection import Ending
from gateway.sign_in.provider import Provider
from gateway.sign_in.tables import PostgresAttempts
from gateway.sign_in.way import Way
from kairan import logs
from kairan.identifiers import Handle
from kairan.kafka import KafkaWriter
from kairan.keys import BusKeys
from kairan.postgres import Opened
from kairan.settings import Settings
from kairan.stream import Writer
from processors.channels.addresses import Means
from processors.channels.settings import is_simulated
from processors.moving.deciding import PRINCIPAL
from processors.moving.process import NAME
from processors.runtime.process import Row
from processors.runtime.tables import PostgresJournal

AT_WORK = frozenset({"active", "draining"})
"""Members whose staff have something to see."""


class Residents(NamedTuple):
    """
    What the desks ask of the residents' side.

    ``hiding``: who of these hides now, asked from several threads. ``endings``: see ``enrolled.PostgresEnrolling``.
    """

    hiding: Callable[[Collection[Handle]], frozenset[Handle]]
    endings: Sequence[Ending] = ()


class Desks(NamedTuple):
    """``end``: of the session with this token, if it is a clerk's."""

    routes: list[BaseRoute]
    end: Callable[[str], None]


def desks(settings: Settings, origin: str, opened: Opened, residents: Residents) -> Desks:
    """
    All routes of the desks: with staff's provider where one is named, else with the sign-in of development.

    ``origin``: the address that browsers know. ``opened``: connections to the bus's own database.

    Raises:
        NotLocalError: no provider is named, and people may live here.
        StaffSettingError: one is named, and not as it must be.

    """
    named = StaffSettings()
    if not named.is_given:
        return _in_development(settings, origin, opened, residents)
    try:
        door = _door(settings, named, origin, opened)
    except StaffSettingError as error:
        logs.log().error("staff cannot sign in", path=error.field, rule=error.rule)
        raise
    signed_in = SignedIn(door.sessions, _now)
    return Desks(behind(door, desk(settings, signed_in, opened, residents), origin), door.leave)


def behind(door: StaffDoor, its: Desk, origin: str) -> list[BaseRoute]:
    """Every address of the desks; the README says whom each answers."""
    return [*routes.routes(its), *signing.routes(door, origin)]


def _in_development(settings: Settings, origin: str, opened: Opened, residents: Residents) -> Desks:
    signed_in = DevelopmentSessions(settings, origin)
    members = [member.code for member in settings.register_in_force(_now()).municipalities()]
    shown = [*routes.routes(desk(settings, signed_in, opened, residents)), *development.routes(signed_in, members)]
    return Desks(shown, signed_in.end)


def _door(settings: Settings, named: StaffSettings, origin: str, opened: Opened) -> StaffDoor:
    provider = Provider(named.client(origin + signing.BACK), httpx.Client())
    way = Way(provider, PostgresAttempts(opened, "desks.attempt"), _now)
    return StaffDoor(way, named.terms(), partial(members, settings), PostgresSessions(opened))


def members(settings: Settings) -> frozenset[str]:
    """Whose staff may sign in now."""
    found = settings.register_in_force(_now()).municipalities()
    return frozenset(member.code for member in found if member.state in AT_WORK)


def desk(settings: Settings, sessions: Sessions, opened: Opened, residents: Residents) -> Desk:
    """``opened``, ``residents``: see ``desks``."""

    @contextmanager
    def _writing() -> Iterator[Writer]:
        with closing(KafkaWriter(settings.properties(PRINCIPAL))) as writer:
            yield writer

    def _journal(instance: bytes) -> Sequence[Row]:
        with opened() as connection:
            return PostgresJournal(connection, NAME).lines([instance])[instance]

    played, keys = clock.played(opened), BusKeys.load_or_create(settings.home / "keys" / "bus.key")
    return Desk(
        sessions=sessions,
        standing=PostgresStanding(opened),
        offices=PostgresOffices(settings, lambda: settings.register_in_force(_now())),
        viewings=PostgresViewings(opened),
        hiding=residents.hiding,
        journal=_journal,
        names=Names(keys, _now),
        decide=Decisions(opened, _writing, lambda: played(_now())),
        now=lambda: played(_now()),
        asking=PostgresAsking(opened),
        settle=Settling(opened, _writing, lambda: played(_now())),
        safe=PostgresSafeChannels(means(settings), opened, lambda: played(_now())),
        keeping=PostgresKeeping(opened),
        enrolling=PostgresEnrolling(opened, keys.code, residents.endings, _now, lambda: played(_now())),
    )


def means(settings: Settings) -> tuple[Means, ...]:
    """By which a safe channel can be reached here."""
    return ("mail", "line", "portal") if is_simulated(settings) else ("mail",)


def _now() -> int:
    return time.time_ns() // 1_000_000
