"""What a rule may ask of a fact: ages by law, entitlements, where somebody goes, how late a death was notified."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.partial_date import PartialDate
from processors.deadlines.counting import Due
from processors.notices import ages
from processors.notices.ages import Truth
from processors.notices.conditions import ConditionError, parse
from processors.notices.facts import Period
from processors.notices.triggers import FLAGS
from processors.routing import spans
from processors.routing.spans import Interval
from tests.unit.processors.notices.world import ICHIKAWA, KAWASAKI, YOKOHAMA, on, stated

YES, NO, UNCERTAIN = Truth.YES, Truth.NO, Truth.UNCERTAIN
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
INTERVALS = (DAYS.map(lambda day: (day, day)) | st.tuples(DAYS, DAYS)).map(lambda pair: Interval(*sorted(pair)))
AGES = st.integers(0, 110)


def maybe(days: Interval) -> Due:
    """One of these days."""
    return Due(*days, certain=days.earliest == days.latest)


def truth(condition: str, **said: Any) -> Truth:
    return parse(condition).of(stated("residence.MovedIn", **said))


@given(INTERVALS, INTERVALS, AGES, st.none() | AGES)
def test_an_age_is_the_age_by_which_routing_decides(
    day: Interval, born: Interval, first: int, more: int | None
) -> None:
    last = None if more is None else first + more

    assert spans.ages(first, last).covers(day, born).name == ages.aged(first, last, maybe(born)).covers(maybe(day)).name


@given(INTERVALS, INTERVALS)
def test_school_age_is_that_of_routing(day: Interval, born: Interval) -> None:
    assert spans.school_years().covers(day, born).name == ages.school_age(maybe(born)).covers(maybe(day)).name


ALLOWED = [
    ("2008-04-02", "2026-04-01", YES),
    ("2008-04-02", "2027-03-31", YES),
    ("2008-04-02", "2027-04-01", NO),
    ("2008-04-01", "2026-03-31", YES),
    ("2008-04-01", "2026-04-01", NO),  # 18 is reached on 31 March, which is the last day itself
    ("2008-00-00", "2026-04-01", UNCERTAIN),
    ("2026-05-01", "2026-04-01", NO),
]


def test_a_child_counts_for_the_allowance_until_the_march_after_eighteen() -> None:
    found = [(b, d, truth("child_of_allowance", born=on(b), effective=on(d))) for b, d, _ in ALLOWED]

    assert ALLOWED == found


ENTERING = [("2020-04-01", "2026-03-31", YES), ("2020-04-01", "2026-04-01", NO), ("2020-04-02", "2026-04-01", YES)]


def test_school_lies_ahead_until_the_first_of_april_on_which_it_starts() -> None:
    found = [(b, d, truth("before_school", born=on(b), effective=on(d))) for b, d, _ in ENTERING]

    assert ENTERING == found


def test_a_birth_date_that_is_not_told_may_be_any_day() -> None:
    assert UNCERTAIN == truth("age>=65")
    assert NO == truth("born_on_a_day") == truth("born_on_a_day", born=on("1990-00-00"))
    assert YES == truth("born_on_a_day", born=on("1990-01-01"))


def test_all_terms_must_hold() -> None:
    assert NO == truth("is_head and age>=65", born=on("1990-01-01"), flags="is_head")
    assert YES == truth("is_head and age 30..40", born=on("1990-01-01"), flags="is_head")
    assert YES == truth("always")


ENTITLED = [
    (Period(date(2026, 4, 1)), on("2026-04-01"), YES),
    (Period(date(2026, 4, 2)), on("2026-04-01"), NO),
    (Period(date(2020, 4, 1), date(2026, 4, 1)), on("2026-04-01"), YES),
    (Period(date(2020, 4, 1), date(2026, 3, 31)), on("2026-04-01"), NO),
    (Period(date(2026, 4, 15)), on("2026-04-00"), UNCERTAIN),
]


def test_an_entitlement_is_asked_for_on_the_day_of_effect() -> None:
    found = [
        (period, day, truth("entitled(nhi)", entitlements={"nhi": period}, effective=day))
        for period, day, _ in ENTITLED
    ]

    assert ENTITLED == found
    assert NO == truth("entitled(care)", entitlements={"nhi": Period(date(2020, 1, 1))})


WHERE = [
    (ICHIKAWA, "", (YES, NO, YES)),
    (KAWASAKI, "", (YES, YES, NO)),
    (None, "abroad", (NO, NO, NO)),
    (None, "", (UNCERTAIN, UNCERTAIN, UNCERTAIN)),
]


def test_a_destination_lies_within_the_prefecture_beyond_it_or_nobody_knows() -> None:
    terms = ("within_japan", "within_prefecture", "to_other_prefecture")

    assert WHERE == [
        (to, flags, tuple(truth(term, origin=YOKOHAMA, destination=to, flags=flags) for term in terms))
        for to, flags, _ in WHERE
    ]


LATE = [
    ("2026-04-01", on("2026-04-08"), NO),
    ("2026-04-01", on("2026-04-09"), YES),
    ("2026-04-00", on("2026-05-09"), YES),
    ("2026-04-00", on("2026-04-09"), UNCERTAIN),
    ("2026-04-01", None, UNCERTAIN),
]


def test_a_death_is_notified_late_after_seven_days() -> None:
    assert LATE == [(day, when, truth("notified_late", effective=on(day), notified=when)) for day, when, _ in LATE]


def test_a_flag_that_is_not_told_is_no() -> None:
    assert dict.fromkeys(FLAGS, NO) == {flag: truth(flag) for flag in FLAGS}
    assert dict.fromkeys(FLAGS, YES) == {flag: truth(flag, flags=flag) for flag in FLAGS}


def test_whoever_stays_by_a_status_is_foreign_and_no_special_permanent_resident() -> None:
    found = [truth("by_status", kind=kind, flags=flags) for kind, flags in (("foreign", ""), ("japanese", ""))]

    assert [YES, NO, NO] == [*found, truth("by_status", kind="foreign", flags="special_permanent")]


@pytest.mark.parametrize("text", ["", "rich", "age", "age<5", "is_head or abroad", "entitled(rice)"])
def test_what_the_list_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse(text)


def test_neither_birth_date_nor_flags_stand_in_what_a_log_would_show() -> None:
    said = stated("residence.MovedIn", born=PartialDate.parse("1987-06-05", certain=True), flags="care_certified")

    assert "1987" not in repr(said)
    assert "care_certified" not in repr(said)
