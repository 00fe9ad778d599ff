"""The desks' pages on the real servers: which database, which principal, which clock."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import NamedTuple

from starlette.routing import BaseRoute

from gateway.desks import development, routes
from gateway.desks.decisions import Decisions
from gateway.desks.development import DevelopmentSessions
from gateway.desks.looking import Desk
from gateway.desks.names import Names
from gateway.desks.offices import PostgresOffices
from gateway.desks.staff import Sessions
from gateway.desks.standing import PostgresStanding
from gateway.desks.viewings import PostgresViewings
from kairan.identifiers import Handle
from kairan.kafka import KafkaWriter
from kairan.keys import BusKeys
from kairan.postgres import Connection, connect
from kairan.settings import Settings
from kairan.stream import Writer
from processors.moving.deciding import PRINCIPAL
from processors.moving.process import NAME
from processors.runtime import tables
from processors.runtime.leaps import Leap, Leaps
from processors.runtime.process import Row
from processors.runtime.tables import PostgresJournal

DATABASE = "kairan"


class Desks(NamedTuple):
    """``end``: of the session with this token, if it is a clerk's."""

    routes: list[BaseRoute]
    end: Callable[[str], None]


def in_development(settings: Settings, origin: str, hides: Callable[[Handle], bool]) -> Desks:
    """With the sign-in of development; raises ``development.NotLocalError``."""
    signed_in = DevelopmentSessions(settings, origin)
    members = [member.code for member in settings.register_in_force(_now()).municipalities()]
    shown = [*routes.routes(desk(settings, signed_in, hides)), *development.routes(signed_in, members)]
    return Desks(shown, signed_in.end)


def desk(settings: Settings, sessions: Sessions, hides: Callable[[Handle], bool]) -> Desk:
    """``hides``: by the measures of now; asked from several threads."""

    @contextmanager
    def _opened() -> Iterator[Connection]:
        with connect(settings.dsn(DATABASE), autocommit=True) as connection:
            yield connection

    @contextmanager
    def _writing() -> Iterator[Writer]:
        with closing(KafkaWriter(settings.properties(PRINCIPAL))) as writer:
            yield writer

    def _journal(instance: bytes) -> Sequence[Row]:
        with _opened() as connection:
            return PostgresJournal(connection, NAME).lines([instance])[instance]

    def _leaps() -> Sequence[Leap]:
        with _opened() as connection:
            return tables.leaps(connection)

    played = Leaps(_leaps)
    return Desk(
        sessions=sessions,
        standing=PostgresStanding(_opened),
        offices=PostgresOffices(settings, lambda: settings.register_in_force(_now())),
        viewings=PostgresViewings(_opened),
        hides=hides,
        journal=_journal,
        names=Names(BusKeys.load_or_create(settings.home / "keys" / "bus.key")),
        decide=Decisions(_opened, _writing, lambda: played(_now())),
        now=lambda: played(_now()),
    )


def _now() -> int:
    return time.time_ns() // 1_000_000
