"""The residents' side on the real servers: its stores, its guard, and what has to run beside its routes."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial

import httpx

from gateway.hiding import PostgresMoving
from gateway.residents import notices
from gateway.residents.ports import Addresses, Disclosures
from gateway.residents.protection import Ending, Guard
from gateway.residents.proxy_tables import PostgresProxies
from gateway.residents.room import Room
from gateway.residents.standing import PostgresEntries, PostgresMoves
from gateway.residents.streams import Streams
from gateway.residents.tables import PostgresFeedback, PostgresResidents, PostgresSessions
from gateway.sign_in.door import Door
from gateway.sign_in.provider import Client, Provider
from gateway.sign_in.tables import PostgresAttempts
from kairan.loops import Stop
from kairan.postgres import Connection
from processors.routing.measures import Measures
from processors.runtime import tables
from processors.runtime.leaps import Leaps


def room(
    connection: Connection,
    measures: Measures,
    client: Client,
    addresses: Addresses,
    disclosures: Disclosures,
    also_ending: Sequence[Ending] = (),
) -> Room:
    """
    On a connection that commits by itself, to the bus's own database.

    ``addresses``: ``addressing.on_postgres``; what is offered there besides follows the channels (``ways.ways``):
    ``dataclasses.replace`` names it.
    ``also_ending``: what else ends with somebody's protection, such as what channels have queued for her.
    """
    sessions, proxies, streams = PostgresSessions(connection), PostgresProxies(connection), Streams()
    guard = Guard(measures, [streams, sessions, proxies, *also_ending], PostgresMoving(connection))
    return Room(
        door=_door(connection, client, guard),
        sessions=sessions,
        guard=guard,
        streams=streams,
        proxies=proxies,
        entries=PostgresEntries(connection),
        moves=PostgresMoves(connection),
        disclosures=disclosures,
        addresses=addresses,
        feedback=PostgresFeedback(connection),
        now=now,
        played=Leaps(partial(tables.leaps, connection)),
    )


def _door(connection: Connection, client: Client, guard: Guard) -> Door:
    return Door(
        Provider(client, httpx.Client()),
        PostgresAttempts(lambda: nullcontext(connection), "gateway.attempt"),
        PostgresResidents(connection),
        PostgresSessions(connection),
        lambda person: not guard.hides(person),
        now,
    )


def tasks(opened: Room) -> list[Callable[[Stop], None]]:
    """For ``kairan.process.together``: who is protected, and who has something new."""
    return [opened.guard.watch, partial(notices.watch, opened)]


def now() -> int:
    """The clock, in milliseconds."""
    return time.time_ns() // 1_000_000
