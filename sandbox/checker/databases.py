"""Reads core systems and back offices, one query a table and member; writes nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from psycopg import IsolationLevel, sql

from kairan.postgres import Connection, connect
from kairan.register import Register
from kairan.settings import Settings
from sandbox.checker.core import Core, OutboxRow, Row
from sandbox.checker.facts import Sending
from sandbox.checker.offices import Discarded, Known, Office, Parked, Received
from sandbox.checker.performers import Receiver
from sandbox.checker.recalls import Recalled

_FINAL = """
select to_jsonb(r), coalesce(r.registered >= (select joined_at from core_system.office), false)
from core_system.{} r where r.stage = 'final'"""
_ALL = """
select to_jsonb(r), coalesce(r.registered >= (select joined_at from core_system.office), false)
from core_system.{} r"""
_OUTBOX = """
select type,
    case type
        when 'resident_history' then payload #>> '{record,atena_number}'
        when 'record_load' then payload #>> '{load,atena_number}'
        when 'move_in_notice' then payload #>> '{notice,atena_number}'
        when 'support_measure' then payload #>> '{measure,measure_id}'
        when 'tax_assessment' then payload #>> '{assessment,atena_number}'
        when 'application' then payload #>> '{application,atena_number}'
    end,
    case type
        when 'resident_history' then payload #>> '{record,version}'
        when 'record_load' then payload #>> '{load,version}'
        when 'move_in_notice' then payload #>> '{notice,sequence}'
        when 'support_measure' then payload #>> '{measure,version}'
        when 'tax_assessment' then payload #>> '{assessment,version}'
        when 'application' then payload #>> '{application,version}'
    end,
    sequence, extract(epoch from created_at)::float8 * 1000, extract(epoch from sent_at)::float8 * 1000,
    refused_at is not null, event_id,
    case payload ->> 'protected' when 'true' then 'protected' when 'false' then 'unknown'
        else payload ->> 'protection' end
from core_system.outbox order by sequence"""

_RECEIVED = """
select {channel}, event_ref, business, pairwise_id, type, change, corrects_ref, version, source_municipality,
    source_business, protection, effective, extract(epoch from registered)::float8 * 1000, envelope::text, body::text,
    topic_offset, extract(epoch from applied_at)::float8 * 1000
from {schema}.received"""
_KNOWN = "select {channel}, business, pairwise_id, fields::text from {schema}.person"
_PARKED = "select {channel}, event_ref, business, pairwise_id, delivery from {schema}.parked"
_DISCARDED = "select {channel}, event_ref, business from {schema}.discarded"
_SCHEMAS = "select schemaname from pg_tables where tablename = 'received' order by schemaname"

_RECALLED = "select event, member, channel, business, event_ref from ledger.recalled"

Rows = Mapping[str, list[tuple[Any, ...]]]
"""Of each channel."""


def cores(settings: Settings, register: Register) -> list[Core]:
    return [_core(settings, member.code) for member in register.municipalities()]


def offices(settings: Settings, register: Register) -> list[Office]:
    """Of every member, performers too, whatever channels they have tables for."""
    members = dict.fromkeys(member.code for member in register.members)
    return [office for member in members for office in _offices(settings, register, member)]


def recalled(settings: Settings) -> list[Recalled]:
    """What somebody decided to take back; a bus that never could has no such table."""
    with _reading(settings.dsn("kairan")) as connection:
        there = connection.execute("select to_regclass('ledger.recalled') is not null").fetchone()
        rows = connection.execute(_RECALLED).fetchall() if there and there[0] else []
    return [Recalled(event, Receiver(member, channel), *rest) for event, member, channel, *rest in rows]


def _core(settings: Settings, member: str) -> Core:
    with _reading(settings.dsn(f"core_{member}")) as connection:
        return Core(
            member,
            history=_rows(connection, _FINAL, "resident_history"),
            loads=_rows(connection, _ALL, "record_load"),
            notices=_rows(connection, _ALL, "move_in_notice"),
            measures=_rows(connection, _FINAL, "support_measure"),
            assessments=_rows(connection, _FINAL, "tax_assessment"),
            applications=_rows(connection, _ALL, "application"),
            outbox=[OutboxRow(row[0], row[1], row[2], Sending(*row[3:])) for row in connection.execute(_OUTBOX)],
        )


def _reading(dsn: str) -> Connection:
    """All tables as of one moment."""
    connection = connect(dsn)
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _rows(connection: Connection, query: str, table: str) -> list[Row]:
    return [Row(*row) for row in connection.execute(sql.SQL(query).format(sql.Identifier(table)))]


def _offices(settings: Settings, register: Register, member: str) -> Iterator[Office]:
    with _reading(settings.dsn(f"offices_{member}")) as connection:
        channels = _channels(connection, register, member)
        received, known = _each(connection, _RECEIVED, channels), _each(connection, _KNOWN, channels)
        parked, discarded = _each(connection, _PARKED, channels), _each(connection, _DISCARDED, channels)
    parsed = _Parsed()
    for channel in channels:
        yield Office(
            Receiver(member, channel),
            received=[_received(row, parsed) for row in received[channel]],
            known=[Known(row[0], row[1], parsed[row[2]]) for row in known[channel]],
            parked=[Parked(*row) for row in parked[channel]],
            discarded=[Discarded(*row) for row in discarded[channel]],
        )


def _received(row: tuple[Any, ...], parsed: "_Parsed") -> Received:
    return Received(*(*row[:12], parsed[row[12]], parsed[row[13]], *row[14:]))


def _channels(connection: Connection, register: Register, member: str) -> Mapping[str, str]:
    """The schema of each channel; one that the register does not know keeps the schema's name."""
    names = {row.channel.replace("-", "_"): row.channel for row in register.channels if row.member == member}
    schemas = [row[0] for row in connection.execute(_SCHEMAS)]
    return {names.get(schema, schema): schema for schema in schemas}


def _each(connection: Connection, query: str, channels: Mapping[str, str]) -> Rows:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    if channels:
        for channel, *row in connection.execute(_united(query, channels.items())):
            found[channel].append(tuple(row))
    return found


def _united(query: str, channels: Iterable[tuple[str, str]]) -> sql.Composed:
    return sql.SQL(" union all ").join(
        sql.SQL(query).format(channel=sql.Literal(channel), schema=sql.Identifier(schema))
        for channel, schema in channels
    )


class _Parsed(dict[str, Mapping[str, Any]]):
    """JSON by its text: what many businesses were told in the same words is one object."""

    def __missing__(self, text: str) -> Mapping[str, Any]:
        made: Mapping[str, Any] = json.loads(text)
        self[text] = made
        return made
