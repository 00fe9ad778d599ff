"""On which days an authority is closed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.identifiers import MunicipalityCode
from kairan.municipalities import UnknownMunicipalityError
from processors.deadlines.calendars import KNOWN_YEARS, NATIONAL, Calendar, calendar_of, parse
from processors.deadlines.tables import TableError

TOKYO, NAHA, HIROSHIMA = (calendar_of(MunicipalityCode(code)) for code in ("131016", "472018", "341002"))
DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))
COLUMNS = "area,month,day,name,basis,article,status,note\n"


def open_days(first: date, last: date, calendar: Calendar = NATIONAL) -> list[str]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [f"{day:%m-%d}" for day in days if not calendar.is_closed(day)]


def test_a_weekend_is_closed() -> None:
    assert ["11-04", "11-05", "11-06", "11-07", "11-10"] == open_days(date(2025, 11, 3), date(2025, 11, 10))


def test_golden_week_is_closed_with_its_substitute_holiday() -> None:
    assert ["04-30", "05-01", "05-07"] == open_days(date(2026, 4, 29), date(2026, 5, 7))
    assert ["05-01", "05-02", "05-07"] == open_days(date(2024, 5, 1), date(2024, 5, 7))


def test_a_day_between_two_holidays_is_closed() -> None:
    assert ["09-18", "09-24"] == open_days(date(2026, 9, 18), date(2026, 9, 24))


def test_the_substitute_of_a_sunday_holiday_is_closed() -> None:
    assert ["02-25"] == open_days(date(2025, 2, 22), date(2025, 2, 25))


def test_the_turn_of_the_year_is_closed_from_29_december_to_3_january() -> None:
    assert ["12-25", "12-26", "01-05"] == open_days(date(2025, 12, 25), date(2026, 1, 5))


def test_okinawa_has_a_closing_day_that_nobody_else_has() -> None:
    assert [True, False, False] == [each.is_closed(date(2025, 6, 23)) for each in (NAHA, TOKYO, NATIONAL)]
    assert calendar_of(MunicipalityCode("472085")) == calendar_of(MunicipalityCode("470007")) == NAHA


def test_a_closing_day_of_its_own_on_a_sunday_has_no_substitute() -> None:
    assert [date(2024, 6, 24)] == [NAHA.next_open(date(2024, 6, 23))]


def test_a_ward_is_closed_when_its_city_is() -> None:
    day = date(2025, 8, 6)

    assert [True, True, False] == [
        HIROSHIMA.is_closed(day),
        calendar_of(MunicipalityCode("341011")).is_closed(day),
        calendar_of(MunicipalityCode("342122")).is_closed(day),
    ]


def test_there_is_no_calendar_of_nowhere() -> None:
    with pytest.raises(UnknownMunicipalityError):
        calendar_of(MunicipalityCode("999999"))


@pytest.mark.parametrize(("number", "expected"), [(0, 7), (1, 7), (2, 8), (4, 10), (5, 13)])
def test_open_days_are_counted_without_the_closed_ones(number: int, expected: int) -> None:
    """From the holiday on a Friday: the first open day after it is the Tuesday."""
    assert date(2024, 5, expected) == NATIONAL.after_open_days(date(2024, 5, 3), number)


def test_an_open_day_is_no_day_after_itself() -> None:
    assert [date(2024, 5, 2), date(2024, 5, 7)] == [NATIONAL.after_open_days(date(2024, 5, 2), n) for n in (0, 1)]


@given(DAYS)
def test_the_next_open_day_is_the_first_that_is_open(day: date) -> None:
    found = NAHA.next_open(day)

    assert not NAHA.is_closed(found)
    assert [] == open_days(day, found - timedelta(days=1), NAHA)


@given(st.dates())
def test_every_day_has_a_next_open_one_also_where_no_holidays_are_known(day: date) -> None:
    assert day <= NATIONAL.next_open(day)
    assert (day.year in KNOWN_YEARS) == NATIONAL.knows(day)


def test_holidays_that_a_law_moved_for_a_year_are_closed_where_it_put_them() -> None:
    """特措法 moved three of them to the Olympic summer of 2021."""
    days = [date(2021, 7, 22), date(2021, 7, 23), date(2021, 8, 9), date(2021, 7, 19), date(2021, 10, 11)]

    assert [True, True, True, False, False] == [NATIONAL.is_closed(day) for day in days]


def test_equinoxes_are_known_to_the_end_of_the_known_years() -> None:
    assert [True, True] == [NATIONAL.is_closed(date(2099, 3, 20)), NATIONAL.is_closed(date(2099, 9, 23))]


BAD = [
    ("48,6,23,x,x,,assumed,", "Line 2, area: '48' must be"),
    ("341003,6,23,x,x,,assumed,", "Line 2, area: '341003' must be"),
    ("47,13,23,x,x,,assumed,", "Line 2, month: '13' must be"),
    ("47,6,32,x,x,,assumed,", "Line 2, day: '32' must be"),
    ("47,6,31,x,x,,assumed,", "Line 2, day: '31' must be a day of its month"),
    ("47,6,23,,x,,assumed,", "Line 2, name: '' must be filled"),
    ("47,6,23,x, ,,assumed,", "Line 2, basis: ' ' must be filled"),
    ("47,6,23,x,x,,sure,", "Line 2, status: 'sure' must be"),
    ("47,6,23,x,x,1条,assumed,", "Line 2, article: must be filled if"),
    ("47,6,23,x,x,,verified,", "Line 2, article: must be filled if"),
    ("47,6,23", "Line 2: a row has 8 cells, this one 3."),
]


@pytest.mark.parametrize(("row", "problem"), BAD)
def test_a_bad_row_is_refused_with_line_column_and_rule(row: str, problem: str) -> None:
    with pytest.raises(TableError) as refused:
        parse(COLUMNS + row + "\n")

    assert [problem] == [found[: len(problem)] for found in refused.value.problems]


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(TableError, match="Line 1: the columns must be area, month"):
        parse("area,month\n")
