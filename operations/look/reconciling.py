"""
What the log says is due against what the ledger says took effect (``processors.ledger.reconcile``).

The ledger is read before the ends of the log: so whatever was receipted by then lies below them.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from psycopg import sql

from connectors.postgres.offices import schema
from kairan.keys import BusKeys
from kairan.receipts import BUCKET, Bucket, LogPosition
from kairan.settings import Settings
from kairan.stream import Incoming, TopicPartition
from operations.look import databases, reading, recalling, routing, unrouting
from operations.look.reading import Ranges
from operations.look.routing import LANES
from processors.ledger import recalls, reconcile
from processors.ledger.reconcile import Channel, Due, Held, Reconciliation
from processors.ledger.store import Ledger, Seam
from processors.routing import deliveries
from processors.routing.bundle import Bundle

_HELD = """
select event_ref, business, log_offset from {}.received
where lane = %s and partition = %s and log_offset between %s and %s"""


class Compared(NamedTuple):
    """The answer, and seams in the receipts: ranges that nobody or that two receipts speak of."""

    answer: Reconciliation
    seams: list[Seam]
    unrouted: int
    """Records of the log that wait; what they will bring is not due yet."""

    def is_clean(self) -> bool:
        return self.answer.is_clean() and not self.seams and not self.unrouted


def reconciliation(settings: Settings) -> Reconciliation:
    """Everything that was due until now, channel by channel, bucket by bucket, record by record where it differs."""
    return compare(settings).answer


def compare(settings: Settings) -> Compared:
    bundle, keys = routing.bundle(settings), routing.keys(settings)
    with databases.opened(settings, databases.BUS) as connection:
        ledger = Ledger(connection) if databases.has(connection, "ledger.bucket") else None
        told, excepted = (ledger.tallies(), ledger.exceptions()) if ledger else ({}, {})
        seams = ledger.seams() if ledger else []
        recalled = recalls.due(connection) if recalling.is_kept(connection) else []
    waiting = unrouting.positions(settings)
    with reading.reader(settings, "reconcile", LANES) as reader:
        until = reading.kept(reader)

        def _records() -> Iterator[Incoming]:
            return (each for each in reading.between(reader, until) if each.at not in waiting)

        answer = reconcile.reconcile(
            partial(_due, _records, bundle, keys, recalled), told, excepted, partial(_held, settings, until)
        )
    return Compared(answer, seams, len(waiting))


def _due(
    records: Callable[[], Iterable[Incoming]], bundle: Bundle, keys: BusKeys, recalled: Iterable[Due]
) -> Iterator[Due]:
    """By routing's decision, and by an operator's that it was wrong."""
    for record in records():
        at = LogPosition(LANES[record.topic], record.partition, record.offset)
        for due in deliveries.due(record, bundle, keys):
            yield Due(Channel(due.member, due.channel), due.event_ref, due.business, at)
    yield from recalled


def _held(settings: Settings, until: Ranges, channel: Channel, bucket: Bucket) -> Iterator[Held]:
    """Of the offices' inboxes; what lies beyond the end was admitted meanwhile."""
    topic = next(topic for topic, lane in LANES.items() if lane == bucket.lane)
    first = bucket.bucket * BUCKET
    last = min(first + BUCKET, until[TopicPartition(topic, bucket.partition)][1]) - 1
    query = sql.SQL(_HELD).format(sql.Identifier(schema(channel.channel)))
    with databases.opened(settings, f"offices_{channel.member}") as connection:
        for event_ref, business, offset in connection.execute(query, (bucket.lane, bucket.partition, first, last)):
            yield Held(event_ref, business, LogPosition(bucket.lane, bucket.partition, offset))
