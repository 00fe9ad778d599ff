"""
Refusals come back: what admission refused is written to the outbox row whose bytes it were.

The same bytes may be sent again and be admitted then, because what they rest on has come (docs/adr/0014). So a refusal
tells of one sending: it is not written to a row that was sent later, and the relay lifts it from one that was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from kairan import wire
from kairan.logs import log
from kairan.loops import next_offsets
from kairan.positions import read_on
from kairan.postgres import connect
from kairan.stream import Incoming, Reader, TopicPartition

# A refusal may arrive before the relay has noted where the statement lies: the digest finds the row by its bytes.
# Why a flag was refused before it was sent stays: the bytes in its place were made to be refused.
_REFUSE = """
update core_system.outbox
set refused_at = case when is_doubt then refused_at else to_timestamp(%(refused)s / 1000.0) end,
    refusal = case when is_doubt then refusal else %(problems)s end,
    refused_offset = case when is_doubt then refused_offset else %(offset)s end
where digest = %(digest)s and topic = %(topic)s and coalesce("offset", %(offset)s) <= %(offset)s"""
_POSITIONS = 'select topic, "partition", next_offset from core_system.bus_position'
_MOVE = """
insert into core_system.bus_position (topic, "partition", next_offset) values (%s, %s, %s)
on conflict (topic, "partition") do update set next_offset = excluded.next_offset"""


class RefusalNotes:
    """Writes refusals and the position read in one transaction (``kairan.loops.Effect``)."""

    def __init__(self, dsn: str) -> None:
        self._connection = connect(dsn)

    def go_on(self, reader: Reader) -> None:
        """Reads on where this database stands: Kafka's own note may be older or younger."""
        found = self._connection.execute(_POSITIONS).fetchall()
        self._connection.commit()
        read_on(reader, {TopicPartition(topic, partition): offset for topic, partition, offset in found})

    def apply(self, batch: Sequence[Incoming]) -> None:
        with self._connection.transaction():
            for record in batch:
                self._note(record)
            for (topic, partition), offset in next_offsets(batch).items():
                self._connection.execute(_MOVE, (topic, partition, offset))

    def close(self) -> None:
        self._connection.close()

    def _note(self, record: Incoming) -> None:
        _, refusal = wire.decode_record(record.value or b"")
        values = refusal | {"problems": Jsonb(refusal["problems"])}
        if not self._connection.execute(_REFUSE, values).rowcount:
            log().warning("refusal of bytes unknown or sent again since", **_place(record), codes=_codes(refusal))


def _place(record: Incoming) -> dict[str, Any]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}


def _codes(refusal: Mapping[str, Any]) -> list[str]:
    return sorted({problem["code"] for problem in refusal["problems"]})
