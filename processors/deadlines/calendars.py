"""
On which days an authority is closed: weekends, national holidays, the turn of the year, and a place's own days.

A municipality's closing days are set by its own ordinance (地方自治法4条の2第1項). 2項 tells what it may set: Sundays
and Saturdays, the holidays of 国民の祝日に関する法律, days at the turn of the year; by 3項 also a day that all its
residents commemorate. Those of the last kind stand in ``calendars.csv``.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

import holidays

from kairan import municipalities
from kairan.identifiers import MunicipalityCode
from processors.deadlines import tables

COLUMNS = {
    "area": tables.AREA,
    "month": tables.like("[1-9]|1[0-2]", "a month from 1 to 12"),
    "day": tables.like("[1-9]|[12][0-9]|3[01]", "a day from 1 to 31"),
    "name": tables.FILLED,
    "basis": tables.FILLED,
    "article": tables.ANYTHING,
    "status": tables.STATUS,
    "note": tables.ANYTHING,
}
TURN_OF_THE_YEAR = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
"""Of the nation by 行政機関の休日に関する法律1条; that every municipality's ordinance sets the same is assumed."""
KNOWN_YEARS = range(1949, 2100)
"""Years whose national holidays the library tells; those of a year after the next are foreseen, not yet announced."""
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class LocalDay(NamedTuple):
    """A row of ``calendars.csv``: a day of each year on which this area's authorities are closed."""

    area: str
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The closing days of an authority; ``local`` holds month and day of those that it has to itself."""

    local: frozenset[tuple[int, int]] = frozenset()

    def is_closed(self, day: date) -> bool:
        """In a year that is not known, the national holidays are missing."""
        in_year = (day.month, day.day)
        return day.weekday() >= _SATURDAY or in_year in TURN_OF_THE_YEAR or in_year in self.local or _is_national(day)

    def next_open(self, day: date) -> date:
        """The day itself if it is open. The last day that there is counts as open."""
        while day < date.max and self.is_closed(day):
            day += _ONE_DAY
        return day

    def after_open_days(self, day: date, number: int) -> date:
        """The ``number``-th open day after this one; for 0 the day itself, or the next that is open."""
        for _ in range(number):
            day = self.next_open(day + _ONE_DAY)
        return self.next_open(day)

    def knows(self, day: date) -> bool:
        """Are the national holidays of the day's year known?"""
        return day.year in KNOWN_YEARS


NATIONAL = Calendar()
"""Of the nation's authorities (行政機関の休日に関する法律)."""


def calendar_of(code: MunicipalityCode) -> Calendar:
    """Of a municipality or prefecture; a ward keeps its city's. Raises UnknownMunicipalityError."""
    return _calendar(municipalities.city_of(code))


def parse(text: str) -> tuple[LocalDay, ...]:
    """Reads a table of local closing days. Raises TableError with all problems."""
    rows = tables.read(text, COLUMNS)
    tables.refuse(problem for row in rows for problem in (*tables.source_problems(row), *_impossible(row)))
    return tuple(LocalDay(row.cells["area"], int(row.cells["month"]), int(row.cells["day"])) for row in rows)


@cache
def _calendar(city: str) -> Calendar:
    return Calendar(frozenset((day.month, day.day) for day in _local_days() if city.startswith(day.area)))


@cache
def _local_days() -> tuple[LocalDay, ...]:
    return parse(tables.text_of("calendars.csv"))


def _impossible(row: tables.Row) -> list[str]:
    try:
        date(2000, int(row.cells["month"]), int(row.cells["day"]))  # a leap year: it has every day of the calendar
    except ValueError:
        return [f"Line {row.line}, day: {row.cells['day']!r} must be a day of its month."]
    return []


def _is_national(day: date) -> bool:
    return day.year in KNOWN_YEARS and day in _national(day.year)


@lru_cache(maxsize=256)
def _national(year: int) -> frozenset[date]:
    """Holidays of 国民の祝日に関する法律 3条: the named days, their substitutes, a day between two of them."""
    return frozenset(holidays.country_holidays("JP", years=year))
