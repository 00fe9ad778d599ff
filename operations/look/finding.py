"""An event found: where it stands in the log, by admission's memory, and in the outbox it came from."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kairan import wire
from kairan.postgres import Connection
from kairan.register import Register
from kairan.settings import Settings
from kairan.stream import Incoming, Position, TopicPartition
from operations.look import databases, names, reading, references
from operations.look.errors import UnknownNameError
from operations.look.references import IdRange, OutboxReference
from operations.look.times import milliseconds
from operations.stack.errors import StackError
from processors.admission.records import LOG

_SHOWN = 5
_MEMORY = 'select id, bulk, partition, "offset" from admission.events where id between %s and %s order by id limit %s'
_ROW = """
select sequence, type, event_id, topic, "partition", "offset", created_at, mapped_at, sent_at, refused_at, refusal
from core_system.outbox """


class OutboxRow(NamedTuple):
    """What became of a change in its own core system; times in milliseconds."""

    member: str
    sequence: int
    table: str
    event_id: bytes | None
    topic: str | None
    partition: int | None
    offset: int | None
    registered: int
    mapped: int | None
    sent: int | None
    refused: int | None
    problems: Sequence[Mapping[str, str]]


class Found(NamedTuple):
    """An event: the rows that stated it, and its record in the log if it was admitted."""

    event_id: bytes | None
    rows: Sequence[OutboxRow]
    record: Incoming | None


def find(settings: Settings, register: Register, text: str) -> Found:
    """
    By id, the beginning of an id, or ``<municipality>:<outbox row>``.

    Raises:
        UnknownNameError: there is none, or more than one.

    """
    named = references.parse(text)
    if isinstance(named, OutboxReference):
        return _by_row(settings, names.municipality(register, named.member), named.sequence)
    return _by_id(settings, register, named, text)


def _by_row(settings: Settings, member: str, sequence: int) -> Found:
    rows = _outbox(settings, member, "where sequence = %s", sequence)
    if not rows:
        raise UnknownNameError(f"The outbox of {member} has no row {sequence}.")
    event_id = rows[0].event_id
    if event_id is None:
        return Found(None, rows, None)
    position = _remembered(settings, IdRange(event_id, event_id)).get(event_id)
    return Found(event_id, rows, position and _record(settings, position))


def _by_id(settings: Settings, register: Register, ids: IdRange, text: str) -> Found:
    remembered = _remembered(settings, ids)
    if len(remembered) == 1:
        ((event_id, position),) = remembered.items()
        record = _record(settings, position)
        source = wire.decode_envelope(record.value or b"").record["source"]["municipality"]
        return Found(event_id, _outbox(settings, source, "where event_id = %s", event_id), record)
    rows = [] if remembered else _stated_anywhere(settings, register, ids)
    known = remembered.keys() | {row.event_id for row in rows if row.event_id is not None}
    if len(known) != 1:
        raise _not_one(text, known)
    return Found(known.pop(), rows, None)


def _not_one(text: str, known: Iterable[bytes]) -> UnknownNameError:
    if shown := sorted(each.hex() for each in known)[:_SHOWN]:
        return UnknownNameError(f"Several events begin with {text}: {', '.join(shown)} …")
    return UnknownNameError(f"No event begins with {text}: neither in the log nor in any outbox.")


def _stated_anywhere(settings: Settings, register: Register, ids: IdRange) -> list[OutboxRow]:
    """In all outboxes: refused, or not admitted yet."""
    return [
        row
        for member in register.municipalities()
        for row in _outbox(settings, member.code, "where event_id between %s and %s", *ids)
    ]


def _remembered(settings: Settings, ids: IdRange) -> dict[bytes, Position]:
    with databases.opened(settings, databases.BUS) as connection:
        if not databases.has(connection, "admission.events"):
            return {}
        found = connection.execute(_MEMORY, (*ids, _SHOWN + 1)).fetchall()
    return {id_: Position(LOG["bulk" if bulk else "live"], partition, offset) for id_, bulk, partition, offset in found}


def _record(settings: Settings, position: Position) -> Incoming:
    with reading.reader(settings, "find", [position.topic]) as reader:
        found = reading.one(reader, TopicPartition(*position[:2]), position.offset)
    if found is None:
        raise StackError(f"The log does not give back {position.topic} {position.partition}/{position.offset}.")
    return found


def _outbox(settings: Settings, member: str, where: str, *values: Any) -> list[OutboxRow]:
    with databases.opened(settings, f"core_{member}") as connection:
        return _rows(connection, member, where, values)


def _rows(connection: Connection, member: str, where: str, values: Sequence[Any]) -> list[OutboxRow]:
    found = connection.execute((_ROW + where + " order by sequence").encode(), values).fetchall()
    return [_row(member, *row) for row in found]


def _row(  # noqa: PLR0913, PLR0917 - the columns of the query
    member: str,
    sequence: int,
    table: str,
    event_id: bytes | None,
    topic: str | None,
    partition: int | None,
    offset: int | None,
    registered: dt.datetime,
    mapped: dt.datetime | None,
    sent: dt.datetime | None,
    refused: dt.datetime | None,
    problems: Sequence[Mapping[str, str]] | None,
) -> OutboxRow:
    return OutboxRow(
        *(member, sequence, table, event_id, topic, partition, offset),
        registered=milliseconds(registered),
        mapped=_milliseconds(mapped),
        sent=_milliseconds(sent),
        refused=_milliseconds(refused),
        problems=problems or (),
    )


def _milliseconds(at: dt.datetime | None) -> int | None:
    return None if at is None else milliseconds(at)
