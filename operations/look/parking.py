"""
Who is parked in which office, and the marks by which an operator lets them go on or gives a delivery up.

What was parked was routed before, and not every measure reaches an office as a flag: one that was refused, a link or
another municipality's hide in routing only (ADR 9, 13). So whoever sets a mark asks who hides now.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from psycopg import sql

from connectors.postgres import statements
from connectors.postgres.deliveries import without_location
from connectors.postgres.effects import PROTECTION_CHANGED
from connectors.postgres.hiding import HIDING
from connectors.postgres.offices import schema
from kairan import wire
from kairan.postgres import Connection
from kairan.register import Register
from kairan.settings import Settings
from operations.look import databases
from operations.look.hiding import Hiding

_PARKED = """
select business, pairwise_id, (array_agg(reason order by topic_offset))[1], min(since), count(*) - 1,
    bool_or(released is not null), bool_or(discarded is not null)
from {}.parked group by business, pairwise_id order by min(since)"""
_ALONE = "lock table {}.parked in share row exclusive mode"
"""A sink that parks or drains waits for its turn: nobody is marked who was not asked about."""
_WHOM = """
select pairwise_id, related from {}.parked
where business = coalesce(%s, business) and pairwise_id = coalesce(%s, pairwise_id)"""
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


class Released(NamedTuple):
    """What was marked, and how many parked deliveries lost what tells where a person is before."""

    marked: list[Marked]
    stripped: int


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


def release(
    connection: Connection, channel: str, business: str | None, pairwise_id: bytes | None, hiding: Hiding
) -> Released:
    """
    Marks what waits there, of that business and person where they are named.

    Of whoever hides, or is related to somebody who does, what tells where they are is taken out first.
    """
    with connection.transaction():
        stripped = _strip(connection, channel, (business, pairwise_id), hiding)
        marked = connection.execute(_in(channel, _RELEASE), (business, pairwise_id)).fetchall()
    return Released(marked, stripped)


def outcome(connection: Connection, channel: str, marked: Sequence[Marked]) -> Outcome:
    """What has become of marked deliveries: the sink takes the mark away when it parks one again."""
    refs, businesses = [ref for ref, _ in marked], [business for _, business in marked]
    again = [was for (was,) in connection.execute(_in(channel, _STILL), (refs, businesses))]
    return Outcome(len(marked), len(marked) - len(again), sum(again), len(again) - sum(again))


def discard(
    connection: Connection, channel: str, business: str | None, pairwise_id: bytes, given_up: GivenUp, hiding: Hiding
) -> int:
    """
    Marks the first delivery of each queue of this person, of that business where one is named; how many those are.

    What waits behind it then goes on, stripped as by ``release``. Of a flag no mark is set: in doubt a person stays
    hidden.
    """
    values = (given_up.why, given_up.operator, pairwise_id, business, PROTECTION_CHANGED)
    with connection.transaction():
        _strip(connection, channel, (business, pairwise_id), hiding)
        return connection.execute(_in(channel, _DISCARD), values).rowcount


def _strip(connection: Connection, channel: str, whose: tuple[str | None, bytes | None], hiding: Hiding) -> int:
    """How many deliveries lost what tells where somebody is; until the transaction ends nobody else is parked."""
    connection.execute(_in(channel, _ALONE))
    hidden = [each for each in _named(connection, channel, whose) if hiding.hides(each)]
    its, count = statements.of(channel), 0
    for ref, business, delivery in connection.execute(its["parked_of"], (hidden, hidden)).fetchall():
        stripped = _stripped(delivery, hiding.member)
        if stripped != delivery:
            connection.execute(its["restock"], (stripped, ref, business))
            count += 1
    return count


def _stripped(delivery: bytes, member: str) -> bytes:
    """What was routed when its person hid already stays as it is: routing knew whom it told where she is."""
    was_hidden = wire.decode_envelope(delivery).record["protection"] in HIDING
    return delivery if was_hidden else without_location(delivery, member)


def _named(connection: Connection, channel: str, whose: tuple[str | None, bytes | None]) -> set[bytes]:
    """Whom these deliveries are about, and who is related to them."""
    found = connection.execute(_in(channel, _WHOM), whose)
    return {named for person, related in found for named in (person, *related)}


def _in(channel: str, query: str) -> sql.Composed:
    return sql.SQL(query).format(sql.Identifier(schema(channel)))
