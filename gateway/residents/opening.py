"""The residents' side on the real servers: its stores, its guard, and what has to run beside its routes."""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import httpx

from gateway import clock
from gateway.hiding import PostgresMoving
from gateway.residents import counter_tables, notices
from gateway.residents.ports import Addresses, Disclosures
from gateway.residents.protection import Guard
from gateway.residents.proxy_tables import PostgresProxies
from gateway.residents.room import Room
from gateway.residents.standing import PostgresEntries, PostgresMoves
from gateway.residents.streams import Streams
from gateway.residents.tables import PostgresFeedback, PostgresResidents, PostgresSessions
from gateway.sign_in.door import Door
from gateway.sign_in.provider import Client, Provider
from gateway.sign_in.tables import PostgresAttempts
from kairan.loops import Stop
from kairan.postgres import Opened
from processors.routing.measures import Measures


class Entrance(NamedTuple):
    """``kept``: of a counter's code, see ``BusKeys.code``."""

    client: Client
    kept: Callable[[str], bytes]


def room(
    opened: Opened, measures: Measures, entrance: Entrance, addresses: Addresses, disclosures: Disclosures
) -> Room:
    """
    On connections that commit by themselves, to the bus's own database.

    ``addresses``: ``addressing.on_postgres``; what is offered there besides follows the channels (``ways.ways``):
    ``dataclasses.replace`` names it.
    """
    sessions, proxies, streams = PostgresSessions(opened), PostgresProxies(opened), Streams()
    guard = Guard(measures, [streams, sessions, proxies], PostgresMoving(opened))
    return Room(
        door=_door(opened, entrance, guard),
        sessions=sessions,
        guard=guard,
        streams=streams,
        proxies=proxies,
        entries=PostgresEntries(opened),
        moves=PostgresMoves(opened),
        disclosures=disclosures,
        addresses=addresses,
        feedback=PostgresFeedback(opened),
        now=now,
        played=clock.played(opened),
    )


def _door(opened: Opened, entrance: Entrance, guard: Guard) -> Door:
    return Door(
        Provider(entrance.client, httpx.Client()),
        PostgresAttempts(opened, "gateway.attempt"),
        PostgresResidents(opened),
        PostgresSessions(opened),
        counter_tables.on_postgres(opened, entrance.kept),
        lambda person: not guard.hides(person),
        now,
    )


def tasks(opened: Room) -> list[Callable[[Stop], None]]:
    """For ``kairan.process.together``: who is protected, and who has something new."""
    return [opened.guard.watch, partial(notices.watch, opened)]


def now() -> int:
    """The clock, in milliseconds."""
    return time.time_ns() // 1_000_000
