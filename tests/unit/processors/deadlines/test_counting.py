"""By which day something is due: vectors from the law, and what holds for any day."""

import csv
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.identifiers import MunicipalityCode
from kairan.partial_date import PartialDate
from processors.deadlines.ages import school_starts
from processors.deadlines.calendars import Calendar, calendar_of
from processors.deadlines.counting import Due, due, earlier, earlier_due
from processors.deadlines.deadlines import NOT_ARRIVED, TRIGGERS, load

VECTORS = Path(__file__).parents[3] / "data" / "dates.csv"
TABLE = load()
TOKYO, NAHA = (calendar_of(MunicipalityCode(code)) for code in ("131016", "472018"))
COUNTED = sorted(name for name, each in TABLE.items() if each.length)
MOVED = sorted(name for name, each in TABLE.items() if each.shift != "none")
DAYS = st.dates(date(2010, 1, 1), date(2050, 12, 31))


def on(name: str, day: date | PartialDate, calendar: Calendar = TOKYO) -> Due:
    found = due(TABLE[name], day if isinstance(day, PartialDate) else PartialDate.of(day), calendar)
    assert found is not None
    return found


def day_of(name: str, text: str, calendar: Calendar = TOKYO) -> str:
    return str(on(name, date.fromisoformat(text), calendar).day)


CONFIRMED = [
    ("birth.report", "2024-04-30", "2024-05-13"),
    ("move.arrival", "2024-04-30", "2024-05-14"),
    ("insurance.health_join", "2024-04-30", "2024-05-14"),
    ("birth.child_allowance", "2024-04-30", "2024-05-15"),
    ("allowance.claim_by_arrival", "2024-04-30", "2024-05-15"),
]
CLOSED = [
    ("move.arrival", "2024-04-19", "2024-05-07"),  # a holiday, a Saturday, a Sunday and its substitute
    ("death.report", "2024-04-27", "2024-05-07"),
    ("birth.report", "2025-02-11", "2025-02-25"),  # the substitute of a Sunday
    ("birth.report", "2026-09-09", "2026-09-24"),  # between two holidays, then a holiday
    ("move.relocation", "2024-12-15", "2025-01-06"),  # the turn of the year, then a weekend
    ("birth.status_of_residence", "2024-11-29", "2025-01-06"),
    ("divorce.report", "2024-08-22", "2024-09-02"),
]
NOT_MOVED = [
    ("move.card_by_plan", "2024-04-03", "2024-05-03"),
    ("move.card_as_planned", "2024-04-20", "2024-05-04"),
    ("move.not_arrived", "2024-04-03", "2024-05-03"),
    ("death.pension", "2024-04-19", "2024-05-03"),
    ("election.overseas", "2024-05-03", "2024-05-03"),
    ("move.departure", "2024-05-07", "2024-05-06"),
]
BY_THE_CALENDAR = [
    ("death.renounce_inheritance", "2024-03-15", "2024-06-15"),
    ("death.renounce_inheritance", "2024-11-29", "2025-02-28"),  # 30 November has no corresponding day
    ("death.renounce_inheritance", "2023-11-29", "2024-02-29"),
    ("death.renounce_inheritance", "2024-11-30", "2025-02-28"),  # from the first to the last of a month
    ("death.renounce_inheritance", "2023-11-30", "2024-02-29"),
    ("death.inheritance_tax", "2024-03-31", "2025-01-31"),
    ("death.funeral_benefit", "2024-02-28", "2026-02-28"),  # from 29 February
    ("death.funeral_benefit", "2024-02-29", "2026-02-28"),  # from 1 March
    ("divorce.surname", "2024-11-30", "2025-02-28"),
    ("divorce.surname", "2024-08-31", "2024-12-02"),  # 30 November, a Saturday
    ("move.arrival", "2024-02-15", "2024-02-29"),
    ("move.card_continued", "2024-12-01", "2025-03-01"),
]
OPENINGS = [
    ("move.online_opens", "2025-05-01", "2025-04-01"),
    ("election.on_the_roll", "2025-03-01", "2025-06-01"),
    ("election.on_the_roll", "2024-11-30", "2025-03-01"),
    ("birth.vaccinations", "2025-12-31", "2026-03-01"),
    ("seal.ends", "2025-05-01", "2025-05-01"),
    ("insurance.late_elderly_begins", "1951-05-05", "2026-05-05"),
    ("insurance.late_elderly_begins", "1952-02-29", "2027-03-01"),
    ("protection.renewal_opens", "2021-03-31", "2021-03-01"),
    ("protection.renewal_opens", "2025-02-28", "2025-02-01"),
    ("protection.renewal_opens", "2025-03-30", "2025-03-01"),  # 31 February would be the corresponding day
]


@pytest.mark.parametrize(("name", "event", "last"), [*CONFIRMED, *CLOSED, *NOT_MOVED, *BY_THE_CALENDAR, *OPENINGS])
def test_a_deadline_ends_on_the_day_that_its_law_counts(name: str, event: str, last: str) -> None:
    assert last == day_of(name, event)


