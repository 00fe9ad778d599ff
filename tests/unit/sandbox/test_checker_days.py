"""Spans of days, ages and school years, without the kernel's own."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.checker import days
from sandbox.checker.days import Span, Truth

VECTORS = Path(__file__).parents[2] / "data" / "dates.csv"
BORN = date(2000, 4, 1)


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if "interval from value" in row["note"]]


def first(text: str) -> date:
    return date.min if text == "0000-01-01" else date.fromisoformat(text)


def test_the_ten_characters_tell_the_days_that_a_date_may_be() -> None:
    expected = [(row["value"], Span(first(row["earliest"]), first(row["latest"]))) for row in vectors()]

    assert len(expected) > 50
    assert expected == [
        (row["value"], days.span({"value": row["value"], "certain": row["certain"] == "true"})) for row in vectors()
    ]


def test_of_no_date_every_day_may_be() -> None:
    assert Span(date.min, date.max) == days.span(None)


def on(day: date) -> Span:
    return Span(day, day)


@pytest.mark.parametrize(
    ("day", "age", "reached"),
    [
        (date(2064, 3, 31), 64, True),
        (date(2065, 3, 30), 65, False),
        (date(2065, 3, 31), 65, True),
        (date(2075, 3, 31), 75, False),
        (date(2075, 4, 1), 75, True),
    ],
)
def test_one_ages_on_the_eve_and_at_75_on_the_birthday(day: date, age: int, *, reached: bool) -> None:
    assert Truth.plain(reached) == days.is_at_least(on(BORN), on(day), age)


def test_until_74_lasts_to_the_day_before_the_birthday() -> None:
    assert Truth.plain(True) == days.is_at_most(on(BORN), on(date(2075, 3, 31)), 74)
    assert Truth.plain(False) == days.is_at_most(on(BORN), on(date(2075, 4, 1)), 74)


def test_who_is_born_on_29_february_ages_with_28_february() -> None:
    leap = on(date(2004, 2, 29))

    assert Truth.plain(False) == days.is_at_least(leap, on(date(2023, 2, 27)), 19)
    assert Truth.plain(True) == days.is_at_least(leap, on(date(2023, 2, 28)), 19)


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        (date(2019, 4, 1), date(2024, 9, 30), False),
        (date(2019, 4, 1), date(2024, 10, 1), True),
        (date(2019, 4, 2), date(2025, 4, 1), False),
        (date(2019, 4, 2), date(2025, 10, 1), True),
        (date(2019, 4, 1), date(2034, 3, 31), True),
        (date(2019, 4, 1), date(2034, 4, 1), False),
    ],
)
def test_nine_school_years_and_the_half_year_before_them(born: date, day: date, *, expected: bool) -> None:
    assert Truth.plain(expected) == days.is_of_school_age(on(born), on(day))


def test_an_entitlement_without_an_end_is_open() -> None:
    span = Span(date(2026, 4, 1), date(2026, 4, 30))

    assert Truth(True, True) == days.is_open({"start": "2026-04-01", "end": None}, span)
    assert Truth(True, False) == days.is_open({"start": "2026-04-10", "end": None}, span)
    assert Truth(True, False) == days.is_open({"start": "2020-04-01", "end": "2026-04-01"}, span)
    assert Truth(False, False) == days.is_open({"start": "2020-04-01", "end": "2026-03-31"}, span)
    assert Truth(False, False) == days.is_open(None, span)


spans = st.builds(
    lambda start, length: Span(start, start + timedelta(days=length)),
    st.dates(date(2000, 1, 1), date(2010, 12, 31)),
    st.integers(0, 40),
)
effective = st.builds(
    lambda start, length: Span(start, start + timedelta(days=length)),
    st.dates(date(2005, 1, 1), date(2028, 12, 31)),
    st.integers(0, 3),
)


def each_day(span: Span) -> list[date]:
    return [span.first + timedelta(days=passed) for passed in range((span.last - span.first).days + 1)]


@given(spans, effective, st.integers(4, 22))
def test_uncertain_days_may_be_so_if_any_and_surely_are_if_all(born: Span, at: Span, age: int) -> None:
    pairs = [(on(birth), on(day)) for birth in each_day(born) for day in each_day(at)]
    old = [days.is_at_least(*pair, age).is_sure for pair in pairs]
    at_school = [days.is_of_school_age(*pair).is_sure for pair in pairs]

    assert Truth(any(old), all(old)) == days.is_at_least(born, at, age)
    assert Truth(not all(old), not any(old)) == days.is_at_most(born, at, age - 1)
    assert Truth(any(at_school), all(at_school)) == days.is_of_school_age(born, at)
