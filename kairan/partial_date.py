"""
Dates as a register holds them: sometimes unknown in part, presumed, or a day that no calendar has.

Ten characters, a flag and the words. Years, months and days that are unknown are zeros; a month may be a season (A1
spring to A4 winter), a day a third of its month (A1 to A3). Nobody makes such a date up into a full one: computation
takes the interval between ``earliest`` and ``latest`` and says that its result is uncertain.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Self

from kairan import wareki

_TEN = re.compile(r"(?P<year>\d{4})-(?P<month>0\d|1[0-2]|A[1-4])-(?P<day>[0-2]\d|3[01]|A[1-3])", re.ASCII)
LONGEST_TEXT = 72
"""The words of a date have at most 72 characters (N72 of the data standard); so reading them costs little."""
# First and last month; the winter of a year is its January, February and December, so its hull is the whole year.
_SEASONS = {"A1": (3, 5), "A2": (6, 8), "A3": (9, 11), "A4": (1, 12), "00": (1, 12)}
_THIRDS = {"A1": (1, 10), "A2": (11, 20), "A3": (21, 31), "00": (1, 31)}
# A date of Python has no year 0: the open start 0000-01-01 computes as the first day that there is.
_ALWAYS = (date.min, date.max)

Interval = tuple[date, date]


class InvalidDateError(ValueError):
    """A date breaks this rule; the date itself is never part of the message."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class PartialDate:
    """
    ``value`` in ten characters, ``certain`` when it is surely that day, ``text`` as the register words it.

    Equality is by what was written: the same day under another era word is another value.
    """

    value: str
    certain: bool
    text: str = ""

    @classmethod
    def parse(cls, value: str, certain: bool, text: str = "") -> Self:  # noqa: FBT001 - the third of the record's fields
        """Raises InvalidDateError when no register could have written this."""
        if len(text) > LONGEST_TEXT:
            raise InvalidDateError("the words of a date have at most 72 characters")
        parts = _TEN.fullmatch(value)
        if parts is None:
            raise InvalidDateError("a date has ten characters: year, month or season, day or third, 0 where unknown")
        _, month, day = parts.groups()
        if day != "00" and month in ("00", "A1", "A2", "A3", "A4"):
            raise InvalidDateError("a day stands only beside its month")
        if certain and value != wareki.OPEN_START and _in_calendar(value) is None:
            raise InvalidDateError("a certain date is a day of the calendar")
        return cls(value, certain, text)

    @classmethod
    def of(cls, day: date) -> Self:
        """A certain day; its words follow from it, so none are kept."""
        return cls(day.isoformat(), True)

    @classmethod
    def from_wareki(cls, text: str) -> Self:
        """Reads what a register writes, in the Japanese or the Western calendar; the words are kept as they came."""
        reading = wareki.read(text) if len(text) <= LONGEST_TEXT else None
        if reading is None or (reading.span and _between(reading.span) is None):
            raise InvalidDateError("the words of a date are one of the patterns that a register uses")
        return cls.parse(reading.value, reading.certain, text)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        return cls.parse(record["value"], record["certain"], record["text"])

    def as_record(self) -> dict[str, Any]:
        return {"value": self.value, "certain": self.certain, "text": self.text}

    @property
    def earliest(self) -> date:
        return _interval(self.value, self.certain, self.text)[0]

    @property
    def latest(self) -> date:
        return _interval(self.value, self.certain, self.text)[1]


@lru_cache(maxsize=65_536)
def _interval(value: str, certain: bool, text: str) -> Interval:  # noqa: FBT001 - positional for the cache
    """From the ten characters, or from the words where these tell more of the same value (spans, 以前, 以降)."""
    if not certain and text:
        reading = wareki.read(text)
        if reading and reading.span and reading.value == value and (narrower := _between(reading.span)):
            return narrower
    return _of_value(value, certain=certain)


def _between(span: tuple[str, str]) -> Interval | None:
    """None when the span ends before it starts."""
    first, last = (_of_value(end, certain=end in (wareki.OPEN_START, wareki.OPEN_END)) for end in span)
    return (first[0], last[1]) if first[0] <= last[1] else None


def _of_value(value: str, *, certain: bool) -> Interval:
    if certain and (known := _in_calendar(value)):
        return known, known
    year_text, month, day = value.split("-")
    year = int(year_text)
    if year == 0:
        return (date.min, date.min) if certain else _ALWAYS
    if month in _SEASONS:
        first, last = _SEASONS[month]
        return date(year, first, 1), _last_day(year, last)
    if day in _THIRDS:
        first, last = _THIRDS[day]
        return date(year, int(month), first), min(_day(year, int(month), last), _last_day(year, int(month)))
    return min(_day(year, int(month), int(day)), _last_day(year, int(month))), _day(year, int(month), int(day))


def _day(year: int, month: int, day: int) -> date:
    """A day that its month does not have rolls over into the next month."""
    return date(year, month, 1) + timedelta(days=day - 1)


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _in_calendar(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
