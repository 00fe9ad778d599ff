"""
The conditions of rules: ``term and term``; each term is asked of what was stated.

A small closed list, not routing's language: here facts say more (flags), and nobody's register is asked. What depends
on a date may be uncertain; a flag that is not told is no.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

from kairan.partial_date import PartialDate
from processors.notices import ages
from processors.notices.ages import Truth
from processors.notices.facts import Entitlement, Stated
from processors.notices.triggers import FLAGS

Term = Callable[[Stated], Truth]
IN_TIME = 7
"""Days after a death within which its notification spares the pension's (国民年金法施行規則24条7項)."""


class ConditionError(ValueError):
    """A condition says something that the list does not have; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Condition:
    """True when all terms are; no term: always."""

    terms: tuple[Term, ...]
    text: str

    def of(self, fact: Stated) -> Truth:
        return min((term(fact) for term in self.terms), default=Truth.YES)


def parse(text: str) -> Condition:
    """Raises ConditionError for a term that there is not."""
    return Condition(tuple(map(_term, () if text == "always" else text.split(" and "))), text)


def _within_japan(fact: Stated) -> Truth:
    """A destination that is undecided (未定) may still become one abroad."""
    if "abroad" in fact.resident.flags:
        return Truth.NO
    return Truth.YES if fact.destination else Truth.UNCERTAIN


def _within_prefecture(fact: Stated) -> Truth:
    """国民健康保険法8条1項 looks at the prefecture, the first two digits of the codes."""
    within = _within_japan(fact)
    return within if within != Truth.YES else _is(_prefecture(fact.destination) == _prefecture(fact.origin))


def _to_other_prefecture(fact: Stated) -> Truth:
    within = _within_japan(fact)
    return within if within != Truth.YES else _is(_prefecture(fact.destination) != _prefecture(fact.origin))


def _was_notified_late(fact: Stated) -> Truth:
    """The death was notified more than seven days after its day."""
    if fact.notified is None:
        return Truth.UNCERTAIN
    soonest, slowest = _days_between(fact.effective, fact.notified)
    if soonest > IN_TIME:
        return Truth.YES
    return Truth.NO if slowest <= IN_TIME else Truth.UNCERTAIN


def _days_between(first: PartialDate, last: PartialDate) -> tuple[int, int]:
    return (last.earliest - first.latest).days, (last.latest - first.earliest).days


def _prefecture(code: str | None) -> str | None:
    return code[:2] if code else None


def _is(answer: bool) -> Truth:  # noqa: FBT001 - a predicate's answer
    return Truth.YES if answer else Truth.NO


def _entitled(name: str) -> Term:
    if name not in get_args(Entitlement):
        raise ConditionError(f"nobody is entitled to {name!r}")
    return lambda fact: _is_entitled(fact, name)  # type: ignore[arg-type]


def _is_entitled(fact: Stated, name: Entitlement) -> Truth:
    """On the effective day."""
    period = fact.resident.entitlements.get(name)
    if period is None:
        return Truth.NO
    day = fact.effective
    if period.start <= day.earliest and (period.end is None or day.latest <= period.end):
        return Truth.YES
    is_outside = day.latest < period.start or (period.end is not None and period.end < day.earliest)
    return Truth.NO if is_outside else Truth.UNCERTAIN


def _aged(youngest: str, oldest: str | None = None) -> Term:
    first, last = int(youngest), int(oldest) if oldest else None
    return lambda fact: ages.aged(first, last, _born(fact)).covers(fact.effective)


def _born(fact: Stated) -> PartialDate:
    return fact.resident.born or ages.ANY_DAY


_NAMED: Mapping[str, Term] = {
    "within_japan": _within_japan,
    "within_prefecture": _within_prefecture,
    "to_other_prefecture": _to_other_prefecture,
    "notified_late": _was_notified_late,
    "japanese": lambda fact: _is(fact.resident.kind == "japanese"),
    "foreign": lambda fact: _is(fact.resident.kind == "foreign"),
    "by_status": lambda fact: _is(fact.resident.kind == "foreign" and "special_permanent" not in fact.resident.flags),
    "child_of_allowance": lambda fact: ages.child_of_allowance(_born(fact)).covers(fact.effective),
    "school_age": lambda fact: ages.school_age(_born(fact)).covers(fact.effective),
    "before_school": lambda fact: ages.before_school(_born(fact)).covers(fact.effective),
    "born_on_a_day": lambda fact: _is(_born(fact).certain),
}
_SHAPED: Mapping[str, Callable[..., Term]] = {
    r"age>=([0-9]{1,3})": _aged,
    r"age ([0-9]{1,3})\.\.([0-9]{1,3})": _aged,
    r"entitled\(([a-z_]+)\)": _entitled,
}


def _term(text: str) -> Term:
    if text in _NAMED:
        return _NAMED[text]
    if text in FLAGS:
        return lambda fact: _is(text in fact.resident.flags)
    for pattern, build in _SHAPED.items():
        if found := re.fullmatch(pattern, text):
            return build(*found.groups())
    raise ConditionError(f"there is no term {text!r}")
