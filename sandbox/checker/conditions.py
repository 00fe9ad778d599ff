"""
The condition language of the policy, read from its description alone.

``group or group``; a group is ``term and term``. Every term answers twice, because facts may be uncertain: a duty of
law asks whether it may be so, any other whether it surely is. A channel that declared no caseload counts as holding
everybody for ``law`` and ``needed``, nobody for ``conditional``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from sandbox.checker import days
from sandbox.checker.days import Truth
from sandbox.checker.facts import Fact

ABROAD = "22"


class Question(NamedTuple):
    """Does this fact concern a business with that duty? ``is_requested``: it ordered an initial load."""

    fact: Fact
    duty: str
    is_requested: bool


Term = Callable[[Question], Truth]


class UnknownTermError(ValueError):
    """The policy uses a term that this reader does not know."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the groups holds."""

    groups: tuple[tuple[Term, ...], ...]

    def holds(self, question: Question) -> bool:
        return any(all(_holds(term, question) for term in group) for group in self.groups)


@cache
def parse(text: str) -> Condition:
    """Raises UnknownTermError."""
    groups = (group.split(" and ") for group in text.split(" or "))
    return Condition(tuple(tuple(_term(term.strip()) for term in group) for group in groups))


def _holds(term: Term, question: Question) -> bool:
    answer = term(question)
    return answer.may_be if question.duty == "law" else answer.is_sure


def _term(text: str) -> Term:
    for pattern, make in _TERMS:
        if match := pattern.fullmatch(text):
            return make(*match.groups())
    raise UnknownTermError(text)


def _always() -> Term:
    return lambda _: Truth.plain(True)


def _at_least(age: str) -> Term:
    return lambda asked: days.is_at_least(_born(asked.fact), _on(asked.fact), int(age))


def _at_most(age: str) -> Term:
    return lambda asked: days.is_at_most(_born(asked.fact), _on(asked.fact), int(age))


def _between(low: str, high: str) -> Term:
    return lambda asked: _both(_at_least(low)(asked), _at_most(high)(asked))


def _school_age() -> Term:
    return lambda asked: days.is_of_school_age(_born(asked.fact), _on(asked.fact))


def _says(field: str, value: str) -> Term:
    return lambda asked: Truth.plain(asked.fact.body.get(field) == value)


def _abroad() -> Term:
    return lambda asked: Truth.plain(asked.fact.reason == ABROAD)


def _entitled(to: str) -> Term:
    return lambda asked: days.is_open((asked.fact.body.get("entitlements") or {}).get(to), _on(asked.fact))


def _changed(fields: str) -> Term:
    named = frozenset(fields.split(","))
    return lambda asked: Truth.plain(not named.isdisjoint(asked.fact.body.get("amended", ())))


def _caseload() -> Term:
    return lambda asked: Truth.plain(asked.duty != "conditional")


def _requested() -> Term:
    return lambda asked: Truth.plain(asked.is_requested)


_TERMS: tuple[tuple[re.Pattern[str], Callable[..., Term]], ...] = (
    (re.compile("always"), _always),
    (re.compile(r"age>=(\d+)"), _at_least),
    (re.compile(r"age<=(\d+)"), _at_most),
    (re.compile(r"age (\d+)\.\.(\d+)"), _between),
    (re.compile("school_age"), _school_age),
    (re.compile(r"(resident_kind|arrival_kind|procedure)=(\S+)"), _says),
    (re.compile("abroad"), _abroad),
    (re.compile(r"entitled\((\w+)\)"), _entitled),
    (re.compile(r"fields_changed\(([\w,]+)\)"), _changed),
    (re.compile("(?:related_)?caseload"), _caseload),
    (re.compile("requested"), _requested),
)


def _born(fact: Fact) -> days.Span:
    return days.span(fact.body.get("birth_date"))


def _on(fact: Fact) -> days.Span:
    return days.span(fact.effective)


def _both(one: Truth, other: Truth) -> Truth:
    return Truth(one.may_be and other.may_be, one.is_sure and other.is_sure)
