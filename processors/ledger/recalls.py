"""Recalls as the bus's database keeps them: what was annulled where, why, and what the receipts say of it since."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from kairan.postgres import Connection
from kairan.receipts import LogPosition
from processors.ledger.reconcile import Channel, Due

_NOTE = """
insert into ledger.recalled (event, member, channel, business, rule, event_ref, lane, partition, "offset",
    delivery, person, why, decided_by, decided_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, to_timestamp(%s / 1000.0)) on conflict do nothing"""
_SENT = """
update ledger.recalled set sent = sent || %s::bigint
where (event, member, channel) = (%s, %s, %s) and delivery = %s"""
_ANNULMENTS = "select distinct event, member, channel, person, delivery from ledger.recalled "
_OPEN = """
where event = %s and (event, member, channel, business) in (
    select event, member, channel, business from ledger.recall_answer where receipted_at is null)"""
_OF_CHANNEL = "where (member, channel) = (%s, %s)"
_DUE = 'select member, channel, event_ref, business, lane, partition, "offset" from ledger.recalled'
_ANSWERS = """
select event, member, channel, business, rule, why, decided_by, decided_at, is_sent, left_out, receipted_at
from ledger.recall_answer where event = coalesce(%s, event) order by decided_at, event, member, channel, business"""


class Decision(NamedTuple):
    """Why, who, and when (milliseconds since 1970 UTC)."""

    why: str
    by: str
    at: int


class Recalled(NamedTuple):
    """An event annulled at one business of a channel; ``person`` and ``delivery`` are the annulment's record."""

    event: bytes
    channel: Channel
    business: str
    rule: str
    event_ref: bytes
    at: LogPosition
    person: bytes
    delivery: bytes


class Annulment(NamedTuple):
    """A record to be written to a channel's topic, for whichever of its businesses it recalls an event."""

    event: bytes
    channel: Channel
    person: bytes
    delivery: bytes


class Answer(NamedTuple):
    """What became of a recall; ``left_out``: the office has parked or discarded it, so it is not in effect."""

    event: bytes
    channel: Channel
    business: str
    rule: str
    why: str
    by: str
    at: dt.datetime
    is_sent: bool
    left_out: str | None
    receipted_at: dt.datetime | None

    def is_given(self) -> bool:
        """Has the office receipted that it is in effect?"""
        return self.left_out is None and self.receipted_at is not None


def note(connection: Connection, these: Iterable[Recalled], decision: Decision) -> None:
    """Each once: of a business that an event was recalled from, the first decision stays."""
    with connection.transaction():
        for each in these:
            recalled = (*each.channel, each.business, each.rule, each.event_ref, *each.at, each.delivery, each.person)
            connection.execute(_NOTE, (each.event, *recalled, *decision))


def unanswered(connection: Connection, event: bytes) -> list[Annulment]:
    """What has to be sent, perhaps again."""
    return _annulments(connection, _OPEN, event)


def of_channel(connection: Connection, channel: Channel) -> list[Annulment]:
    """All that a channel was ever sent: whoever gets the events again must get these again."""
    return _annulments(connection, _OF_CHANNEL, *channel)


def sent(connection: Connection, annulment: Annulment, offset: int) -> None:
    connection.execute(_SENT, (offset, annulment.event, *annulment.channel, annulment.delivery))


def due(connection: Connection) -> list[Due]:
    """What channels must hold beside what routing has decided."""
    rows = connection.execute(_DUE).fetchall()
    return [Due(Channel(*row[:2]), row[2], row[3], LogPosition(*row[4:])) for row in rows]


def answers(connection: Connection, event: bytes | None = None) -> list[Answer]:
    """Of one event, or of all."""
    rows = connection.execute(_ANSWERS, (event,)).fetchall()
    return [Answer(row[0], Channel(*row[1:3]), *row[3:]) for row in rows]


def _annulments(connection: Connection, where: str, *values: Any) -> list[Annulment]:
    rows = connection.execute((_ANNULMENTS + where).encode(), values).fetchall()
    return [Annulment(row[0], Channel(*row[1:3]), *row[3:]) for row in rows]
