"""A core system on a real PostgreSQL, a clerk at it, and its relay sending to a broker in memory."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from connectors.postgres import core_system
from connectors.postgres.outbox import CoreSystemOutbox
from connectors.source import Mapper
from kairan import wire
from kairan.keys import SourceKey
from kairan.loops import relay_batch
from kairan.postgres import Connection, connect
from kairan.settings import Settings
from kairan.testing import MemoryBroker, MemoryWriter
from producers.mapping import mapper

DATABASE = "core_test_outbox"
MEMBER = "141003"
TOPICS = {f"in.{MEMBER}": 1, f"in.{MEMBER}.bulk": 1, f"refusals.{MEMBER}": 1}
KEY = SourceKey(bytes(32))
ONE, TWO = "100000000012", "100000000020"
Json = dict[str, Any]
Clerk = Connection


def a_day(value: str) -> Json:
    return {"value": value, "certain": True, "text": value}


def an_arrival(person: str = ONE, **items: Any) -> Json:
    return {
        "atena_number": person,
        "reason": "01",
        "effective": a_day("2026-04-01"),
        "name": {"text": "辻󠄀 花子", "kana": "ツジ ハナコ", "kana_confirmed": True},
        "birth_date": a_day("1990-01-02"),
        "sex": "2",
        "address": {"municipality_or_ward": "141011", "town": "鶴見中央一丁目", "lot": "1-2"},
        "resident_since": a_day("2026-04-01"),
        "household": {"number": f"5{person}", "head_name": "辻󠄀 花子", "relationship": "02"},
        "koseki": {"domicile": "長野県長野市", "head": "辻󠄀 一郎"},
        "resident_state": "resident",
        "resident_kind": "japanese",
    } | items


def book(clerk: Clerk, entry: Json) -> int:
    return _version(clerk.execute("select core_system.book(%s::jsonb)", (json.dumps(entry),)).fetchone())


def restore(clerk: Clerk, entry: Json) -> int:
    return _version(clerk.execute("select core_system.restore(%s::jsonb)", (json.dumps(entry),)).fetchone())


def _version(row: tuple[Any, ...] | None) -> int:
    assert row is not None
    return int(row[0])


@pytest.fixture(scope="module")
def core_dsn(stack: Settings) -> Iterator[str]:
    """A database of its own on the stack's server."""
    with psycopg.connect(stack.dsn("postgres"), autocommit=True) as server:
        name = sql.Identifier(DATABASE)
        server.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        server.execute(sql.SQL("create database {}").format(name))
        core_system.migrate(stack.dsn(DATABASE))
        yield stack.dsn(DATABASE)
        server.execute(sql.SQL("drop database if exists {} with (force)").format(name))


@pytest.fixture
def clerk(core_dsn: str) -> Iterator[Clerk]:
    """At an empty core system, each statement its own transaction."""
    with connect(core_dsn, autocommit=True) as connection:
        connection.execute(
            "truncate core_system.resident_history, core_system.support_measure, core_system.tax_assessment,"
            " core_system.household_decision, core_system.suppression_lift, core_system.outbox,"
            " core_system.bus_position, core_system.office, core_system.application cascade"
        )
        connection.execute("insert into core_system.office values (%s, '横浜市', '2026-01-01')", (MEMBER,))
        yield connection


class Relay:
    """The relay of one outbox, sending to a broker in memory, batch by batch."""

    def __init__(self, dsn: str, mapping: Mapper | None = None, broker: MemoryBroker | None = None) -> None:
        self.outbox = CoreSystemOutbox(dsn, mapping or mapper(MEMBER, KEY), list(TOPICS))
        self.broker = broker or MemoryBroker(TOPICS)
        self._writer = MemoryWriter(self.broker)

    def send(self) -> int:
        return relay_batch("test", self.outbox, self._writer, at_most=100)

    def envelopes(self) -> list[Json]:
        return [wire.decode_envelope(record.value or b"").record for record in self.broker.records(f"in.{MEMBER}")]

    def sent(self) -> list[Json]:
        """The envelopes of everything, once all is sent."""
        while self.send():
            pass
        return self.envelopes()

    def said(self) -> list[tuple[str, str]]:
        """Type and change of what was sent."""
        return [(envelope["type"], envelope["change"]) for envelope in self.envelopes()]


@pytest.fixture
def relay(core_dsn: str, clerk: Clerk) -> Iterator[Relay]:
    del clerk  # empties the outbox first
    found = Relay(core_dsn)
    yield found
    found.outbox.close()


def rows(clerk: Clerk, columns: str = "count(*)") -> list[tuple[Any, ...]]:
    query = sql.SQL("select {} from core_system.outbox").format(sql.SQL(columns))
    return clerk.execute(query).fetchall()


def insert(
    clerk: Clerk,
    payload: str = "{}",
    mapped: bytes | None = None,
    topic: str | None = None,
    table: str = "resident_history",
    number: str = ONE,
) -> None:
    """A row that somebody puts into the outbox by hand."""
    clerk.execute(
        "insert into core_system.outbox (aggregatetype, aggregateid, type, payload, mapped, topic)"
        " values ('resident', %s, %s, %s, %s, %s)",
        (number, table, payload, mapped, topic),
    )
