"""The condition language: what is surely true, what may be, and what the register answers."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.partial_date import PartialDate
from processors.routing.conditions import Condition, ConditionError, Office, parse, suffices
from processors.routing.facts import Facts, of_event
from processors.routing.spans import Interval, Truth, ages, reaches, school_years

YES, NO, UNCERTAIN = Truth.YES, Truth.NO, Truth.UNCERTAIN
EVERYBODY = Office(requested=False, holds_everybody=True)
NOBODY = Office(requested=False, holds_everybody=False)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


def on(day: str, **facts: Any) -> Facts:
    born = facts.pop("born", None)
    envelope = {"effective": of(day), "reason": facts.pop("reason", None)}
    return of_event(envelope, facts | ({"birth_date": of(born)} if born else {}))


def of(text: str) -> dict[str, Any]:
    certain = "00" not in text.split("-")[1:]
    return PartialDate(text, certain).as_record()


def truth(condition: str, facts: Facts) -> Truth:
    return parse(condition).of(facts)


AGES = [
    ("age>=65", "1961-05-05", "2026-05-03", NO),
    ("age>=65", "1961-05-05", "2026-05-04", YES),  # one ages at the end of the eve
    ("age>=75", "1951-05-05", "2026-05-04", NO),  # 75 counts on the birthday itself
    ("age>=75", "1951-05-05", "2026-05-05", YES),
    ("age<=74", "1951-05-05", "2026-05-04", YES),
    ("age<=74", "1951-05-05", "2026-05-05", NO),
    ("age 20..59", "2006-05-05", "2026-05-04", YES),
    ("age 20..59", "2006-05-05", "2026-05-03", NO),
    ("age 20..59", "1966-05-05", "2026-05-04", NO),
    ("age>=17", "2008-02-29", "2025-02-27", NO),  # 29 February ages on the 28th in every year
    ("age>=17", "2008-02-29", "2025-02-28", YES),
    ("age>=75", "1952-02-29", "2027-02-28", NO),
    ("age>=75", "1952-02-29", "2027-03-01", YES),
    ("age<=18", "2026-03-31", "2026-04-01", YES),
]


def test_ages_count_from_the_eve_of_the_birthday_and_75_from_the_birthday() -> None:
    assert AGES == [(c, born, day, truth(c, on(day, born=born))) for c, born, day, _ in AGES]


SCHOOL = [
    ("2020-04-01", "2025-09-30", NO),
    ("2020-04-01", "2025-10-01", YES),  # the roll is made before the first year
    ("2020-04-01", "2026-04-01", YES),  # 1 April counts with the earlier year
    ("2020-04-02", "2026-04-01", NO),
    ("2020-04-02", "2026-10-01", YES),
    ("2020-04-02", "2036-03-31", YES),
    ("2020-04-02", "2036-04-01", NO),
    ("2020-04-01", "2035-04-01", NO),
]


def test_school_age_is_nine_years_and_the_half_year_before() -> None:
    assert SCHOOL == [(born, day, truth("school_age", on(day, born=born))) for born, day, _ in SCHOOL]


UNSURE = [
    ("age>=65", "1961-00-00", "2026-06-01", UNCERTAIN),
    ("age>=65", "1960-00-00", "2026-06-01", YES),
    ("age>=65", "1962-00-00", "2026-06-01", NO),
    ("age>=65", "1961-05-00", "2026-00-00", UNCERTAIN),
    ("age<=18", "2026-00-00", "2026-03-01", YES),
    ("age>=75", "0000-00-00", "2026-06-01", UNCERTAIN),
    ("school_age", "2020-00-00", "2026-04-01", UNCERTAIN),
    ("school_age", "2019-00-00", "2026-04-01", YES),
]


def test_an_uncertain_date_makes_an_uncertain_answer_where_it_matters() -> None:
    assert UNSURE == [(c, born, day, truth(c, on(day, born=born))) for c, born, day, _ in UNSURE]


def test_a_birth_date_that_is_not_told_may_be_any_day() -> None:
    assert UNCERTAIN == truth("age>=75", on("2026-04-01"))


def test_a_legal_duty_delivers_when_it_may_be_true_anything_else_only_when_it_surely_is() -> None:
    assert [True, False, False] == [suffices(UNCERTAIN, duty) for duty in ("law", "needed", "conditional")]
    assert [True, True, True] == [suffices(YES, duty) for duty in ("law", "needed", "conditional")]
    assert [False, False, False] == [suffices(NO, duty) for duty in ("law", "needed", "conditional")]


FIELDS: list[tuple[str, dict[str, Any], Truth]] = [
    ("procedure=特例", {"procedure": "特例"}, YES),
    ("procedure=特例", {"procedure": "証明書"}, NO),
    ("procedure=特例", {}, NO),
    ("resident_kind=foreign", {"resident_kind": "foreign"}, YES),
    ("abroad", {"reason": {"code": "22", "edition": "2024-07"}}, YES),
    ("abroad", {"reason": {"code": "21", "edition": "2024-07"}}, NO),
    ("abroad", {}, NO),
    ("fields_changed(name,sex)", {"amended": ["sex", "koseki"]}, YES),
    ("fields_changed(name,sex)", {"amended": ["koseki"]}, NO),
    ("fields_changed(name)", {}, NO),
    ("always", {}, YES),
]


def test_a_field_counts_only_if_it_says_so() -> None:
    assert FIELDS == [(c, facts, truth(c, on("2026-04-01", **facts))) for c, facts, _ in FIELDS]


@pytest.mark.parametrize(
    ("start", "end", "day", "expected"),
    [
        ("2020-04-01", None, "2026-04-01", YES),
        ("2026-04-02", None, "2026-04-01", NO),
        ("2020-04-01", "2026-04-01", "2026-04-01", YES),
        ("2020-04-01", "2026-03-31", "2026-04-01", NO),
        ("2020-04-01", "2026-04-15", "2026-04-00", UNCERTAIN),
    ],
)
def test_an_entitlement_is_open_on_its_days(start: str, end: str | None, day: str, expected: Truth) -> None:
    nothing = dict.fromkeys(("late_elderly", "care", "pension", "child_allowance"))
    facts = on(day, entitlements=nothing | {"nhi": {"start": start, "end": end}})

    assert (expected, NO) == (truth("entitled(nhi)", facts), truth("entitled(care)", facts))


def test_and_takes_the_weaker_answer_or_the_stronger() -> None:
    facts = on("2026-06-01", born="1961-00-00", resident_kind="japanese")

    assert UNCERTAIN == truth("resident_kind=japanese and age>=65", facts)
    assert NO == truth("resident_kind=foreign and age>=65", facts)
    assert YES == truth("age>=65 or resident_kind=japanese", facts)


def test_an_office_that_counts_as_holding_everybody_needs_no_facts() -> None:
    condition = parse("age>=65 or entitled(care) or caseload")

    assert (True, YES) == (condition.settled(EVERYBODY).is_settled, condition.settled(EVERYBODY).of(on("2026-04-01")))
    assert {"birth_date", "entitlements"} == condition.settled(NOBODY).reads


def test_without_an_approved_order_nothing_is_asked() -> None:
    condition = parse("requested and age>=65 or requested and caseload").settled(EVERYBODY)

    assert (True, NO) == (condition.is_settled, condition.of(on("2026-04-01")))


UNKNOWN = [
    *("", "age>65", "age>= 65", "not abroad", "(abroad)", "entitled(tax)", "resident_kind=martian", "caseloads"),
    *("fields_changed()", "age 59..20", "always and", "sometimes", "abroad  and caseload", "age>=６５"),
]


def is_known(text: str) -> bool:
    try:
        parse(text)
    except ConditionError:
        return False
    return True


def test_what_the_language_does_not_have_is_refused() -> None:
    assert [] == [text for text in UNKNOWN if is_known(text)]


@given(st.integers(1, 120), st.lists(DAYS, min_size=2, max_size=2), st.lists(DAYS, min_size=2, max_size=2))
def test_an_interval_answers_for_all_of_its_days(years: int, born: list[date], day: list[date]) -> None:
    born_in, on_days = Interval(min(born), max(born)), Interval(min(day), max(day))
    answers = {ages(years, None).covers(Interval(d, d), Interval(b, b)) for b in born_in for d in on_days}

    whole = ages(years, None).covers(on_days, born_in)

    assert whole == answers.pop() if len(answers) == 1 and whole != UNCERTAIN else whole == UNCERTAIN


@given(DAYS, st.integers(0, 110))
def test_everybody_has_exactly_one_age(born: date, years: int) -> None:
    day = Interval(*2 * (reaches(born, years),)) if years else Interval(born, born)
    found = [age for age in range(130) if ages(age, age).covers(day, Interval(born, born)) == YES]

    # on the eve of the 75th birthday nobody is 75 yet, on the birthday itself nobody is 74 any more
    assert [years] == found


@given(DAYS, DAYS)
def test_whoever_is_born_later_never_leaves_school_earlier(one: date, other: date) -> None:
    span, (older, younger) = school_years(), sorted((one, other))

    assert span.first(older) <= span.first(younger)
    assert span.last(older) <= span.last(younger)


def test_equal_conditions_are_one_question() -> None:
    assert parse("age>=65 or caseload").settled(NOBODY) == parse("age>=65")
    assert isinstance(hash(parse("age>=65")), int)
    assert Condition(()).of(on("2026-04-01")) == NO
