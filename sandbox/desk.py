"""The desk of a member's own resident record: what the bus brought to it, and the offices of the same building."""

from collections.abc import Iterator, Mapping
from typing import Any, LiteralString

from psycopg import Cursor, sql
from psycopg.rows import TupleRow

from kairan.postgres import Connection
from kairan.settings import Settings
from sandbox.acts import Brought, Mover, Waits
from sandbox.patient import PatientConnection

News = Mapping[tuple[Brought, Mover, str], bytes]
"""The pairwise id of each person that an announcement or a notice names."""

_ANNOUNCED = "select name, birth_date, sex, planned_date, pairwise_id from resident_record.arrival"
_NOTICED = """
select name, birth_date, sex, moved_in_date, pairwise_id, annulled_by is not null
from resident_record.move_in_notice where change <> 'annulled'"""


class Desk:
    """Read by a clerk between two acts."""

    def __init__(self, settings: Settings, member: str) -> None:
        self._office = PatientConnection(settings.dsn(f"offices_{member}"), autocommit=True)

    def news(self) -> News:
        """All that lies there."""
        return self._office.do(lambda connection, _: dict(_read(connection)))

    def set_characters(self, channel: str, characters: str) -> None:
        """Which characters the office behind a channel can store."""
        self._in_office(channel, "update {s}.setting set value = %s where name = 'character_set'", characters)

    def parked(self, channel: str) -> int:
        """How many deliveries are parked in the office."""
        row = self._in_office(channel, "select count(*) from {s}.parked").fetchone()
        return int(row[0]) if row else 0

    def release(self, channel: str) -> None:
        """Lets whoever is parked in the office go on."""
        self._in_office(channel, "update {s}.parked set released = now()")

    def close(self) -> None:
        self._office.close()

    def _in_office(self, channel: str, text: LiteralString, *values: str) -> Cursor[TupleRow]:
        query = sql.SQL(text).format(s=sql.Identifier(channel.replace("-", "_")))
        return self._office.do(lambda connection, _: connection.execute(query, values))


def is_there(waits: Waits, news: News) -> bool:
    """Everybody in the group: who comes to the counter brings his family."""
    return all((waits.of, mover, waits.day) in news for mover in waits.movers)


def _read(connection: Connection) -> Iterator[tuple[tuple[Brought, Mover, str], Any]]:
    for name, birth_date, sex, day, pairwise_id in connection.execute(_ANNOUNCED):
        yield ("announcement", Mover(name, birth_date, sex), day), pairwise_id
    for name, birth_date, sex, day, pairwise_id, is_annulled in connection.execute(_NOTICED):
        yield ("notice", Mover(name, birth_date, sex), day), pairwise_id
        if is_annulled:
            yield ("annulled notice", Mover(name, birth_date, sex), day), pairwise_id
