"""Where entries are kept: schema ``disclosures`` of the bus's database."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kairan.identifiers import Handle
from kairan.logs import log
from kairan.loops import next_offsets
from kairan.postgres import Connection, within
from kairan.postgres.copies import Projection, Table
from kairan.stream import Incoming, TopicPartition
from processors.disclosures import entries
from processors.disclosures.entries import UNREADABLE, Entry, Noted

_PUT = """
insert into entry (lane, partition, "offset", digest, handle, written, value)
select * from unnest(
    %b::text[], %b::integer[], %b::bigint[], %b::bytea[], %b::bytea[], %b::bigint[], %b::bytea[])
on conflict do nothing"""
_UNREADABLE = "insert into unreadable values (%b, %b::integer, %b::bigint, %b) on conflict do nothing"
_ADVANCE = """
insert into consumed select * from unnest(%b::text[], %b::integer[], %b::bigint[])
on conflict (topic, partition) do update set position = excluded.position"""
_POSITIONS = "select topic, partition, position from consumed"
_OF = """
select value, written from disclosures.entry where handle = %b
order by written desc, lane, partition, "offset" desc, digest"""

SCHEMA = "disclosures"
RIGHT = "disclosures"
"""The lock that whoever notes entries holds."""
PROJECTION = Projection(
    SCHEMA,
    compared=(
        Table(
            "entry",
            key=("lane", "partition", "offset", "digest"),
            told=("lane", "partition", "offset"),
        ),
        Table("unreadable", key=("topic", "partition", "offset")),
    ),
    beside=("consumed",),
)
"""All of it can be built again from the topic, which is kept for ever."""


class Disclosures:
    """Notes entries (``kairan.loops.Effect``): the same one once, however often it comes."""

    def __init__(self, connection: Connection, schema: str = SCHEMA) -> None:
        """``schema``: where the tables are; another one while they are built again."""
        self._connection = connection
        self._is_in_use = schema == SCHEMA
        within(connection, schema)

    def apply(self, batch: Sequence[Incoming]) -> None:
        with self._connection.transaction():
            if came := list(self._readable(batch)):
                self._run(_PUT, *_columns((*each.at, each.digest, *each[2:]) for each in came))
            self._run(_ADVANCE, *_columns((*at, offset) for at, offset in next_offsets(batch).items()))

    def positions(self) -> dict[TopicPartition, int]:
        found = self._connection.execute(_POSITIONS).fetchall()
        return {TopicPartition(topic, partition): position for topic, partition, position in found}

    def _readable(self, batch: Iterable[Incoming]) -> Iterator[Noted]:
        """One that nobody can read is named, and stands in nobody's way."""
        for record in batch:
            try:
                yield entries.noted(record)
            except UNREADABLE as error:
                self._run(_UNREADABLE, record.topic, record.partition, record.offset, type(error).__name__)
                if self._is_in_use:
                    _alarm(record, error)

    def _run(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement.encode(), values)


def of(connection: Connection, person: Handle) -> list[Entry]:
    """The newest first."""
    found = connection.cursor(binary=True).execute(_OF.encode(), (bytes(person),)).fetchall()
    return [entries.decode(value, written) for value, written in found]


def _alarm(record: Incoming, error: Exception) -> None:
    place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    log().error("an entry cannot be read", alarm="who was told is not shown", error=type(error).__name__, **place)


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
