"""The residents' side on the real servers: its stores, its guard, and what has to run beside its routes."""

import time
from collections.abc import Callable
from functools import partial

import httpx

from gateway import clock
from gateway.residents import notices
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


def room(opened: Opened, measures: Measures, client: Client, addresses: Addresses, disclosures: Disclosures) -> Room:
    """
    On connections that commit by themselves, to the bus's own database.

    ``addresses``: ``addressing.on_postgres``; what is offered there besides follows the channels (``ways.ways``):
    ``dataclasses.replace`` names it.
    """
    sessions, proxies, streams = PostgresSessions(opened), PostgresProxies(opened), Streams()
    guard = Guard(measures, [streams, sessions, proxies])
    return Room(
        door=_door(opened, client, guard),
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


def _door(opened: Opened, client: Client, guard: Guard) -> Door:
    return Door(
        Provider(client, httpx.Client()),
        PostgresAttempts(opened, "gateway.attempt"),
        PostgresResidents(opened),
        PostgresSessions(opened),
        lambda person: not guard.hides(person),
        now,
    )


def tasks(opened: Room) -> list[Callable[[Stop], None]]:
    """For ``kairan.process.together``: who is protected, and who has something new."""
    return [opened.guard.watch, partial(notices.watch, opened)]


def now() -> int:
    """The clock, in milliseconds."""
    return time.time_ns() // 1_000_000
