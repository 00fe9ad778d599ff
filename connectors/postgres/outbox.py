"""
A core system's outbox (``connectors/postgres/core_system``) as the relay loop reads it.

One reader in the order of ``sequence``: writers hold the person's lock when they draw the number, so that the order
of a person's rows is the order of commit, and no cursor can run past a row that was not yet visible. A row is mapped
once: its bytes are stored before they are first sent, and are sent again unchanged after a crash.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from psycopg.types.json import Jsonb

from connectors.source import LARGEST_STATEMENT, Change, Mapped, Mapper, Problem, Unmappable
from kairan.logs import log
from kairan.postgres import connect
from kairan.stream import Outgoing, Position

LARGEST_PAYLOAD = 16 * LARGEST_STATEMENT
"""A change record beyond this cannot become a statement; it is refused without being read."""
LONGEST_NUMBER = 1024
"""Bytes of a 宛名番号 as a record's key: the broker would refuse a longer one, and stop what is behind it."""
CHANNEL = "core_system_outbox"
NOT_OWN_TOPIC = Problem("source.not_the_topic", "topic", "a statement lies in its source's topic")
UNREADABLE = Problem("change.malformed", "", "must be JSON that can be read: no endless digits, no endless nesting")
TOO_LARGE = Problem("size.too_large", "", f"a record has at most {LARGEST_STATEMENT} bytes")

_OWN = "select pg_try_advisory_lock(hashtext('kairan relay'), 0)"
_PENDING = """
select sequence, aggregateid, type, topic,
    case when octet_length(mapped) <= %(statement)s and octet_length(aggregateid) <= %(number)s then mapped end,
    case when mapped is null and payload_bytes <= %(payload)s and octet_length(aggregateid) <= %(number)s
        then payload::text end
from core_system.outbox where sent_at is null and (refused_at is null or is_doubt) order by sequence limit %(limit)s"""
_STORE = """
update core_system.outbox o set mapped = m.mapped, event_id = m.event_id, topic = m.topic, mapped_at = now()
from unnest(%b::bigint[], %b::bytea[], %b::bytea[], %b::text[]) as m (sequence, mapped, event_id, topic)
where o.sequence = m.sequence"""
# A refusal that has come already stands if it is of this sending; one of a sending before a crash does not.
_MARK = """
update core_system.outbox o set sent_at = now(), "partition" = m.at_partition, "offset" = m.at_offset,
    refused_at = case when o.refused_offset < m.at_offset then null else o.refused_at end,
    refusal = case when o.refused_offset < m.at_offset then null else o.refusal end
from unnest(%b::bigint[], %b::integer[], %b::bigint[]) as m (sequence, at_partition, at_offset)
where o.sequence = m.sequence"""
_REFUSE = "update core_system.outbox set refused_at = now(), refusal = %s, is_doubt = %s where sequence = %s"


class Row(NamedTuple):
    """A pending row; without ``mapped`` and ``payload``, which is JSON, it is too large to be sent."""

    sequence: int
    atena_number: str
    table: str
    topic: str | None
    mapped: bytes | None
    payload: str | None


