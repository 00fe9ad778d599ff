"""
The way of an event as a list of steps, and what is still outstanding.

Pure: what was found of it in outbox, topics, offices and ledger comes in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from kairan.stream import Incoming
from operations.look.finding import OutboxRow
from operations.look.offices import Offices, Waiting
from operations.look.refusing import Refusal
from processors.routing.deliveries import Due
from processors.routing.editions import Receiver

KINDS = (
    *("registered", "mapped", "stated", "confirmed", "admitted", "refused"),
    *("delivered", "parked", "discarded", "applied", "answered", "receipted"),
)
"""What can happen, in the order that stands where two things happened in the same millisecond."""


class Step(NamedTuple):
    """Something that happened to the event; ``at`` in milliseconds since 1970 UTC."""

    at: int
    what: str
    where: str
    note: str = ""


class Outstanding(NamedTuple):
    """Something that must still happen."""

    what: str
    where: str
    note: str = ""


class Delivered(NamedTuple):
    """A delivery in its channel's topic."""

    receiver: Receiver
    offset: int
    appended: int
    businesses: tuple[str, ...]


class Receipted(NamedTuple):
    """A receipt in the ledger that speaks of a delivery."""

    receiver: Receiver
    first: int
    last: int
    noted: int


@dataclass(frozen=True)
class Way:
    """Everything that was found; ``due``: whom routing must have served."""

    rows: Sequence[OutboxRow] = ()
    stated: Sequence[Incoming] = ()
    refusals: Sequence[tuple[Refusal, Incoming]] = ()
    record: Incoming | None = None
    due: frozenset[Due] = frozenset()
    delivered: Sequence[Delivered] = ()
    offices: Offices = field(default_factory=dict)
    receipted: Sequence[Receipted] = ()


def steps(way: Way) -> list[Step]:
    """In the order in which they happened."""
    found = (*_in_outbox(way.rows), *_on_the_bus(way), *_in_offices(way.offices))
    return sorted(found, key=lambda step: (step.at, KINDS.index(step.what), step.where, step.note))


def outstanding(way: Way) -> list[Outstanding]:
    """Nothing, once every office has what is due and has answered what it is asked, and the ledger knows."""
    return [*_not_admitted(way), *_not_delivered(way), *_not_applied(way), *_not_receipted(way), *_not_answered(way)]


def _in_outbox(rows: Iterable[OutboxRow]) -> Iterator[Step]:
    for row in rows:
        where = f"core_{row.member} outbox row {row.sequence}"
        yield Step(row.registered, "registered", where, row.table)
        if row.mapped is not None:
            yield Step(row.mapped, "mapped", where)
        if row.sent is not None:
            yield Step(row.sent, "confirmed", where, f"as {row.topic} {row.partition}/{row.offset}")
        if row.refused is not None and row.sent is None:
            yield Step(row.refused, "refused", where, _told(row.problems))


def _on_the_bus(way: Way) -> Iterator[Step]:
    for record in way.stated:
        yield Step(record.timestamp, "stated", _at(record))
    for refusal, record in way.refusals:
        yield Step(record.timestamp, "refused", _at(record), f"{refusal.where}: {_told(refusal.problems)}")
    if way.record is not None:
        yield Step(way.record.timestamp, "admitted", _at(way.record))
    for each in way.delivered:
        yield Step(each.appended, "delivered", f"{each.receiver.topic} 0/{each.offset}", " ".join(each.businesses))
    for receipt in way.receipted:
        note = f"its offsets {receipt.first}…{receipt.last}"
        yield Step(receipt.noted, "receipted", f"ledger, {_name(receipt.receiver)}", note)


def _in_offices(offices: Offices) -> Iterator[Step]:
    """What one transaction applied is one step."""
    for receiver, office in offices.items():
        for applied, rows in groupby(sorted(office.held, key=lambda row: row.applied), lambda row: row.applied):
            yield Step(applied, "applied", f"offices_{_name(receiver)}", " ".join(row.business for row in rows))
        for row in office.held:
            if row.answered is not None:
                yield Step(row.answered, "answered", f"offices_{_name(receiver)}", f"{row.business}: {row.answer}")
        for waiting in office.waiting:
            yield Step(waiting.since, "parked", f"offices_{_name(receiver)}", _parked(waiting))
        for each in office.discarded:
            yield Step(each.at, "discarded", f"offices_{_name(receiver)}", f"{each.business}: {each.reason}")


def _not_admitted(way: Way) -> Iterator[Outstanding]:
    for row in way.rows:
        where = f"core_{row.member} outbox row {row.sequence}"
        if row.sent is None and row.refused is None:
            yield Outstanding("not sent", where)
        elif way.record is None and row.refused is None and not way.refusals:
            yield Outstanding("neither admitted nor refused", where)


def _not_delivered(way: Way) -> Iterator[Outstanding]:
    there = {(each.receiver, business) for each in way.delivered for business in each.businesses}
    there |= {(receiver, business) for receiver, office in way.offices.items() for business in office.businesses()}
    yield from _by_channel("not delivered", {(Receiver(*due[:2]), due.business) for due in way.due} - there)


def _not_applied(way: Way) -> Iterator[Outstanding]:
    told = {(each.receiver, business) for each in way.delivered for business in each.businesses}
    applied = {(receiver, row.business) for receiver, office in way.offices.items() for row in office.held}
    parked = {(receiver, row.business) for receiver, office in way.offices.items() for row in office.waiting}
    discarded = {(receiver, row.business) for receiver, office in way.offices.items() for row in office.discarded}
    yield from _by_channel("not applied", told - applied - parked - discarded)
    yield from _by_channel("parked", parked)


def _not_receipted(way: Way) -> Iterator[Outstanding]:
    known = [(each.receiver, range(each.first, each.last + 1)) for each in way.receipted]
    for receiver, office in way.offices.items():
        for offset in sorted({row.offset for row in office.held}):
            if not any(receiver == of and offset in these for of, these in known):
                yield Outstanding("not receipted", _name(receiver), f"offset {offset}")


def _not_answered(way: Way) -> Iterator[Outstanding]:
    asked = {
        (receiver, row.business)
        for receiver, office in way.offices.items()
        for row in office.held
        if row.answer and row.answered is None
    }
    yield from _by_channel("not answered", asked)


def _by_channel(what: str, these: Iterable[tuple[Receiver, str]]) -> Iterator[Outstanding]:
    for receiver, rows in groupby(sorted(these), lambda row: row[0]):
        yield Outstanding(what, _name(receiver), " ".join(business for _, business in rows))


def _at(record: Incoming) -> str:
    return f"{record.topic} {record.partition}/{record.offset}"


def _name(receiver: Receiver) -> str:
    return f"{receiver.member}.{receiver.channel}"


def _parked(waiting: Waiting) -> str:
    return f"{waiting.business}: {waiting.reason}{', released' if waiting.is_released else ''}"


def _told(problems: Iterable[Mapping[str, str]]) -> str:
    return "; ".join(f"{each['code']} {each['path']}".strip() for each in problems)
