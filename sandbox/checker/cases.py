"""Rows of the offices beside what was due there: what every comparison begins with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sandbox.checker.due import Due, EventRef
from sandbox.checker.facts import Fact
from sandbox.checker.findings import Fault, Finding
from sandbox.checker.offices import Known, Office, Parked, Received
from sandbox.checker.performers import Receiver


class Place(NamedTuple):
    """The inbox entry that a delivery belongs into."""

    receiver: Receiver
    event_ref: bytes
    business: str


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """
    A delivery that took effect.

    ``fact``: None where no municipality registered it. ``due``: None where nobody entitles the business to it.
    """

    receiver: Receiver
    row: Received
    fact: Fact | None
    due: Due | None

    def finding(self, fault: Fault, path: str = "") -> Finding:
        return Finding(fault, self.receiver, self.row.business, self.row.event_ref.hex(), path)


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """The same of a parked delivery."""

    receiver: Receiver
    row: Parked
    fact: Fact | None
    due: Due | None

    def finding(self, fault: Fault, path: str = "") -> Finding:
        return Finding(fault, self.receiver, self.row.business, self.row.event_ref.hex(), f"parked.{path}")


@dataclass(frozen=True, eq=False)
class Cases:
    """Everything that any office holds, beside what it should."""

    due: Sequence[Due]
    unsent: Sequence[Due]
    """Due, but of a fact that has no event id yet: it never left its core system."""
    places: Mapping[Place, Due]
    applied: Sequence[Case]
    parked: Sequence[Waiting]
    discarded: frozenset[Place]
    known: Sequence[tuple[Receiver, Known]]

    def told_of(self, receiver: Receiver, known: Known) -> Sequence[Case]:
        """What a business was told of a person, in no order."""
        return self._of_each_person.get((receiver, known.business, known.pairwise_id), ())

    @cached_property
    def _of_each_person(self) -> Mapping[tuple[Receiver, str, bytes], list[Case]]:
        found: dict[tuple[Receiver, str, bytes], list[Case]] = defaultdict(list)
        for case in self.applied:
            found[case.receiver, case.row.business, case.row.pairwise_id].append(case)
        return found


def cases(facts: Sequence[Fact], due: Iterable[Due], offices: Sequence[Office], event_ref: EventRef) -> Cases:
    """Matches by the reference that each member has of an event."""
    all_due = list(due)
    places = dict(_places(all_due, event_ref))
    members = {office.receiver.member for office in offices}
    references = {member: _references(facts, member, event_ref) for member in members}
    return Cases(
        due=all_due,
        unsent=[each for each in all_due if _event_id(each.fact) is None],
        places=places,
        applied=[
            Case(
                office.receiver,
                row,
                references[office.receiver.member].get(row.event_ref),
                places.get(Place(office.receiver, row.event_ref, row.business)),
            )
            for office in offices
            for row in office.received
        ],
        parked=[
            Waiting(
                office.receiver,
                row,
                references[office.receiver.member].get(row.event_ref),
                places.get(Place(office.receiver, row.event_ref, row.business)),
            )
            for office in offices
            for row in office.parked
        ],
        discarded=frozenset(
            Place(office.receiver, row.event_ref, row.business) for office in offices for row in office.discarded
        ),
        known=[(office.receiver, known) for office in offices for known in office.known],
    )


def _event_id(fact: Fact) -> bytes | None:
    return fact.sending.event_id if fact.sending else None


def _places(due: Iterable[Due], event_ref: EventRef) -> Iterator[tuple[Place, Due]]:
    for each in due:
        event_id = _event_id(each.fact)
        if event_id is not None:
            yield Place(each.receiver, event_ref(each.receiver.member, event_id), each.business), each


def _references(facts: Iterable[Fact], member: str, event_ref: EventRef) -> Mapping[bytes, Fact]:
    """Refused facts too: that one of them arrives must be seen."""
    ids = ((_event_id(fact), fact) for fact in facts)
    return {event_ref(member, event_id): fact for event_id, fact in ids if event_id is not None}