def test_what_is_filed_with_the_municipality_moves_off_its_own_closing_day() -> None:
    assert ["2025-06-24", "2025-06-23"] == [day_of("move.arrival", "2025-06-09", each) for each in (NAHA, TOKYO)]


def test_what_is_filed_with_the_nation_does_not_move_off_a_municipalitys_day() -> None:
    assert ["2025-06-23"] == [day_of("foreign.new_address", "2025-06-09", NAHA)]


def test_before_a_school_year_the_roll_the_health_check_and_the_notice_are_due() -> None:
    starts = school_starts(PartialDate.of(date(2019, 4, 2)))
    names = ("school.roll", "school.health_check", "school.health_check_at_the_latest", "school.entry_notice")
    found = [due(TABLE[name], starts, TOKYO) for name in names]

    assert ["2025-10-31", "2025-11-30", "2025-12-31", "2026-01-31"] == [str(each and each.day) for each in found]


def test_promptly_is_no_day() -> None:
    assert [None] == [due(TABLE["death.care_card"], PartialDate.of(date(2024, 5, 1)), TOKYO)]


# What is uncertain


def vectors() -> list[tuple[PartialDate, bool]]:
    with VECTORS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        (PartialDate(row["value"], row["certain"] == "true", row["text"]), "sentinel" in row["note"]) for row in rows
    ]


def test_nothing_is_due_on_a_day_that_nobody_knows() -> None:
    """Certain days of the register are; an open end of a period is no day."""
    assert len(vectors()) > 50
    for each, is_sentinel in vectors():
        assert (each.certain and not is_sentinel) == (on("death.renounce_inheritance", each).day is not None), each


def test_an_uncertain_day_gives_the_interval_in_which_the_deadline_ends() -> None:
    march = PartialDate.from_wareki("令和2年3月頃")
    presumed = PartialDate.from_wareki("推定令和2年3月10日")

    assert Due(date(2020, 3, 16), date(2020, 4, 14), certain=False) == on("move.arrival", march)
    assert Due(date(2020, 3, 24), date(2020, 3, 24), certain=False) == on("move.arrival", presumed)


def test_a_day_that_no_calendar_has_is_uncertain() -> None:
    found = on("birth.report", PartialDate.from_wareki("平成元年2月29日"))

    assert Due(date(1989, 3, 13), date(1989, 3, 14), certain=False) == found


def test_what_is_not_known_at_all_stays_so() -> None:
    found = on("move.arrival", PartialDate.from_wareki("年月日不詳"))
    since = on("move.arrival", PartialDate.from_wareki("令和2年3月10日以降"))

    assert Due(date.min, date.max, certain=False) == found
    assert Due(date(2020, 3, 24), date.max, certain=False) == since


def test_where_no_holidays_are_known_no_filing_is_due_for_certain() -> None:
    assert [None, date(2100, 1, 4)] == [
        on("move.arrival", date(2099, 12, 21)).day,
        on("death.pension", date(2099, 12, 21)).day,
    ]


EDGES = [
    ("move.arrival", date(9999, 12, 20), date.max),
    ("birth.report_from_abroad", date(9999, 11, 30), date.max),
    ("move.online_opens", date(1, 1, 5), date.min),
    ("school.roll", date(1, 4, 1), date.min),
]


@pytest.mark.parametrize(("name", "event", "end"), EDGES)
def test_what_lies_beyond_the_days_that_there_are_ends_with_them(name: str, event: date, end: date) -> None:
    """An interval may end there, and nothing else does."""
    assert end == on(name, event).latest


# Which is the earlier


def test_a_special_arrival_needs_both_limits_and_the_earlier_counts() -> None:
    plan, early, late = date(2025, 3, 1), date(2025, 3, 3), date(2025, 3, 25)
    days = [{"planned_departure": plan}, {"planned_departure": plan, "moved_in": early}]
    days += [{"planned_departure": plan, "moved_in": late}, {"moved_in": late}]

    assert ["2025-03-31", "2025-03-17", "2025-03-31", "2025-04-08"] == [
        limit("move.card_by_plan", each) for each in days
    ]


def test_of_the_two_days_of_a_move_the_allowance_shows_the_earlier() -> None:
    days = {"planned_departure": date(2025, 3, 3), "moved_in": date(2025, 3, 5)}

    assert "2025-03-18" == limit("allowance.claim_by_arrival", days)


def test_a_record_is_removed_on_the_planned_day_or_on_that_of_the_arrival_whichever_is_earlier() -> None:
    """D8 of the domain; whoever has not arrived is removed by the plan."""
    planned, arrived = date(2026, 5, 3), date(2026, 4, 28)
    both = {"planned_departure": planned, "moved_in": arrived}

    assert "2026-04-28" == limit("move.removed_by_plan", both)
    assert "2026-05-03" == limit("move.removed_by_plan", both | {"moved_in": date(2026, 5, 9)})
    assert "2026-05-03" == limit("move.removed_by_plan", {"planned_departure": planned})


