"""
Decisions: for each candidate of a plan whether it gives something, and what; then what each business holds.

``route``, ``explain`` and ``due`` are projections of the same outcome, so they cannot disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from kairan import shapes
from processors.routing.conditions import Condition, suffices
from processors.routing.editions import Receiver
from processors.routing.plans import Candidate, Obstacle, Plan
from processors.routing.spans import Truth

Reason = Obstacle | Literal["given", "condition", "protected"]
RELATED = "related"
"""How a delivery names the withheld persons of the envelope; who they are reveals where somebody lives."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one rule gives to one municipality, or why nothing; ``hidden`` is what protection took away."""

    candidate: Candidate
    reason: Reason
    truth: Truth
    fields: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def is_given(self) -> bool:
        return self.reason == "given"

    @property
    def sees_flag(self) -> bool:
        return self.candidate.rule.when_protected == "full_with_flag"


@dataclass(frozen=True, slots=True)
class Share:
    """What one business gets of an event: all its rules united; ``municipalities``: on whose behalf."""

    receiver: Receiver
    business: str
    municipalities: frozenset[str]
    rules: tuple[str, ...]
    fields: frozenset[str]
    relations: frozenset[str]
    hidden: frozenset[str]
    sees_flag: bool

    @property
    def rule(self) -> str:
        """The names of its rules, as a delivery states them."""
        return "+".join(self.rules)


Shares: TypeAlias = Mapping[tuple[Receiver, str], Share]
"""By receiver and business."""


def decide(plan: Plan, answers: Mapping[Condition, Truth], *, hides: bool) -> tuple[Decision, ...]:
    """One decision a candidate; ``hides``: the person, or a related person, is protected or may be."""
    return tuple(_decide(candidate, _truth(candidate, answers), hides=hides) for candidate in plan.candidates)


def unite(decisions: Iterable[Decision]) -> Shares:
    """Several roles, rules or municipalities for one business of a receiver: it gets what any of them gives."""
    given: dict[tuple[Receiver, str], list[Decision]] = {}
    for each in decisions:
        if each.is_given and each.candidate.receiver is not None:
            given.setdefault((each.candidate.receiver, each.candidate.rule.business), []).append(each)
    return {key: _share(*key, of_business) for key, of_business in given.items()}


@cache
def revealing(event: str) -> frozenset[str]:
    """The fields of an event that tell where somebody is."""
    return frozenset(field.name for field in shapes.shape("event", event).body_fields if field.reveals_location)


def _truth(candidate: Candidate, answers: Mapping[Condition, Truth]) -> Truth:
    condition = candidate.condition
    if condition.is_settled:
        return Truth.YES if condition.groups else Truth.NO
    return answers.get(condition, Truth.UNCERTAIN)


def _decide(candidate: Candidate, truth: Truth, *, hides: bool) -> Decision:
    rule = candidate.rule
    if candidate.obstacle:
        return Decision(candidate, candidate.obstacle, truth)
    if not suffices(truth, rule.duty):
        return Decision(candidate, "condition", truth)
    if not hides or rule.when_protected == "full_with_flag":
        return Decision(candidate, "given", truth, rule.body_fields, rule.relations)
    if rule.when_protected == "nothing":
        return Decision(candidate, "protected", truth)
    hidden = rule.body_fields & revealing(rule.event)
    people = frozenset({RELATED}) if rule.relations else frozenset[str]()
    return Decision(candidate, "given", truth, rule.body_fields - hidden, hidden=hidden | people)


def _share(receiver: Receiver, business: str, decisions: list[Decision]) -> Share:
    fields = frozenset[str]().union(*(each.fields for each in decisions))
    relations = frozenset[str]().union(*(each.relations for each in decisions))
    told = fields | {RELATED} if relations else fields
    return Share(
        receiver,
        business,
        municipalities=frozenset(each.candidate.municipality for each in decisions if each.candidate.municipality),
        rules=tuple(dict.fromkeys(each.candidate.rule.name for each in decisions)),
        fields=fields,
        relations=relations,
        hidden=frozenset[str]().union(*(each.hidden for each in decisions)) - told,
        sees_flag=any(each.sees_flag for each in decisions),
    )
