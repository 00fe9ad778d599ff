"""
Bare batched inserts of the very journal that Kairan left (``bench.procedures`` keeps it), its timers, what it shows.

A statement for each table, arrays in, binary, prepared; a transaction has as many lines as Kairan's biggest batch.
"""

import time
from contextlib import closing
from typing import Any, NamedTuple

from bench.contenders.telling import tell
from connectors.postgres import columns
from connectors.postgres.columns import Bytes, Ints, Longs, Texts
from kairan.loops import BATCH, Stop
from kairan.postgres import connect
from kairan.process import run
from kairan.settings import Settings


class Insert(NamedTuple):
    """Of one table: the rows that were kept, how they are carried, and the statement."""

    kept: bytes
    kinds: tuple[type[list[Any]], ...]
    statement: bytes


INSERTS = (
    Insert(
        b'select process, instance, version, told::text, sent::text, topic, partition, "offset" from kept.journal'
        b' order by partition, topic, "offset"',
        (Texts, Bytes, Longs, Texts, Texts, Texts, Ints, Longs),
        b'insert into processes.journal (process, instance, version, told, sent, topic, partition, "offset")'
        b" select p, i, v, t::jsonb, s::jsonb, c, n, o from unnest(%b::text[], %b::bytea[], %b::bigint[], %b::text[],"
        b" %b::text[], %b::text[], %b::integer[], %b::bigint[]) u(p, i, v, t, s, c, n, o)",
    ),
    Insert(
        b"select process, instance, due, told::text from kept.timer",
        (Texts, Bytes, Longs, Texts),
        b"insert into processes.timer (process, instance, due, told) select p, i, d, t::jsonb"
        b" from unnest(%b::text[], %b::bytea[], %b::bigint[], %b::text[]) u(p, i, d, t)",
    ),
    Insert(
        b"select process, instance, item, kind, array_to_string(desks, ','), facts::text from kept.standing",
        (Texts, Bytes, Bytes, Texts, Texts, Texts),
        b"insert into processes.standing (process, instance, item, kind, desks, facts)"
        b" select p, i, t, k, string_to_array(d, ','), f::jsonb"
        b" from unnest(%b::text[], %b::bytea[], %b::bytea[], %b::text[], %b::text[], %b::text[]) u(p, i, t, k, d, f)",
    ),
)


def main(settings: Settings, stop: Stop) -> None:
    with closing(connect(settings.dsn("kairan"), autocommit=True)) as connection:
        columns.register(connection)
        batches = [
            (each.statement, columns.columns(each.kinds, rows[first : first + BATCH]))
            for each in INSERTS
            for rows in [connection.execute(each.kept).fetchall()]
            for first in range(0, len(rows), BATCH)
        ]
        for statement, values in batches:
            tell()
            connection.execute(statement, values, prepare=True)
        tell()
        while not stop():
            time.sleep(0.1)


if __name__ == "__main__":
    run("bare inserts", main)