class CoreSystemOutbox:
    """
    The rows that wait to be sent (``kairan.loops.Outbox``).

    Only one relay reads an outbox: while another one does, nothing is pending here.

    Args:
        dsn: of the core system.
        mapper: makes a statement of a change.
        lanes: the topics to which this member's statements go. A row that somebody filled in with another topic is
            refused: the broker would not take it, and everything behind it would wait.

    """

    def __init__(self, dsn: str, mapper: Mapper, lanes: Collection[str]) -> None:
        self._connection = connect(dsn, autocommit=True)
        self._connection.execute(f"listen {CHANNEL}")
        self._map = mapper
        self._lanes = lanes
        self._owned = False

    def pending(self, at_most: int) -> Sequence[tuple[int, Outgoing]]:
        """
        The oldest rows with the bytes to send; what can never be sent is marked as refused and passed over.

        In place of a refused flag goes what hides its person (``Unmappable.doubt``), kept and sent as all bytes are.
        """
        if not self._is_owner():
            return []
        sizes = {"statement": LARGEST_STATEMENT, "payload": LARGEST_PAYLOAD, "number": LONGEST_NUMBER}
        with self._connection.transaction():
            found = self._connection.cursor(binary=True).execute(_PENDING, sizes | {"limit": at_most}).fetchall()
            rows = [Row(*values) for values in found]
            mapped = self._map_new(rows)
            strays = {row.sequence for row in rows if row.mapped is not None and row.topic not in self._lanes}
            for sequence in strays:
                self._refuse(sequence, Unmappable((NOT_OWN_TOPIC,)))
        sent = (row for row in rows if row.sequence not in strays)
        return [outgoing for row in sent if (outgoing := _outgoing(row, mapped)) is not None]

    def mark(self, rows: Sequence[int], positions: Sequence[Position]) -> None:
        partitions = [position.partition for position in positions]
        offsets = [position.offset for position in positions]
        self._connection.execute(_MARK, (list(rows), partitions, offsets))

    def wait(self, seconds: float) -> None:
        """Until a clerk's transaction calls or the time is over: nothing is kept for who does not listen."""
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            pass

    def close(self) -> None:
        self._connection.close()

    def _is_owner(self) -> bool:
        if not self._owned:
            found = self._connection.execute(_OWN).fetchone()
            self._owned = bool(found and found[0])
        return self._owned

    def _map_new(self, rows: Sequence[Row]) -> dict[int, Mapped]:
        """Maps, and stores what came of it, the rows that were never mapped."""
        results = {row.sequence: result_of(row, self._map) for row in rows if row.mapped is None}
        mapped = {sequence: found for sequence, result in results.items() if (found := _to_send(result))}
        if mapped:
            values = [(sequence, each.value, each.event_id, each.topic) for sequence, each in mapped.items()]
            self._connection.execute(_STORE, [list(column) for column in zip(*values, strict=True)])
        for sequence, result in results.items():
            if isinstance(result, Unmappable):
                self._refuse(sequence, result)
        return mapped

    def _refuse(self, sequence: int, refused: Unmappable) -> None:
        problems = Jsonb([problem._asdict() for problem in refused.problems])
        self._connection.execute(_REFUSE, (problems, refused.doubt is not None, sequence))
        codes = sorted({problem.code for problem in refused.problems})
        log().warning("refused at the relay", database=self._connection.info.dbname, position=sequence, codes=codes)


def result_of(row: Row, mapper: Mapper) -> Mapped | Unmappable:
    """What is to be sent of a row that was never mapped, whatever stands in it."""
    if len(row.atena_number.encode()) > LONGEST_NUMBER:
        return Unmappable((TOO_LARGE,))
    if row.payload is None:
        return _unread(row, TOO_LARGE, mapper)
    try:
        payload = json.loads(row.payload)
    except (ValueError, RecursionError):  # PostgreSQL keeps longer numbers and deeper lists than Python reads
        return _unread(row, UNREADABLE, mapper)
    return mapper(Change(row.table, payload, row.atena_number))


def _unread(row: Row, problem: Problem, mapper: Mapper) -> Unmappable:
    """In doubt for the row's 宛名番号, for nothing else of it is known."""
    result = mapper(Change(row.table, {}, row.atena_number))
    return Unmappable((problem,), result.doubt if isinstance(result, Unmappable) else None)


def _to_send(result: Mapped | Unmappable) -> Mapped | None:
    return result if isinstance(result, Mapped) else result.doubt


def _outgoing(row: Row, mapped: Mapping[int, Mapped]) -> tuple[int, Outgoing] | None:
    key = row.atena_number.encode()
    if row.mapped is not None:
        return row.sequence, Outgoing(row.topic or "", key, row.mapped)
    if row.sequence in mapped:
        return row.sequence, Outgoing(mapped[row.sequence].topic, key, mapped[row.sequence].value)
    return None
