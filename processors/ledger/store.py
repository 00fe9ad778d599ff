"""Where receipts are kept: schema ``ledger`` of the bus's database."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kairan import receipts, topics
from kairan.loops import next_offsets
from kairan.postgres import Connection, within
from kairan.postgres.copies import Projection, Table
from kairan.receipts import Bucket, Excepted, NotAReceiptError, Receipt, Tally
from kairan.shapes import UnknownSchemaIdError
from kairan.stream import Incoming, TopicPartition
from kairan.wire import NotDecodableError, NotFramedError
from processors.ledger.reconcile import Channel

_RANGE = """
insert into range (member, channel, "first", "last", digest, "count", "sum", applied)
select member, channel, "first", "last", digest, "count", "sum"::numeric, to_timestamp(applied / 1000.0)
from unnest(%b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bytea[], %b::bigint[], %b::text[], %b::bigint[])
    u(member, channel, "first", "last", digest, "count", "sum", applied)
on conflict do nothing returning digest"""
_BUCKET = """
insert into bucket as b (member, channel, lane, partition, bucket, "count", "sum")
select member, channel, lane, partition, bucket, "count", "sum"::numeric
from unnest(%b::text[], %b::text[], %b::text[], %b::integer[], %b::bigint[], %b::bigint[], %b::text[])
    u(member, channel, lane, partition, bucket, "count", "sum")
on conflict (member, channel, lane, partition, bucket) do update set
    "count" = b."count" + excluded."count",
    "sum" = mod(b."sum" + excluded."sum", 340282366920938463463374607431768211456)"""
"""The number is 2^128."""
_EXCEPTION = """
insert into exception (member, channel, event_ref, business, kind, "offset", applied)
select member, channel, event_ref, business, kind, "offset", to_timestamp(applied / 1000.0)
from unnest(%b::text[], %b::text[], %b::bytea[], %b::text[], %b::text[], %b::bigint[], %b::bigint[])
    u(member, channel, event_ref, business, kind, "offset", applied)
on conflict do nothing"""
_REFUSED = "insert into refused values (%b, %b::integer, %b::bigint, %b) on conflict do nothing"
_ADVANCE = """
insert into consumed (topic, partition, position) values (%b, %b::integer, %b::bigint)
on conflict (topic, partition) do update set position = excluded.position"""
_TALLIES = 'select member, channel, lane, partition, bucket, "count", "sum"::text from bucket'
_OPEN = 'select member, channel, event_ref, business, kind, "offset" from open_exception'
_SEAMS = "select member, channel, expected, begins from seam order by member, channel, begins"


SCHEMA = "ledger"
RIGHT = "ledger"
"""The lock that whoever notes receipts holds."""
PROJECTION = Projection(
    SCHEMA,
    compared=(
        Table("range", key=("member", "channel", "first", "digest"), besides=frozenset({"noted_at"})),
        Table("bucket", key=("member", "channel", "lane", "partition", "bucket")),
        Table("exception", key=("member", "channel", "event_ref", "business", "kind")),
        Table("refused", key=("topic", "partition", "offset")),
    ),
    beside=("consumed",),
)
"""What of it can be built again from ``receipts.<code>``."""


class Seam(NamedTuple):
    """Where a channel's ranges do not join: a gap when ``begins`` is beyond ``expected``, else an overlap."""

    channel: Channel
    expected: int
    begins: int


class Noted(NamedTuple):
    """A receipt as it came."""

    receipt: Receipt
    digest: bytes


class Ledger:
    """Notes receipts (``kairan.loops.Effect``): each once, however often it comes."""

    def __init__(self, connection: Connection, schema: str = SCHEMA) -> None:
        """``schema``: where the tables are; another one while the ledger is built again."""
        self._connection = connection
        within(connection, schema)

    def apply(self, batch: Sequence[Incoming]) -> None:
        with self._connection.transaction():
            self._note({each.digest: each.receipt for record in batch for each in self._readable(record)})
            for (topic, partition), offset in next_offsets(batch).items():
                self._run(_ADVANCE, topic, partition, offset)

    def positions(self) -> dict[TopicPartition, int]:
        found = self._all("select topic, partition, position from consumed")
        return {TopicPartition(topic, partition): position for topic, partition, position in found}

    def tallies(self) -> dict[Channel, dict[Bucket, Tally]]:
        """What every channel has receipted, by bucket of the log."""
        found: dict[Channel, dict[Bucket, Tally]] = {}
        for member, channel, lane, partition, bucket, count, sum_ in self._all(_TALLIES):
            found.setdefault(Channel(member, channel), {})[Bucket(lane, partition, bucket)] = Tally(count, int(sum_))
        return found

    def exceptions(self) -> dict[Channel, list[Excepted]]:
        """What every channel has left out until now."""
        found: dict[Channel, list[Excepted]] = {}
        for member, channel, *excepted in self._all(_OPEN):
            found.setdefault(Channel(member, channel), []).append(Excepted(*excepted))
        return found

    def seams(self) -> list[Seam]:
        return [Seam(Channel(member, channel), *at) for member, channel, *at in self._all(_SEAMS)]

    def _readable(self, record: Incoming) -> Iterable[Noted]:
        try:
            yield noted(record)
        except (NotAReceiptError, NotFramedError, NotDecodableError, UnknownSchemaIdError) as error:
            self._run(_REFUSED, record.topic, record.partition, record.offset, type(error).__name__)

    def _note(self, came: Mapping[bytes, Receipt]) -> None:
        if not came:
            return
        ranges = [_range(digest, receipt) for digest, receipt in came.items()]
        new = [came[digest] for (digest,) in self._all(_RANGE, *_columns(ranges))]
        if buckets := _merged(new):
            self._run(_BUCKET, *_columns(buckets))
        if exceptions := [row for receipt in new for row in _exceptions(receipt)]:
            self._run(_EXCEPTION, *_columns(exceptions))

    def _run(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement.encode(), values)

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.cursor(binary=True).execute(statement.encode(), values).fetchall()


def noted(record: Incoming) -> Noted:
    """
    The receipt in this record.

    Raises:
        NotAReceiptError: it is none, or speaks for another member than its topic's.
        NotFramedError, NotDecodableError, UnknownSchemaIdError: it is no record of the bus.

    """
    receipt = receipts.decode(record.value or b"")
    if record.topic != topics.name(topics.RECEIPTS, receipt.member):
        raise NotAReceiptError("speaks for another member")
    return Noted(receipt, hashlib.sha256(record.value or b"").digest()[:16])


def _range(digest: bytes, receipt: Receipt) -> tuple[Any, ...]:
    whole = receipts.total(receipt.buckets.values())
    at = (receipt.member, receipt.channel, receipt.first, receipt.last)
    return (*at, digest, whole.count, str(whole.sum), receipt.applied)


def _merged(new: Iterable[Receipt]) -> list[tuple[Any, ...]]:
    merged: dict[tuple[str, str, Bucket], Tally] = {}
    for receipt in new:
        for bucket, tally in receipt.buckets.items():
            key = (receipt.member, receipt.channel, bucket)
            merged[key] = merged.get(key, Tally()).and_also(tally)
    return [
        (member, channel, *bucket, tally.count, str(tally.sum)) for (member, channel, bucket), tally in merged.items()
    ]


def _exceptions(receipt: Receipt) -> Iterable[tuple[Any, ...]]:
    for excepted in receipt.exceptions:
        yield (receipt.member, receipt.channel, *excepted, receipt.applied)


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
