"""
A plan: for one kind of event with the same parties, which rules may give something to whom.

Everything that does not depend on the single event is decided here, once: who fills a role, who performs the
business, what the register answers of the condition. What is left are the plan's questions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kairan import municipalities
from processors.routing.conditions import Condition
from processors.routing.editions import Edition, Receiver
from processors.routing.policy import OWN, Rule

PROTECTION_CHANGED = "protection.ProtectionChanged"
STAYS_INSIDE = frozenset({"tax.ResidentTaxAssessed"})
"""Secrecy of the tax office: not even to a performer outside the municipality (a lawyer's answer is awaited)."""

Obstacle = Literal["no_party", "own_event", "nobody_performs", "not_on_the_bus", "leaves_municipality"]


class Party(NamedTuple):
    """A municipality of the envelope."""

    role: str
    code: str
    ward: str | None


class Source(NamedTuple):
    """Who stated the event."""

    municipality: str
    business: str


Parties = tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule, and the municipality and receiver that it may give to; or the obstacle, whatever the event's facts."""

    rule: Rule
    municipality: str | None
    receiver: Receiver | None
    obstacle: Obstacle | None
    condition: Condition


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """Candidates of all rules; ``questions`` are what their conditions still ask, of the body fields in ``reads``."""

    event: str
    source: Source
    parties: Parties
    digests: bytes
    candidates: tuple[Candidate, ...]
    questions: tuple[Condition, ...]
    reads: tuple[str, ...]


def make(edition: Edition, event: str, source: Source, parties: Parties) -> Plan:
    """Considers every rule of the event."""
    fillers = _fillers(event, source.municipality, parties)
    candidates = tuple(
        candidate
        for rule in edition.policy.by_event.get(event, ())
        if rule.fields
        for candidate in _candidates(edition, rule, source, fillers.get(rule.role, ()))
    )
    open_ones = (each.condition for each in candidates if not each.obstacle and not each.condition.is_settled)
    questions = tuple(dict.fromkeys(open_ones))
    reads = tuple(sorted(frozenset[str]().union(*(question.reads for question in questions))))
    return Plan(event, source, parties, edition.digests, candidates, questions, reads)


def city_of(code: str) -> str:
    """A ward party is its city; a code that no table knows (北方領土) stays itself."""
    return municipalities.city_of(code) if municipalities.existed(code) else code


def _candidates(edition: Edition, rule: Rule, source: Source, receiving: Sequence[str]) -> Iterator[Candidate]:
    if not receiving:
        yield Candidate(rule, None, None, "no_party", rule.condition)
    for municipality in receiving:
        receiver = edition.performer(municipality, rule.business)
        obstacle = _obstacle(edition, rule, source, municipality)
        condition = rule.condition.settled(edition.office(rule, municipality))
        yield Candidate(rule, municipality, receiver, obstacle, condition)


def _obstacle(edition: Edition, rule: Rule, source: Source, municipality: str) -> Obstacle | None:
    if (municipality, rule.business) == (city_of(source.municipality), source.business):
        return "own_event"
    receiver = edition.performer(municipality, rule.business)
    if receiver is None:
        return "nobody_performs"
    if not edition.reaches(receiver):
        return "not_on_the_bus"
    if rule.event in STAYS_INSIDE and receiver.member != city_of(source.municipality):
        return "leaves_municipality"
    return None


def _fillers(event: str, source: str, parties: Parties) -> Mapping[str, tuple[str, ...]]:
    """Role → the cities that have it, each once."""
    found: dict[str, dict[str, None]] = {OWN: {city_of(source): None}}
    for party in parties:
        for role in _roles(event, party.role):
            found.setdefault(role, {})[city_of(party.code)] = None
    return {role: tuple(cities) for role, cities in found.items()}


def _roles(event: str, role: str) -> tuple[str, ...]:
    """For a protection measure ``origin`` stands for every former municipality of residence."""
    return (role, "origin") if event == PROTECTION_CHANGED and role == "former" else (role,)
