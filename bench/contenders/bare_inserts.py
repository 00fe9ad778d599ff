"""
Bare batched inserts: the limit of what Python and the client can do with these tables.

It has the very rows that Kairan's sink left (``bench.sink`` keeps them) as values, and only inserts them: a statement
for each table, arrays in, binary, prepared; a transaction has as many rows as Kairan's biggest batch.
"""

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

from psycopg import sql

from bench.contenders.telling import tell
from connectors.postgres import columns
from connectors.postgres.columns import Bytes, Ints, Longs, Texts
from connectors.postgres.offices import schema
from kairan.loops import BATCH, Stop
from kairan.postgres import Connection, connect
from kairan.process import run
from kairan.settings import Settings

KEPT = "kept"
"""The schema with the rows to insert."""
_SQL_TYPES: dict[type[list[Any]], str] = {Bytes: "bytea[]", Texts: "text[]", Longs: "bigint[]", Ints: "integer[]"}


class Column(NamedTuple):
    """How it is carried, and what PostgreSQL makes of that."""

    kind: type[list[Any]]
    cast: str = ""

    def read(self, name: str) -> str:
        return f"{name}::text" if self.cast and self.kind is Texts else name


_JSON, _ARRAY = Column(Texts, "::jsonb"), Column(Texts, "::bigint[]")
RECEIVED = {
    "event_ref": Column(Bytes),
    "business": Column(Texts),
    "pairwise_id": Column(Bytes),
    "atena_number": Column(Texts),
    "type": Column(Texts),
    "change": Column(Texts),
    "corrects_ref": Column(Bytes),
    "version": Column(Longs),
    "source_municipality": Column(Texts),
    "source_business": Column(Texts),
    "protection": Column(Texts),
    "effective": Column(Texts),
    "registered": Column(Texts, "::timestamptz"),
    "admitted": Column(Longs),
    "envelope": _JSON,
    "body": _JSON,
    "withheld": _JSON,
    "rule": Column(Texts),
    "decided_by": Column(Bytes),
    "lane": Column(Texts),
    "partition": Column(Ints),
    "log_offset": Column(Longs),
    "topic_offset": Column(Longs),
}
PERSON = {
    "business": Column(Texts),
    "pairwise_id": Column(Bytes),
    "fields": _JSON,
    "protection": Column(Texts),
    "versions": _JSON,
    "latest": _ARRAY,
}
TABLES = {"received": RECEIVED, "person": PERSON}
Batch = list[tuple[bytes, list[list[Any]]]]
"""Statements of one transaction and their columns."""


def main(settings: Settings, member: str, channel: str, stop: Stop) -> None:
    with closing(connect(settings.dsn(f"offices_{member}"), autocommit=True)) as connection:
        columns.register(connection)
        batches = list(_batches(connection, channel))
        gc.freeze()
        for batch in batches:
            tell()
            _insert(connection, batch)
        tell()
        while not stop():
            time.sleep(0.1)


def _insert(connection: Connection, batch: Batch) -> None:
    with connection.transaction():
        for statement, values in batch:
            connection.execute(statement, values, prepare=True)


def _batches(connection: Connection, channel: str) -> Iterator[Batch]:
    """Inbox rows in the order they came, each with its person's."""
    rows = {table: _kept(connection, table) for table in TABLES}
    statements = {table: _statement(channel, table) for table in TABLES}
    for first in range(0, max(map(len, rows.values())), BATCH):
        yield [
            (statements[table], columns.columns([each.kind for each in TABLES[table].values()], part))
            for table, all_rows in rows.items()
            if (part := all_rows[first : first + BATCH])
        ]


def _kept(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    asked = ", ".join(column.read(name) for name, column in TABLES[table].items())
    order = "topic_offset, business" if table == "received" else "latest, business"
    text = f"select {asked} from {{kept}} order by {order}"  # noqa: S608 - names of this file
    return connection.execute(sql.SQL(text).format(kept=sql.Identifier(KEPT, table))).fetchall()


def _statement(channel: str, table: str) -> bytes:
    names = TABLES[table]
    cast = ", ".join(name + column.cast for name, column in names.items())
    arrays = ", ".join(f"%b::{_SQL_TYPES[column.kind]}" for column in names.values())
    listed = ", ".join(names)
    text = f"insert into {{table}} ({listed}) select {cast} from unnest({arrays}) u({listed})"  # noqa: S608 - the same
    return sql.SQL(text).format(table=sql.Identifier(schema(channel), table)).as_bytes(None)


if __name__ == "__main__":
    of_member, its = sys.argv[1:]
    run("bare inserts", lambda settings, stop: main(settings, of_member, its, stop))
