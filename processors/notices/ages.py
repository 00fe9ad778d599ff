"""
What follows from a birth date that may be uncertain: years of age, school years, the years of 児童手当.

On which day an age is attained, ``processors.deadlines.ages`` tells; a test holds this and routing's spans together.
"""

from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple, Protocol

from kairan.partial_date import PartialDate
from processors.deadlines.ages import attains, school_starts
from processors.deadlines.counting import counted_from

ON_THE_BIRTHDAY = 75
"""The age that counts from the birthday itself for 後期高齢者医療 (assumed); every other is attained on its eve."""


class Truth(IntEnum):
    """Three values; ``and`` is the smaller."""

    NO = 0
    UNCERTAIN = 1
    YES = 2


class Day(Protocol):
    """A day that may be uncertain: a ``PartialDate``, or what was counted from one."""

    @property
    def earliest(self) -> date: ...
    @property
    def latest(self) -> date: ...
    @property
    def certain(self) -> bool: ...


class Span(NamedTuple):
    """From one day to before another, either of them uncertain; None: since ever, for ever."""

    first: Day | None
    end: Day | None

    def covers(self, day: Day) -> Truth:
        first, end = self
        if (first and day.latest < first.earliest) or (end and end.latest <= day.earliest):
            return Truth.NO
        is_within = (first is None or first.latest <= day.earliest) and (end is None or day.latest < end.earliest)
        return Truth.YES if is_within else Truth.UNCERTAIN


ANY_DAY = PartialDate.parse("0000-00-00", certain=False)


def aged(youngest: int, oldest: int | None, born: Day) -> Span:
    """Full years of age, both ends included; ``oldest`` None: or older."""
    return Span(_counts(born, youngest) if youngest else None, None if oldest is None else _counts(born, oldest + 1))


def school_age(born: Day) -> Span:
    """The nine school years, and before them the half year in which the roll is made (学校教育法17条, 施行令2条)."""
    return Span(_in_school_year(born, -1, 10), _in_school_year(born, 9, 4))


def before_school(born: Day) -> Span:
    """Until the first school year starts."""
    return Span(None, school_starts(born))


def child_of_allowance(born: Day) -> Span:
    """Until the first 31 March on or after the day that attains 18 (児童手当法3条1項)."""
    return Span(born, counted_from(attains(born, 18), _next_april))


def _counts(born: Day, years: int) -> Day:
    """From which day somebody counts as that old."""
    attained = attains(born, years)
    return attained if years != ON_THE_BIRTHDAY else counted_from(attained, lambda eve: eve + timedelta(days=1))


def _in_school_year(born: Day, years: int, month: int) -> Day:
    """The first of a month, so many years from the start of school."""
    return counted_from(school_starts(born), _to(years, month))


def _to(years: int, month: int) -> Callable[[date], date]:
    return lambda day: date(min(max(day.year + years, date.min.year), date.max.year), month, 1)


def _next_april(day: date) -> date:
    """The 1 April behind it."""
    return date(min(day.year + ((day.month, day.day) > (3, 31)), date.max.year), 4, 1)
