"""Who is parked in which office, and the marks by which an operator lets them go on or gives a delivery up."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from psycopg import sql

from connectors.postgres.effects import PROTECTION_CHANGED
from connectors.postgres.offices import schema
from kairan.postgres import Connection
from kairan.register import Register
from kairan.settings import Settings
from operations.look import databases

_PARKED = """
select business, pairwise_id, (array_agg(reason order by topic_offset))[1], min(since), count(*) - 1,
    bool_or(released is not null), bool_or(discarded is not null)
from {}.parked group by business, pairwise_id order by min(since)"""
_RELEASE = """
update {}.parked set released = now()
where released is null and business = coalesce(%s, business) and pairwise_id = coalesce(%s, pairwise_id)
returning event_ref, business"""
_STILL = """
select released is null from {}.parked
where (event_ref, business) in (select * from unnest(%s::bytea[], %s::text[]))"""
_DISCARD = """
update {0}.parked p set released = now(), discarded = %s, discarded_by = %s
where pairwise_id = %s and business = coalesce(%s, business) and type <> %s and topic_offset = (
    select min(topic_offset) from {0}.parked f where (f.business, f.pairwise_id) = (p.business, p.pairwise_id))"""


Marked = tuple[bytes, str]
"""A parked delivery: its reference and its business."""


class ParkedPerson(NamedTuple):
    """One business's deliveries of one person that wait; ``behind`` the first one, which could not be applied."""

    member: str
    channel: str
    business: str
    pairwise_id: bytes
    reason: str
    since: dt.datetime
    behind: int
    is_released: bool
    is_given_up: bool


class Outcome(NamedTuple):
    """What became of deliveries that were marked: they went, were parked again, or were not tried yet."""

    marked: int
    gone: int
    parked_again: int
    untried: int


class GivenUp(NamedTuple):
    """That a delivery will never be applied: why, and who decided it."""

    why: str
    operator: str


def everywhere(settings: Settings, register: Register) -> Iterator[ParkedPerson]:
    """Of all offices, member by member."""
    for member, its in groupby(sorted(register.channels, key=lambda each: each.member), lambda each: each.member):
        with databases.opened(settings, f"offices_{member}") as connection:
            for each in its:
                yield from parked(connection, member, each.channel)


def parked(connection: Connection, member: str, channel: str) -> list[ParkedPerson]:
    found = connection.execute(_in(channel, _PARKED)).fetchall()
    return [ParkedPerson(member, channel, *row) for row in found]


def release(connection: Connection, channel: str, business: str | None, pairwise_id: bytes | None) -> list[Marked]:
    """Marks what waits there, of that business and person where they are named."""
    return connection.execute(_in(channel, _RELEASE), (business, pairwise_id)).fetchall()


def outcome(connection: Connection, channel: str, marked: Sequence[Marked]) -> Outcome:
    """What has become of marked deliveries: the sink takes the mark away when it parks one again."""
    refs, businesses = [ref for ref, _ in marked], [business for _, business in marked]
    again = [was for (was,) in connection.execute(_in(channel, _STILL), (refs, businesses))]
    return Outcome(len(marked), len(marked) - len(again), sum(again), len(again) - sum(again))


def discard(connection: Connection, channel: str, business: str | None, pairwise_id: bytes, given_up: GivenUp) -> int:
    """
    Marks the first delivery of each queue of this person, of that business where one is named; how many those are.

    What waits behind it then goes on. Of a flag no mark is set: in doubt a person stays hidden.
    """
    values = (given_up.why, given_up.operator, pairwise_id, business, PROTECTION_CHANGED)
    return connection.execute(_in(channel, _DISCARD), values).rowcount


def _in(channel: str, query: str) -> sql.Composed:
    return sql.SQL(query).format(sql.Identifier(schema(channel)))