def test_who_leaves_is_counted_where_he_was_to_the_planned_day_though_it_is_a_holiday() -> None:
    """D9 of the domain."""
    assert "2026-05-03" == day_of("move.counted_as_resident", "2026-05-03")


def test_without_a_day_or_without_a_length_there_is_no_earlier_one() -> None:
    assert [None, None] == [
        earlier_due(TABLE, "move.card_by_plan", {}, TOKYO),
        earlier_due(TABLE, "death.care_card", {"died": PartialDate.of(date(2025, 3, 3))}, TOKYO),
    ]


def limit(name: str, days: dict[str, date]) -> str:
    found = earlier_due(TABLE, name, {trigger: PartialDate.of(day) for trigger, day in days.items()}, TOKYO)
    return str(found and found.day)


SURE, LATER = (
    Due(date(2025, 3, 5), date(2025, 3, 5), certain=True),
    Due(date(2025, 3, 9), date(2025, 3, 9), certain=True),
)
AROUND, BEHIND = Due(date(2025, 3, 1), date(2025, 3, 9), certain=False), Due(date(2025, 3, 5), date.max, certain=False)


def test_of_a_sure_day_and_an_uncertain_one_the_sure_one_counts_only_if_it_is_surely_earlier() -> None:
    assert [SURE, SURE] == [earlier(SURE, BEHIND), earlier(SURE, LATER)]
    assert Due(date(2025, 3, 1), date(2025, 3, 5), certain=False) == earlier(AROUND, SURE)
    assert Due(date(2025, 3, 1), date(2025, 3, 9), certain=False) == earlier(LATER, AROUND)


def test_what_is_sure_of_a_day_is_no_less_sure_beside_a_presumption_of_the_same_day() -> None:
    presumed = Due(SURE.latest, SURE.latest, certain=False)

    assert [SURE, SURE] == [earlier(SURE, presumed), earlier(presumed, SURE)]


# What holds for any day


@given(DAYS, st.sampled_from(MOVED))
def test_what_may_move_never_ends_on_a_closing_day(day: date, name: str) -> None:
    ends = on(name, day, NAHA).latest

    assert not (NAHA if TABLE[name].shift == "municipality" else TOKYO).is_closed(ends)


@given(st.dates(), st.dates(), st.sampled_from(COUNTED))
def test_what_happens_later_is_never_due_earlier(one: date, other: date, name: str) -> None:
    first, second = sorted((one, other))

    assert on(name, first, NAHA).latest <= on(name, second, NAHA).latest


@given(DAYS, st.sampled_from(MOVED))
def test_a_deadline_moves_later_and_over_closed_days_only(day: date, name: str) -> None:
    moved = on(name, day, NAHA).latest
    calendar = NAHA if TABLE[name].shift == "municipality" else TOKYO
    back = moved - timedelta(days=1)
    while calendar.is_closed(back):
        back -= timedelta(days=1)

    assert back < unmoved(name, day) <= moved


def unmoved(name: str, day: date) -> date:
    """Counted in another way: a clerk's, with the calendar on the wall."""
    deadline = TABLE[name]
    assert deadline.length is not None
    first = day + timedelta(days=deadline.start == "next_day")
    if deadline.length.unit == "d":
        return first + timedelta(days=deadline.length.number - 1)
    months = deadline.length.number * (12 if deadline.length.unit == "y" else 1)
    year, month = first.year, first.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    last = monthrange(year, month)[1]
    return date(year, month, last) if first.day > last else date(year, month, first.day) - timedelta(days=1)


@given(DAYS, st.sampled_from([name for name in COUNTED if TABLE[name].bound == "until"]))
def test_a_period_that_runs_on_ends_where_a_clerk_would_say(day: date, name: str) -> None:
    deadline = TABLE[name]
    if deadline.length is not None and not deadline.length.before:
        expected = unmoved(name, day)
        assert (TOKYO.next_open(expected) if deadline.shift != "none" else expected) == on(name, day).day


@given(st.dates(), st.dates(), st.sampled_from(COUNTED))
def test_the_interval_of_a_deadline_holds_what_each_day_of_the_event_would_give(a: date, b: date, name: str) -> None:
    first, last = sorted((a, b))
    whole = due(TABLE[name], Due(first, last, certain=False), NAHA)
    found = on(name, first + (last - first) // 2, NAHA)

    assert whole is not None
    assert whole.earliest <= found.earliest
    assert found.latest <= whole.latest


@given(DAYS, st.sampled_from(COUNTED))
def test_the_same_day_and_law_give_the_same_deadline_whatever_was_asked_before(day: date, name: str) -> None:
    assert on(name, day, NAHA) == on(name, day, Calendar(frozenset({(6, 23)})))


def test_each_trigger_is_counted_from_somewhere() -> None:
    assert set(TRIGGERS) == {deadline.trigger for deadline in TABLE.values()}
    assert NOT_ARRIVED in TABLE
