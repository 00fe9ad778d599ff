"""Who is entitled to a fact, and to which of its fields: the policy's rows applied to the parties of one fact."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sandbox.checker.conditions import Question
from sandbox.checker.facts import ASSESSED, PROTECTION, Fact, Record
from sandbox.checker.law import FULL, Law, Rule
from sandbox.checker.performers import Edition, Receiver, city_of

OWN = "own"


@dataclass(frozen=True)
class Grant:
    """
    The rows that entitle one business of one channel; their masks are united.

    ``served``: the municipalities for which the business is performed there. ``is_bare``: they entitled it to what is
    now corrected or annulled, so that it is told that, and nothing else.
    """

    rules: tuple[Rule, ...]
    served: frozenset[str]
    is_bare: bool = False

    @cached_property
    def told(self) -> frozenset[str]:
        """Of a person who is not protected."""
        return frozenset() if self.is_bare else frozenset().union(*(rule.fields for rule in self.rules))

    @cached_property
    def told_of_a_protected(self) -> frozenset[str]:
        return frozenset() if self.is_bare else frozenset().union(*(rule.told_of_a_protected for rule in self.rules))

    @cached_property
    def relations(self) -> frozenset[str]:
        """The roles of those related persons who are named."""
        return frozenset() if self.is_bare else frozenset().union(*(rule.relations for rule in self.rules))

    @cached_property
    def knows_the_flag(self) -> bool:
        return any(rule.when_protected == FULL for rule in self.rules)


Grants = Mapping[tuple[Receiver, str], Grant]


def grants(fact: Fact, law: Law, edition: Edition) -> Grants:
    """Of each channel and business that some row entitles."""
    rules: dict[tuple[Receiver, str], list[Rule]] = defaultdict(list)
    served: dict[tuple[Receiver, str], set[str]] = defaultdict(set)
    for rule in law.rules(fact.type, fact.registered_at):
        for municipality in _municipalities(fact, rule.role):
            receiver = _receiver(fact, rule, municipality, edition)
            if receiver and _concerns(fact, rule, municipality, edition):
                rules[receiver, rule.business].append(rule)
                served[receiver, rule.business].add(municipality)
    return {key: Grant(tuple(found), frozenset(served[key])) for key, found in rules.items()}


def _municipalities(fact: Fact, role: str) -> set[str]:
    """Who has that part; of protection every former municipality of residence counts as an origin."""
    if role == OWN:
        return {fact.source.municipality}
    roles = {role, "former"} if fact.type == PROTECTION and role == "origin" else {role}
    return {city_of(code) for party, code in fact.parties if party in roles}


def _receiver(fact: Fact, rule: Rule, municipality: str, edition: Edition) -> Receiver | None:
    """Never the source itself; and an assessment never leaves the municipality, not even to a performer."""
    if (municipality, rule.business) == fact.source:
        return None
    receiver = edition.receiver(municipality, rule.business)
    if receiver and fact.type == ASSESSED and receiver.member != fact.source.municipality:
        return None
    return receiver


def _concerns(fact: Fact, rule: Rule, municipality: str, edition: Edition) -> bool:
    is_requested = edition.is_requested(municipality, rule.business)
    return rule.condition.holds(Question(fact, rule.duty, is_requested))


def own_codes(grant: Grant, receiver: Receiver) -> frozenset[str]:
    """The municipality codes that tell this receiver nothing of a place elsewhere."""
    return grant.served | {receiver.member}


def lineage(fact: Fact, facts: Mapping[Record | None, Fact]) -> Iterator[Fact]:
    """What it corrects, then what that had corrected: the newest first."""
    while (former := facts.get(fact.corrects)) is not None:
        yield former
        fact = former
