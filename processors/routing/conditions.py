"""
The condition language of the policy: ``group or group``, a group is ``term and term``; no brackets, no negation.

A condition is read once, settled once for each receiving office (what the register knows of it), and asked of
each event's facts only for what is left.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal, Protocol

from processors.routing.facts import ENTITLEMENTS, Facts
from processors.routing.spans import Truth, ages, school_years

Duty = Literal["law", "needed", "conditional"]
ABROAD = "22"
"""異動事由 国外転出."""


class ConditionError(ValueError):
    """A condition says something that the language does not know; the message is a sentence."""


class Term(Protocol):
    """What is asked of the facts; ``reads`` names the body fields it needs."""

    @property
    def reads(self) -> frozenset[str]: ...

    def holds(self, facts: Facts) -> Truth: ...


@dataclass(frozen=True, slots=True)
class Age:
    """``age>=65``, ``age<=18``, ``age 20..59``: full years on the effective day."""

    youngest: int
    oldest: int | None
    reads: ClassVar[frozenset[str]] = frozenset({"birth_date"})

    def holds(self, facts: Facts) -> Truth:
        return ages(self.youngest, self.oldest).covers(facts.effective, facts.born)


@dataclass(frozen=True, slots=True)
class SchoolAge:
    """``school_age``."""

    reads: ClassVar[frozenset[str]] = frozenset({"birth_date"})

    def holds(self, facts: Facts) -> Truth:
        return _SCHOOL.covers(facts.effective, facts.born)


@dataclass(frozen=True, slots=True)
class Says:
    """``resident_kind=japanese``: the field says so; a field that says nothing does not."""

    field: Literal["resident_kind", "arrival_kind", "procedure"]
    value: str

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.field})

    def holds(self, facts: Facts) -> Truth:
        return Truth.YES if getattr(facts, self.field) == self.value else Truth.NO


@dataclass(frozen=True, slots=True)
class Abroad:
    """``abroad``: the 異動事由 is 国外転出."""

    reads: ClassVar[frozenset[str]] = frozenset()

    def holds(self, facts: Facts) -> Truth:
        return Truth.YES if facts.reason == ABROAD else Truth.NO


@dataclass(frozen=True, slots=True)
class Entitled:
    """``entitled(nhi)``: that entitlement is open on the effective day."""

    name: str
    reads: ClassVar[frozenset[str]] = frozenset({"entitlements"})

    def holds(self, facts: Facts) -> Truth:
        span = facts.entitlements.get(self.name)
        return Truth.NO if span is None else span.covers(facts.effective)


@dataclass(frozen=True, slots=True)
class FieldsChanged:
    """``fields_changed(name,sex)``: the amendment names one of them."""

    names: frozenset[str]
    reads: ClassVar[frozenset[str]] = frozenset({"amended"})

    def holds(self, facts: Facts) -> Truth:
        return Truth.NO if self.names.isdisjoint(facts.amended) else Truth.YES


@dataclass(frozen=True, slots=True)
class OfOffice:
    """``caseload``, ``related_caseload``, ``requested``: what the register, not the event, answers."""

    name: Literal["caseload", "related_caseload", "requested"]
    reads: ClassVar[frozenset[str]] = frozenset()

    def holds(self, facts: Facts) -> Truth:
        raise ConditionError(f"{self.name} is asked of an office, not of {type(facts).__name__}")


@dataclass(frozen=True, slots=True)
class Office:
    """What the register knows of a receiving office: has it an approved order; does it count as holding everybody?"""

    requested: bool
    holds_everybody: bool

    def answers(self, term: OfOffice) -> bool:
        return self.requested if term.name == "requested" else self.holds_everybody


@dataclass(frozen=True)
class Condition:
    """Groups of terms: true when all terms of one group are; no group is never, an empty group is always."""

    groups: tuple[tuple[Term, ...], ...]
    text: str = field(default="", compare=False)

    def of(self, facts: Facts) -> Truth:
        return max((_all_of(group, facts) for group in self.groups), default=Truth.NO)

    def settled(self, office: Office) -> "Condition":
        """What is left to ask of an event when this office receives it."""
        groups = tuple(left for group in self.groups if (left := _left(group, office)) is not None)
        return Condition(((),) if () in groups else groups, self.text)

    @cached_property
    def is_settled(self) -> bool:
        return not self.groups or () in self.groups

    @cached_property
    def reads(self) -> frozenset[str]:
        return frozenset[str]().union(*(term.reads for group in self.groups for term in group))

    @cached_property
    def mentions(self) -> frozenset[str]:
        """The body fields it reads, and those whose change it asks for."""
        terms = (term for group in self.groups for term in group if isinstance(term, FieldsChanged))
        return self.reads.union(*(term.names for term in terms))


_SCHOOL = school_years()


def suffices(truth: Truth, duty: Duty) -> bool:
    """A legal duty delivers when the condition may be true, anything else only when it surely is."""
    return truth >= (Truth.UNCERTAIN if duty == "law" else Truth.YES)


def parse(text: str) -> Condition:
    """Raises ConditionError for a term that the language does not have."""
    groups = tuple(tuple(map(_term, group.split(" and "))) for group in text.split(" or "))
    return Condition(tuple(tuple(term for term in group if term is not None) for group in groups), text)


def _left(group: Collection[Term], office: Office) -> tuple[Term, ...] | None:
    """The terms that the office does not answer; None when it answers one with no."""
    of_office = [term for term in group if isinstance(term, OfOffice)]
    if not all(office.answers(term) for term in of_office):
        return None
    return tuple(term for term in group if not isinstance(term, OfOffice))


def _all_of(group: Collection[Term], facts: Facts) -> Truth:
    return min((term.holds(facts) for term in group), default=Truth.YES)


def _term(text: str) -> Term | None:
    """None for ``always``, which asks nothing."""
    if text == "always":
        return None
    for pattern, build in _TERMS.items():
        if found := re.fullmatch(pattern, text):
            return build(*found.groups())
    raise ConditionError(f"the condition language has no term {text!r}")


def _entitled(name: str) -> Term:
    if name not in ENTITLEMENTS:
        raise ConditionError(f"nobody is entitled to {name!r}; known are {', '.join(ENTITLEMENTS)}")
    return Entitled(name)


def _ages(youngest: str, oldest: str) -> Term:
    if int(youngest) > int(oldest):
        raise ConditionError(f"nobody is from {youngest} to {oldest} years old")
    return Age(int(youngest), int(oldest))


_TERMS: dict[str, Callable[..., Term]] = {
    r"age>=([0-9]{1,3})": lambda youngest: Age(int(youngest), None),
    r"age<=([0-9]{1,3})": lambda oldest: Age(0, int(oldest)),
    r"age ([0-9]{1,3})\.\.([0-9]{1,3})": _ages,
    r"school_age": SchoolAge,
    r"(resident_kind)=(japanese|foreign)": Says,
    r"(arrival_kind|procedure)=([^ ,()=]+)": Says,
    r"abroad": Abroad,
    r"entitled\(([a-z_]+)\)": _entitled,
    r"fields_changed\(([a-z_]+(?:,[a-z_]+)*)\)": lambda names: FieldsChanged(frozenset(names.split(","))),
    r"(caseload|related_caseload|requested)": OfOffice,
}
