"""
Recalls: what somebody decided to take back from a business counts as if nobody had ever told it there.

So whatever the business still knows by it stands there unexplained. The annulment itself may name it, and nothing else.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sandbox.checker.due import Due, EventRef
from sandbox.checker.facts import is_empty
from sandbox.checker.offices import Office, Received
from sandbox.checker.performers import Receiver


@dataclass(frozen=True, slots=True)
class Recalled:
    """An event taken back from a business; ``annulment``: the reference under which that was told."""

    event_id: bytes
    receiver: Receiver
    business: str
    annulment: bytes


def still_due(due: Iterable[Due], recalled: Collection[Recalled]) -> list[Due]:
    gone = {(each.event_id, each.receiver, each.business) for each in recalled}
    return [each for each in due if (_event_id(each), each.receiver, each.business) not in gone]


def without(offices: Iterable[Office], recalled: Collection[Recalled], event_ref: EventRef) -> list[Office]:
    """Their inboxes without what was taken back, and without the annulments that only say so."""
    found: dict[Receiver, dict[tuple[bytes, str], bytes]] = {}
    for each in recalled:
        ref = event_ref(each.receiver.member, each.event_id)
        found.setdefault(each.receiver, {}).update({(each.annulment, each.business): ref, (ref, each.business): ref})
    return [_without(office, found[office.receiver]) if office.receiver in found else office for office in offices]


def _without(office: Office, taken: dict[tuple[bytes, str], bytes]) -> Office:
    rows = [row for row in office.received if not _is_settled(row, taken.get((row.event_ref, row.business)))]
    return replace(office, received=rows)


def _is_settled(row: Received, recalled: bytes | None) -> bool:
    if recalled is None:
        return False
    return row.event_ref == recalled or (row.corrects_ref == recalled and _is_bare(row))


def _is_bare(row: Received) -> bool:
    told = any(not is_empty(value) for value in row.body.values())
    return (
        row.change == "annulled" and not told and not row.source_municipality and not row.envelope.get("municipalities")
    )


def _event_id(due: Due) -> bytes | None:
    return due.fact.sending.event_id if due.fact.sending else None
