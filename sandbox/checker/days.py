"""
Days as registers hold them, and what the policy asks of them: ages and school years.

A day may be unknown in part or stand in no calendar; computation takes the first and the last day it may be. What
only the words beside the ten characters tell (以前, から…までの間) is not used: the span is then the wider one.
"""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

_SEASONS = {"00": (1, 12), "A1": (3, 5), "A2": (6, 8), "A3": (9, 11), "A4": (1, 12)}
_THIRDS = {"00": (1, 31), "A1": (1, 10), "A2": (11, 20), "A3": (21, 31)}
_OPEN_START = "0000-01-01"


class Span(NamedTuple):
    """The days that a date may be, both ends included."""

    first: date
    last: date


class Truth(NamedTuple):
    """Of a question about uncertain facts: may it be so, and is it surely so?"""

    may_be: bool
    is_sure: bool

    @classmethod
    def plain(cls, value: bool) -> "Truth":  # noqa: FBT001 - a truth is made of one
        return cls(value, value)


ALWAYS = Span(date.min, date.max)


def span(day: Mapping[str, Any] | None) -> Span:
    """Of ``{value, certain, text}``; of nothing at all every day there is."""
    return ALWAYS if day is None else _span(day["value"], bool(day["certain"]))


@lru_cache(maxsize=65_536)
def _span(value: str, certain: bool) -> Span:  # noqa: FBT001 - positional for the cache
    year, month, day = int(value[:4]), value[5:7], value[8:10]
    if year == 0:
        return Span(date.min, date.min) if certain and value == _OPEN_START else ALWAYS
    if month in _SEASONS:
        first, last = _SEASONS[month]
        return Span(date(year, first, 1), _end_of(year, last))
    if day in _THIRDS:
        begin, end = _THIRDS[day]
        return Span(date(year, int(month), begin), min(_rolled(year, int(month), end), _end_of(year, int(month))))
    rolled = _rolled(year, int(month), int(day))
    return Span(min(rolled, _end_of(year, int(month))), rolled)


def ages(born: Span, on: Span, *, from_the_eve: bool) -> tuple[int, int]:
    """The lowest and the highest age; ``from_the_eve``: one ages at the end of the day before the birthday."""
    return (
        _years(born.last, _next(on.first) if from_the_eve else on.first),
        _years(born.first, _next(on.last) if from_the_eve else on.last),
    )


def is_at_least(born: Span, on: Span, age: int) -> Truth:
    """Has reached that age; 75 counts on the birthday itself."""
    low, high = ages(born, on, from_the_eve=age != 75)
    return Truth(high >= age, low >= age)


def is_at_most(born: Span, on: Span, age: int) -> Truth:
    beyond = is_at_least(born, on, age + 1)
    return Truth(not beyond.is_sure, not beyond.may_be)


def is_of_school_age(born: Span, on: Span) -> Truth:
    """From 1 October before the first school year to the end of the ninth."""
    earliest, latest = _enters(born.first), _enters(born.last)
    days = [(day.year, day.month, day.day) for day in on]
    return Truth(
        days[1] >= (earliest - 1, 10, 1) and days[0] < (latest + 9, 4, 1),
        days[0] >= (latest - 1, 10, 1) and days[1] < (earliest + 9, 4, 1),
    )


def is_open(period: Mapping[str, Any] | None, on: Span) -> Truth:
    """A period of ISO days, without an end while it lasts."""
    if not period or not period.get("start"):
        return Truth(False, False)
    start, end = period["start"], period.get("end") or date.max.isoformat()
    first, last = on.first.isoformat(), on.last.isoformat()
    return Truth(start <= last and first <= end, start <= first and last <= end)


def _enters(born: date) -> int:
    """The year of the first 1 April on or after the day behind the one on which six years are full."""
    return born.year + (6 if (born.month, born.day) <= (4, 1) else 7)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _next(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _rolled(year: int, month: int, day: int) -> date:
    """A day that its month does not have is that many days into the next."""
    return date(year, month, 1) + timedelta(days=day - 1)


def _end_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
