"""Who is parked in which office, and the mark that lets them go on."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from psycopg import sql

from connectors.postgres.offices import schema
from kairan.postgres import Connection
from kairan.register import Register
from kairan.settings import Settings
from operations.look import databases

_PARKED = """
select business, pairwise_id, (array_agg(reason order by topic_offset))[1], min(since), count(*) - 1,
    bool_or(released is not null)
from {}.parked group by business, pairwise_id order by min(since)"""
_RELEASE = """
update {}.parked set released = now()
where released is null and business = coalesce(%s, business) and pairwise_id = coalesce(%s, pairwise_id)"""


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


def everywhere(settings: Settings, register: Register) -> Iterator[ParkedPerson]:
    """Of all offices, member by member."""
    for member, its in groupby(sorted(register.channels, key=lambda each: each.member), lambda each: each.member):
        with databases.opened(settings, f"offices_{member}") as connection:
            for each in its:
                yield from parked(connection, member, each.channel)


def parked(connection: Connection, member: str, channel: str) -> list[ParkedPerson]:
    found = connection.execute(_in(channel, _PARKED)).fetchall()
    return [ParkedPerson(member, channel, *row) for row in found]


def release(connection: Connection, channel: str, business: str | None, pairwise_id: bytes | None) -> int:
    """Marks what waits there, of that business and person where they are named; how many deliveries that are."""
    return connection.execute(_in(channel, _RELEASE), (business, pairwise_id)).rowcount


def _in(channel: str, query: str) -> sql.Composed:
    return sql.SQL(query).format(sql.Identifier(schema(channel)))
