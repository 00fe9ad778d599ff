"""
The relay of releases: all cells of a table into its topic, then the word that they are there.

What the former vintage told more finely is taken out of the topic first, by a tombstone each: the newest lacks it.
"""

from collections.abc import Iterator, Sequence
from threading import Event

from kairan import topics, wire
from kairan.postgres import Connection, within
from kairan.stream import Outgoing, Position
from processors.statistics.publishing.store import SCHEMA

CELL, RELEASE = "kairan.bus.StatisticsCell", "kairan.bus.StatisticsRelease"
_NEXT = """
select number, dataset, "window", vintage, dimensions, released from release
where not is_told order by number limit 1"""
_CELLS = """
select place, count from cell where release = %s order by place"""
_GONE = """
select place from cell as former where release = (
    select max(number) from release where dataset = %s and "window" = %s and number < %s)
and not exists (select 1 from cell where release = %s and place = former.place) order by place"""
_TOLD = "update release set is_told = true where number = any(%s)"


class Untold:
    """Releases as an outbox (``kairan.loops.Outbox``): a row is a record of one, whole tables at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        within(connection, SCHEMA)

    def pending(self, at_most: int) -> list[tuple[int, Outgoing]]:  # noqa: ARG002 - a table is told whole
        row = self._connection.execute(_NEXT).fetchone()
        return [] if row is None else [(row[0], record) for record in self._records(*row)]

    def mark(self, rows: Sequence[int], positions: Sequence[Position]) -> None:  # noqa: ARG002 - nobody asks where
        self._connection.execute(_TOLD, (sorted(set(rows)),))

    def wait(self, seconds: float) -> None:
        Event().wait(seconds)

    def _records(
        self, number: int, dataset: str, window: str, vintage: int, dimensions: list[str], released: int
    ) -> Iterator[Outgoing]:
        of = {"dataset": dataset, "window": window, "vintage": vintage}
        cells = self._connection.execute(_CELLS, (number,)).fetchall()
        topic = topics.name(topics.STATISTICS[dataset])
        for (place,) in self._connection.execute(_GONE, (dataset, window, number, number)).fetchall():
            yield Outgoing(topic, key(window, *place), None)
        for place, count in cells:
            value = wire.encode_record(CELL, of | {"place": place, "count": count})
            yield Outgoing(topic, key(window, *place), value)
        whole = of | {"number": number, "dimensions": dimensions, "cells": len(cells), "released": released}
        names = topics.name(topics.STATISTICS_RELEASES)
        yield Outgoing(names, key(dataset, window, str(vintage)), wire.encode_record(RELEASE, whole))


def key(*parts: str) -> bytes:
    return "|".join(parts).encode()
