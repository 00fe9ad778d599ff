import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.partial_date import InvalidDateError, PartialDate

VECTORS = Path(__file__).parents[2] / "data" / "dates.csv"


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date:
    """Python has no year 0: the open start is the first day that there is."""
    return date.min if text == "0000-01-01" else date.fromisoformat(text)


def test_a_date_in_words_follows_the_vectors() -> None:
    assert len(vectors()) > 50
    for vector in vectors():
        parsed = PartialDate.from_wareki(vector["text"])

        assert PartialDate(vector["value"], vector["certain"] == "true", vector["text"]) == parsed
        assert (day(vector["earliest"]), day(vector["latest"])) == (parsed.earliest, parsed.latest), parsed
        assert vector["era_text"] in ("", parsed.text)
        assert parsed == PartialDate.from_record(parsed.as_record())


def test_words_that_tell_of_another_value_do_not_narrow_this_one() -> None:
    told = PartialDate.parse("1950-00-00", certain=False, text="令和2年3月10日から20日頃までの間")

    assert (date(1950, 1, 1), date(1950, 12, 31)) == (told.earliest, told.latest)


def test_a_year_that_is_unknown_is_not_the_open_start() -> None:
    new_year = PartialDate.parse("0000-01-01", certain=False, text="年不詳1月1日")

    assert (date.min, date.max) == (new_year.earliest, new_year.latest)


def test_a_date_has_ten_characters_of_the_known_kinds() -> None:
    others = ["", "2020-3-10", "2020-13-01", "2020-03-32", "2020-A5-00", "2020-03-A4", "２０２０-03-10", "2020-03-10\n"]
    for value in others:
        with pytest.raises(InvalidDateError, match="ten characters"):
            PartialDate.parse(value, certain=False)


@pytest.mark.parametrize("value", ["2020-00-10", "2020-A1-10", "0000-00-A1"])
def test_a_day_stands_only_beside_its_month(value: str) -> None:
    with pytest.raises(InvalidDateError, match="beside its month"):
        PartialDate.parse(value, certain=False)


@pytest.mark.parametrize("value", ["1989-02-29", "2020-03-00", "2020-A1-00", "0000-00-00", "0000-03-10"])
def test_only_a_day_of_the_calendar_is_certain(value: str) -> None:
    assert value == PartialDate.parse(value, certain=False).value
    with pytest.raises(InvalidDateError, match="day of the calendar"):
        PartialDate.parse(value, certain=True)


@given(st.dates())
def test_a_certain_day_is_its_own_interval(some_day: date) -> None:
    certain = PartialDate.of(some_day)

    assert (some_day, some_day, "") == (certain.earliest, certain.latest, certain.text)
    assert certain == PartialDate.from_record(certain.as_record())


@given(
    st.integers(0, 9999),
    st.sampled_from(["00", "A1", "A2", "A3", "A4", *(f"{month:02d}" for month in range(1, 13))]),
    st.sampled_from(["00", "A1", "A2", "A3", *(f"{day:02d}" for day in range(1, 32))]),
)
def test_whatever_is_lawful_has_an_interval(year: int, month: str, day_of_month: str) -> None:
    value = f"{year:04d}-{month}-{day_of_month}"
    try:
        parsed = PartialDate.parse(value, certain=False)
    except InvalidDateError:
        assert day_of_month != "00"
    else:
        assert parsed.earliest <= parsed.latest


def test_the_words_of_a_date_have_at_most_72_characters() -> None:
    """As in the data standard; reading longer ones took the square of their length."""
    assert PartialDate.parse("2020-01-01", True, "x" * 72).text == "x" * 72
    with pytest.raises(InvalidDateError, match="72 characters"):
        PartialDate.parse("2020-01-01", True, "x" * 73)
    with pytest.raises(InvalidDateError):
        PartialDate.from_wareki("から" * 30_000)
