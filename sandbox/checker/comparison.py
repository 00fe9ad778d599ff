"""What every back office holds against what it must hold: pure, from plain data to figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from sandbox.checker import alterations, arrivals, disclosures, issuers, leaks, recalls
from sandbox.checker.cases import Cases, cases
from sandbox.checker.due import EventRef, due
from sandbox.checker.facts import Fact
from sandbox.checker.findings import Fault, Finding, Findings, examples, latency
from sandbox.checker.identity import identities
from sandbox.checker.law import Law
from sandbox.checker.offices import Office
from sandbox.checker.performers import Performers
from sandbox.checker.protection import Shield
from sandbox.checker.recalls import Recalled


class Planted(NamedTuple):
    """An outbox row that was meant to be refused."""

    member: str
    sequence: int


@dataclass(frozen=True)
class Rules:
    """What decides who must hold what, and under which reference."""

    law: Law
    performers: Performers
    event_ref: EventRef


def compare(  # noqa: PLR0913 - what is known beside the tables, each by its name
    facts: Sequence[Fact],
    offices: Sequence[Office],
    rules: Rules,
    *,
    planted: Collection[Planted] = (),
    refused: int = 0,
    latency_until: float = inf,
    recalled: Collection[Recalled] = (),
) -> Findings:
    """``refused``: how many outbox rows were; the rows of refused facts and those put there by hand."""
    all_due = recalls.still_due(due(facts, rules.law, rules.performers), recalled)
    found = cases(facts, all_due, recalls.without(offices, recalled, rules.event_ref), rules.event_ref)
    faults = _faults(found, facts, rules.event_ref)
    return Findings(
        events_registered=sum(Planted(fact.record.member, fact.sequence) not in planted for fact in facts),
        events_refused=refused,
        bad_inputs_sent=len(planted),
        deliveries_due=len(found.due),
        deliveries_applied=len(arrivals.arrived(found)),
        parked=len(arrivals.waiting(found)),
        **{fault: len(each) for fault, each in faults.items()},
        latency_ms=latency(arrivals.milliseconds(found, latency_until)),
        examples=examples(faults),
    )


def _faults(found: Cases, facts: Sequence[Fact], event_ref: EventRef) -> dict[Fault, list[Finding]]:
    joined = identities(facts, found.applied)
    shield = Shield(facts, joined, found.applied)
    return {
        "lost": arrivals.lost(found),
        "duplicate_effects": arrivals.doubled(found),
        "out_of_order": arrivals.swapped(found),
        "unentitled_fields": leaks.unentitled(found, joined),
        "protected_disclosed": disclosures.disclosed(found, facts, joined, shield) + issuers.comparable(found),
        "altered_values": alterations.altered(found, joined, shield, event_ref) + issuers.mixed_up(found),
        "missing_fields": alterations.missing(found, shield),
    }
