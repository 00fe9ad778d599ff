"""
Which rules what was stated calls for, and by which day: asked once, when it is read, of dates that are then forgotten.

What a fact tells on is kept for ever, in letters too; a birth date or an entitlement is not among it (docs/adr/0033).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol

from kairan.identifiers import Handle, MunicipalityCode
from kairan.partial_date import PartialDate
from processors.notices.ages import Truth
from processors.notices.facts import Call, Fact, Stated
from processors.notices.rules import Rule, Rules
from processors.notices.triggers import BY_ITSELF


class Due(Protocol):
    """By which day; ``day`` is None where it is not certain."""

    @property
    def certain(self) -> bool: ...
    @property
    def day(self) -> date | None: ...


class DueOf(Protocol):
    """
    Counts a deadline from the days of a fact, by the closing days of the office's municipality.

    None: the law says promptly, or the day it counts from is not known to the bus (when heirs came to know).
    """

    def __call__(
        self, deadline: str, days: Mapping[str, PartialDate], municipality: MunicipalityCode, /
    ) -> Due | None: ...


def fact(stated: Stated, rules: Rules, due_of: DueOf, to: Handle | None = None) -> Fact:
    """``to``: None, to its subject. What was annulled calls for nothing."""
    calls = {} if stated.change == "annulled" else dict(_calls(stated, rules, due_of))
    is_hers_alone = stated.trigger in BY_ITSELF and calls.keys().isdisjoint(rules.for_others)
    return Fact(
        event=stated.event,
        at=stated.at,
        trigger=stated.trigger,
        to=to or stated.about,
        about=stated.about,
        protection=stated.protection,
        source=stated.source,
        parties={} if is_hers_alone else stated.parties,
        related=frozenset() if is_hers_alone else stated.related,
        change=stated.change,
        corrects=stated.corrects,
        calls=calls,
    )


def _calls(stated: Stated, rules: Rules, due_of: DueOf) -> Iterator[tuple[str, Call]]:
    for rule in rules.by_trigger.get(stated.trigger, ()):
        truth = rule.condition.of(stated)
        if truth is not Truth.NO:
            yield rule.id, _call(stated, rule, due_of, is_yes=truth is Truth.YES)


def _call(stated: Stated, rule: Rule, due_of: DueOf, *, is_yes: bool) -> Call:
    office: MunicipalityCode | None = getattr(stated, rule.office)
    if office is None:
        return Call(False, stated.source)
    due = due_of(rule.deadline, stated.days, office) if rule.deadline else None
    return Call(is_yes, office, due.day, due.certain) if due else Call(is_yes, office)
