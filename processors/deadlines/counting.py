"""
Counting a deadline from a day, by 民法 138 to 143条.

A period lies between two midnights. It starts with the event's day or, as the rule, with the next (140条: 初日不算入);
a law that counts the day itself says so (戸籍法43条1項). Weeks, months and years run by the calendar and end on the eve
of the corresponding day, or with the last day of a month that has none (143条2項). Where a law gives something to do
before a day, the same is counted backwards; no article says how, so that is our reading.

The last day of a filing's period moves to the next open day, by 地方自治法4条の2第4項 at a municipality, by
行政機関の休日に関する法律2条 at the nation's authorities. Nothing else of a period moves.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Protocol

from processors.deadlines.calendars import NATIONAL, Calendar
from processors.deadlines.deadlines import Deadline, Deadlines, Length

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()
_OPEN = (date.min, date.max)


class Day(Protocol):
    """A day that may be uncertain: a ``PartialDate``, or what was counted from one."""

    @property
    def earliest(self) -> date: ...
    @property
    def latest(self) -> date: ...
    @property
    def certain(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Due:
    """
    When a deadline ends (or what it opens begins): surely on one day, or somewhere between two, both included.

    An uncertain one is staff's to decide, even if both ends are the same day (推定, 頃): nothing follows from it by
    itself.
    """

    earliest: date
    latest: date
    certain: bool

    @property
    def day(self) -> date | None:
        """None: uncertain."""
        return self.latest if self.certain else None


def due(deadline: Deadline, event_day: Day, calendar: Calendar) -> Due | None:
    """
    None: the law says promptly and names no day.

    ``calendar`` is the municipality's; a deadline of the nation's authorities takes theirs. The result is certain where
    the event's day is, and where the year's holidays are known to whatever is moved by them.
    """
    length = deadline.length
    if length is None:
        return None
    counted = counted_from(event_day, lambda day: _moved(deadline, _counted(deadline, length, day), calendar))
    if deadline.shift != "none" and not calendar.knows(counted.latest):
        return replace(counted, certain=False)
    return counted


def earlier_due(deadlines: Deadlines, name: str, days: Mapping[str, Day], calendar: Calendar) -> Due | None:
    """
    A deadline, or the one beside it that it names (``earlier_of``): whichever ends first of those whose day is known.

    ``days``: the days by trigger. None: none of the two can be counted.
    """
    beside = deadlines[name].earlier_of
    pair = [deadlines[each] for each in (name, beside) if each]
    found = [end for each in pair if each.trigger in days and (end := due(each, days[each.trigger], calendar))]
    return reduce(earlier, found) if found else None


def earlier(one: Due, other: Due) -> Due:
    """Certain where the earlier of the two is certain, and surely the earlier."""
    first, second = sorted((one, other), key=lambda each: (each.latest, not each.certain))
    if first.certain and first.latest <= second.earliest:
        return first
    return Due(min(one.earliest, other.earliest), first.latest, certain=False)


def counted_from(day: Day, count: Callable[[date], date]) -> Due:
    """Both ends of a day counted; what is not known, or has no end, stays so. ``count`` never turns two days around."""
    earliest, latest = (end if end in _OPEN else count(end) for end in (day.earliest, day.latest))
    return Due(earliest, latest, day.certain and day.latest not in _OPEN)


def end_of_period(start: date, length: Length) -> date:
    """The day at whose first moment a period ends that begins with the first moment of ``start``."""
    number = -length.number if length.before else length.number
    match length.unit:
        case "d":
            return _plus_days(start, number)
        case "m":
            return _corresponding(start, number)
        case "y":
            return _corresponding(start, 12 * number)


def _counted(deadline: Deadline, length: Length, event: date) -> date:
    end = end_of_period(event if deadline.start == "event_day" else _plus_days(event, 1), length)
    return end if deadline.bound == "from" else _plus_days(end, -1)


def _moved(deadline: Deadline, day: date, calendar: Calendar) -> date:
    match deadline.shift:
        case "municipality":
            return calendar.next_open(day)
        case "national":
            return NATIONAL.next_open(day)
        case "none":
            return day


def _corresponding(day: date, months: int) -> date:
    """The day of the same number (応当日); where its month has none, the first of the next: the month is used up."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    if day.day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    return date(year, month + 2, 1)  # no month without a 31st is the last of its year


def _plus_days(day: date, number: int) -> date:
    """Not beyond the days that there are."""
    return date.fromordinal(min(max(day.toordinal() + number, _FIRST), _LAST))
