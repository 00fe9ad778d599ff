"""Where receipts are kept: schema ``ledger`` of the bus's database."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from kairan import receipts, topics
from kairan.logs import log
from kairan.loops import next_offsets
from kairan.postgres import Connection, within
from kairan.postgres.copies import Projection, Table
from kairan.receipts import Bucket, Excepted, NotAReceiptError, Receipt, Tally
from kairan.shapes import UnknownSchemaIdError
from kairan.stream import Incoming, TopicPartition
from kairan.wire import NotDecodableError, NotFramedError
from processors.ledger.reconcile import Channel

_RANGE = """
insert into range (member, channel, "first", "last", digest, "count", "sum", applied, receipt)
select member, channel, "first", "last", digest, "count", "sum"::numeric, to_timestamp(applied / 1000.0), receipt
from unnest(
        %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bytea[], %b::bigint[], %b::text[], %b::bigint[],
        %b::bytea[])
    u(member, channel, "first", "last", digest, "count", "sum", applied, receipt)
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
_REACHED = """
select member, channel, (
    select "last" + 1 from range r where (r.member, r.channel) = (u.member, u.channel) and "last" >= "first"
        and not undone order by "first" desc limit 1)
from unnest(%b::text[], %b::text[]) u(member, channel)"""
_KNOWN = """
select from range where (member, channel, "first", digest) = (%b::text, %b::text, %b::bigint, %b)"""
_UNDO = """
update range set undone = true
where (member, channel) = (%b::text, %b::text) and "first" >= %b::bigint and not undone and receipt is not null
returning receipt"""
_NO_EXCEPTION = """
delete from exception e using unnest(%b::text[], %b::text[], %b::bytea[], %b::text[], %b::text[])
    u(member, channel, event_ref, business, kind)
where (e.member, e.channel, e.event_ref, e.business, e.kind) = (u.member, u.channel, u.event_ref, u.business, u.kind)"""
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
    value: bytes


class Ledger:
    """Notes receipts (``kairan.loops.Effect``): each once, however often it comes."""

    def __init__(self, connection: Connection, schema: str = SCHEMA) -> None:
        """``schema``: where the tables are; another one while the ledger is built again."""
        self._connection = connection
        self._is_in_use = schema == SCHEMA
        within(connection, schema)

    def apply(self, batch: Sequence[Incoming]) -> None:
        with self._connection.transaction():
            came = {each.digest: each for record in batch for each in self._readable(record)}
            for stretch in self._stretches(came.values()):
                self._note(stretch)
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

    def _stretches(self, came: Iterable[Noted]) -> Iterator[list[Noted]]:
        """Cut where a sink went back: what it had receipted from there on is taken back in between."""
        stretch, reached = list[Noted](), self._reached({Channel(*_place(each.receipt)) for each in came})
        for each in came:
            channel = Channel(*_place(each.receipt))
            if each.receipt.first < reached[channel] and not self._is_known(each):
                yield stretch
                self._undo(channel, each.receipt.first)
                stretch, reached[channel] = [], each.receipt.first
            stretch.append(each)
            reached[channel] = max(reached[channel], each.receipt.last + 1)
        yield stretch

    def _reached(self, channels: Iterable[Channel]) -> dict[Channel, int]:
        found = self._all(_REACHED, *_columns(channels)) if channels else []
        return {Channel(member, channel): reached or 0 for member, channel, reached in found}

    def _is_known(self, noted: Noted) -> bool:
        return bool(self._all(_KNOWN, *_place(noted.receipt), noted.receipt.first, noted.digest))

    def _undo(self, channel: Channel, first: int) -> None:
        """An office was restored from an older copy: what is there again will be receipted again."""
        gone = [receipts.decode(value) for (value,) in self._all(_UNDO, *channel, first)]
        if self._is_in_use:
            _warn(channel, first, len(gone))
        if buckets := _merged(gone):
            self._run(_BUCKET, *_columns(_taken_back(buckets)))
        if exceptions := [row[:5] for receipt in gone for row in _exceptions(receipt)]:
            self._run(_NO_EXCEPTION, *_columns(exceptions))

    def _note(self, came: Iterable[Noted]) -> None:
        ranges = [_range(each) for each in came]
        if not ranges:
            return
        receipt_of = {each.digest: each.receipt for each in came}
        new = [receipt_of[digest] for (digest,) in self._all(_RANGE, *_columns(ranges))]
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
    value = record.value or b""
    return Noted(receipt, hashlib.sha256(value).digest()[:16], value)


def _warn(channel: Channel, position: int, count: int) -> None:
    """Once: whoever builds the ledger again need not hear of what was long ago."""
    log().warning("a sink went back", member=channel.member, channel=channel.channel, position=position, count=count)


def _place(receipt: Receipt) -> tuple[str, str]:
    return receipt.member, receipt.channel


def _range(noted: Noted) -> tuple[Any, ...]:
    receipt, digest, value = noted
    whole = receipts.total(receipt.buckets.values())
    at = (*_place(receipt), receipt.first, receipt.last)
    return (*at, digest, whole.count, str(whole.sum), receipt.applied, value)


def _taken_back(buckets: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What adds up with them to nothing."""
    return [(*at, -count, str(-int(sum_) % receipts.MODULUS)) for *at, count, sum_ in buckets]


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
