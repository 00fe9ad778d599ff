"""
Spans of days that depend on a birth date, asked of dates that may be uncertain.

A date is an interval. A span answers YES when it holds for every day of the intervals, UNCERTAIN when for some.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cache
from typing import NamedTuple

ONE_DAY = timedelta(days=1)
COUNTS_ON_THE_BIRTHDAY = 75
"""後期高齢者医療 begins on the birthday itself; every other age is reached on its eve (年齢計算法)."""


class Truth(IntEnum):
    """Three values; ``and`` is the smaller, ``or`` the greater."""

    NO = 0
    UNCERTAIN = 1
    YES = 2


class Interval(NamedTuple):
    """The days on which something may have happened, both ends included."""

    earliest: date
    latest: date


ANY_DAY = Interval(date.min, date.max)


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another; neither comes earlier for whoever was born later."""

    first: Callable[[date], date]
    last: Callable[[date], date]

    def covers(self, day: Interval, born: Interval = ANY_DAY) -> Truth:
        if self.first(born.latest) <= day.earliest and day.latest <= self.last(born.earliest):
            return Truth.YES
        if born.earliest == born.latest and day.earliest == day.latest:
            return Truth.NO
        if self.first(born.earliest) <= day.latest and day.earliest <= self.last(born.latest):
            return Truth.UNCERTAIN
        return Truth.NO


@cache
def ages(youngest: int, oldest: int | None) -> Span:
    """Full years of age, both ends included; from 0: whoever is not older; to None: whoever is not younger."""
    first = _always(date.min) if youngest == 0 else lambda born: reaches(born, youngest)
    last = _always(date.max) if oldest is None else lambda born: reaches(born, oldest + 1) - ONE_DAY
    return Span(first, last)


def school_years() -> Span:
    """The nine school years, and before them the half year from 10-01 in which the roll (学齢簿) is made."""
    return Span(
        lambda born: _day(_first_school_year(born) - 1, 10, 1), lambda born: _day(_first_school_year(born) + 9, 3, 31)
    )


def period(start: date, end: date | None) -> Span:
    """A period that does not depend on a birth date."""
    return Span(_always(start), _always(end or date.max))


def reaches(born: date, years: int) -> date:
    """The first day on which someone counts as that old."""
    if (born.month, born.day) == (2, 29):
        eve = _day(born.year + years, 2, 28)
    else:
        birthday = _day(born.year + years, born.month, born.day)
        eve = birthday if birthday == date.max else birthday - ONE_DAY
    return eve if years != COUNTS_ON_THE_BIRTHDAY or eve == date.max else eve + ONE_DAY


def _first_school_year(born: date) -> int:
    """Whoever is born on 04-01 reaches six on 03-31 and enters with the children born before."""
    return born.year + (6 if (born.month, born.day) <= (4, 1) else 7)


def _always(day: date) -> Callable[[date], date]:
    return lambda _: day


def _day(year: int, month: int, day: int) -> date:
    return date.max if year > date.max.year else date(max(year, date.min.year), month, day)
