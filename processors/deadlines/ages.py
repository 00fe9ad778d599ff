"""
Ages and school years by law.

年齢計算ニ関スル法律: years of age run from the day of birth itself, and by 民法143条 the last of them ends on the eve
of the birthday. That eve is the day on which somebody has the age.
"""

from datetime import date, timedelta

from processors.deadlines.counting import Day, Due, counted_from, end_of_period
from processors.deadlines.deadlines import Length

_ONE_DAY = timedelta(days=1)
_SCHOOL_YEAR = (4, 1)


def attains(born: Day, years: int) -> Due:
    """
    The day on which the age (1 or more) is attained: the eve of the birthday, for 29 February the 28th.

    75 counts for 後期高齢者医療 from the birthday itself, the day after (assumed).
    """
    return counted_from(born, lambda day: _birthday(day, years) - _ONE_DAY)


def school_starts(born: Day) -> Due:
    """
    1 April of the first school year.

    It is the first on or after the day behind the one on which the child attains six (学校教育法17条1項).
    """
    return counted_from(born, _school_starts)


def _school_starts(born: date) -> date:
    sixth = _birthday(born, 6)
    in_next_year = (sixth.month, sixth.day) > _SCHOOL_YEAR
    return date(min(sixth.year + in_next_year, date.max.year), *_SCHOOL_YEAR)


def _birthday(born: date, years: int) -> date:
    """Of 29 February in a common year: 1 March."""
    return end_of_period(born, Length(years, "y", before=False))
