"""Ages and school years by law."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.partial_date import PartialDate
from processors.deadlines.ages import attains, school_starts
from processors.deadlines.counting import Due

BORN = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("born", "years", "attained"),
    [
        ("2006-05-05", 20, "2026-05-04"),
        ("1961-01-01", 65, "2025-12-31"),
        ("2004-02-29", 20, "2024-02-28"),
        ("2004-02-29", 21, "2025-02-28"),
        ("2004-03-01", 20, "2024-02-29"),
        ("2004-03-01", 21, "2025-02-28"),
    ],
)
def test_an_age_is_attained_on_the_eve_of_the_birthday(born: str, years: int, attained: str) -> None:
    assert attained == str(attains(PartialDate.of(date.fromisoformat(born)), years).day)


@pytest.mark.parametrize(("born", "year"), [("2019-04-01", 2025), ("2019-04-02", 2026), ("2020-03-31", 2026)])
def test_who_is_born_on_the_first_of_april_goes_to_school_with_the_children_before(born: str, year: int) -> None:
    assert date(year, 4, 1) == school_starts(PartialDate.of(date.fromisoformat(born))).day


def test_of_whom_the_birth_is_uncertain_nobody_says_the_age() -> None:
    spring = PartialDate.from_wareki("昭和25年春")

    assert Due(date(2015, 2, 28), date(2015, 5, 30), certain=False) == attains(spring, 65)
    assert Due(date(1956, 4, 1), date(1957, 4, 1), certain=False) == school_starts(spring)
    assert Due(date.min, date.max, certain=False) == attains(PartialDate.from_wareki("不詳"), 65)


def test_school_begins_with_the_last_year_that_there_is_at_the_latest() -> None:
    assert date(9999, 4, 1) == school_starts(PartialDate.of(date(9994, 5, 1))).latest


@given(BORN, st.integers(1, 120))
def test_on_the_day_after_an_age_is_attained_no_more_birthdays_are_missing(born: date, years: int) -> None:
    attained = attains(PartialDate.of(born), years).latest
    next_day = date.fromordinal(attained.toordinal() + 1)

    assert (born.year + years, (born.month, born.day)) == (
        next_day.year,
        (2, 29)
        if (born.month, born.day, next_day.month, next_day.day) == (2, 29, 3, 1)
        else (next_day.month, next_day.day),
    )


@given(BORN)
def test_school_begins_after_the_sixth_birthdays_eve_and_within_a_year(born: date) -> None:
    starts = school_starts(PartialDate.of(born)).latest
    sixth = attains(PartialDate.of(born), 6).latest

    assert (4, 1) == (starts.month, starts.day)
    assert 0 < (starts - sixth).days <= 366
