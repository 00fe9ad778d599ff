"""What back offices hold of one event: names of fields, never values."""

import datetime as dt
from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple, TypeAlias

from psycopg import sql

from connectors.postgres.offices import schema
from kairan import topics
from kairan.postgres import Connection
from kairan.settings import Settings
from operations.look import databases
from operations.look.times import milliseconds
from processors.routing.editions import Receiver

_HELD = """
select business, rule, change, array(select key from jsonb_each(body) where value <> 'null'), withheld, protection,
    annulled_by, decided_by, topic_offset, applied_at, answered_at,
    case when cannot_undo is null then outcome else 'cannot_undo ' || cannot_undo end
from {0}.received left join {0}.answer using (event_ref, business) where event_ref = %s order by business"""
_WAITING = """
select business, reason, topic_offset, since, released is not null
from {}.parked where event_ref = %s order by business"""
_DISCARDED = """
select business, reason, discarded_at
from {}.discarded where event_ref = %s order by business"""
_READ = "select position from {}.consumed where topic = %s and partition = 0"


class Held(NamedTuple):
    """A row of an inbox; ``fields`` are those that have a value; no ``answer`` is due of most events."""

    business: str
    rule: str
    change: str
    fields: frozenset[str]
    withheld: Mapping[str, str]
    protection: str | None
    annulled_by: bytes | None
    decided_by: bytes
    offset: int
    applied: int
    answer: str = ""
    answered: int | None = None


class Waiting(NamedTuple):
    """A parked delivery to a business."""

    business: str
    reason: str
    offset: int
    since: int
    is_released: bool


class Discarded(NamedTuple):
    """A parked delivery to a business that an operator gave up."""

    business: str
    reason: str
    at: int


class Office(NamedTuple):
    """Everything that a channel's office has of the event; ``read``: the next offset of its topic to read."""

    read: int
    held: tuple[Held, ...]
    waiting: tuple[Waiting, ...]
    discarded: tuple[Discarded, ...] = ()

    def offsets(self) -> set[int]:
        return {each.offset for each in self.held} | {each.offset for each in self.waiting}

    def businesses(self) -> set[str]:
        left_out = {each.business for each in self.waiting} | {each.business for each in self.discarded}
        return left_out | {each.business for each in self.held}


Offices: TypeAlias = Mapping[Receiver, Office]


def look(settings: Settings, refs: Mapping[Receiver, bytes]) -> Offices:
    """
    In these offices, each by the reference under which its member knows the event.

    Raises:
        StackError: a database cannot be opened.

    """
    found = {}
    for member, its in groupby(sorted(refs), lambda each: each.member):
        with databases.opened(settings, f"offices_{member}") as connection:
            for receiver in its:
                found[receiver] = _office(connection, receiver, refs[receiver])
    return found


def _office(connection: Connection, receiver: Receiver, event_ref: bytes) -> Office:
    place = sql.Identifier(schema(receiver.channel))
    topic = topics.name(topics.DELIVERIES, *receiver)
    read = connection.execute(sql.SQL(_READ).format(place), (topic,)).fetchone()
    held = connection.execute(sql.SQL(_HELD).format(place), (event_ref,)).fetchall()
    waiting = connection.execute(sql.SQL(_WAITING).format(place), (event_ref,)).fetchall()
    discarded = connection.execute(sql.SQL(_DISCARDED).format(place), (event_ref,)).fetchall()
    return Office(
        read[0] if read else 0,
        tuple(_held(*row) for row in held),
        tuple(_waiting(*row) for row in waiting),
        tuple(_discarded(*row) for row in discarded),
    )


def _held(  # noqa: PLR0913, PLR0917 - the columns of the query
    business: str,
    rule: str,
    change: str,
    fields: list[str],
    withheld: list[dict[str, str]],
    protection: str | None,
    annulled_by: bytes | None,
    decided_by: bytes,
    offset: int,
    applied: dt.datetime,
    answered: dt.datetime | None,
    answer: str | None,
) -> Held:
    hidden = {each["field"]: each["reason"] for each in withheld}
    its = (business, rule, change, frozenset(fields), hidden, protection, annulled_by, decided_by, offset)
    return Held(*its, milliseconds(applied), answer or "", milliseconds(answered) if answered else None)


def _waiting(business: str, reason: str, offset: int, since: dt.datetime, is_released: bool) -> Waiting:  # noqa: FBT001 - a column
    return Waiting(business, reason, offset, milliseconds(since), is_released)


def _discarded(business: str, reason: str, at: dt.datetime) -> Discarded:
    return Discarded(business, reason, milliseconds(at))
