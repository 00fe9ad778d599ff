"""
What each back office must have received of a fact.

Those whom the fact itself entitles get it with their fields. A correction or annulment also reaches whoever was
entitled only by what it corrects: as an annulment that names it and tells nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sandbox.checker.entitlements import Grant, Grants, grants, lineage
from sandbox.checker.facts import Change, Fact, Record
from sandbox.checker.law import Law
from sandbox.checker.performers import Performers, Receiver

EventRef = Callable[[str, bytes], bytes]
"""The reference of an event id for one municipality."""


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """One event for one business. ``names``: the fact whose reference it must carry as what it corrects."""

    fact: Fact
    receiver: Receiver
    business: str
    grant: Grant
    change: Change
    names: Fact | None


def due(facts: Iterable[Fact], law: Law, performers: Performers) -> Iterator[Due]:
    """Of all facts that were not refused."""
    valid: dict[Record | None, Fact] = {fact.record: fact for fact in facts if not fact.is_refused}
    known = {fact: grants(fact, law, performers.at(fact.registered_at)) for fact in valid.values()}
    for fact in valid.values():
        yield from _of(fact, valid, known)


def _of(fact: Fact, facts: Mapping[Record | None, Fact], known: Mapping[Fact, Grants]) -> Iterator[Due]:
    for (receiver, business), grant in known[fact].items():
        yield Due(fact, receiver, business, grant, fact.change, facts.get(fact.corrects))
    reached = set(known[fact])
    for former in lineage(fact, facts):
        for receiver, business in known[former].keys() - reached:
            reached.add((receiver, business))
            bare = replace(known[former][receiver, business], is_bare=True)
            yield Due(fact, receiver, business, bare, "annulled", former)
