"""The moving procedure counts days as the law does."""

from datetime import date

from processors.moving.days import LegalDays
from tests.unit.processors.moving.story import A

DAYS = LegalDays()
MARCH_28 = date(2026, 3, 28)


def test_a_day_begins_at_midnight_in_japan() -> None:
    began = DAYS.begins(MARCH_28)

    assert 1_774_623_600_000 == began
    assert (MARCH_28, date(2026, 3, 27)) == (DAYS.day_of(began), DAYS.day_of(began - 1))


def test_a_card_is_good_for_thirty_days_after_the_planned_one() -> None:
    """施行令24条の2第1項2号: from the day on which thirty days have passed it is not."""
    assert date(2026, 4, 28) == DAYS.card_lapses(MARCH_28)


def test_who_has_not_arrived_in_thirty_days_is_listed() -> None:
    assert date(2026, 4, 28) == DAYS.not_arrived_after(A, MARCH_28)


def test_an_application_is_open_until_ten_days_after_the_planned_one() -> None:
    assert date(2026, 4, 8) == DAYS.resubmission_ends(MARCH_28)


def test_an_open_day_behind_golden_week_is_the_first_after_it() -> None:
    friday = DAYS.begins(date(2026, 5, 1)) + 9 * 3_600_000

    assert DAYS.begins(date(2026, 5, 8)) == DAYS.after_open_days(friday, 1, A)
