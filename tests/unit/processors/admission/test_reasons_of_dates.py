"""One rule a test: dates and periods."""

from typing import Any

import pytest

from kairan.stream import Incoming
from processors.admission.members import Members
from processors.admission.reading import read
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World, refused, register

MOVED_IN = "residence.MovedIn"
DAY = 24 * 60 * 60 * 1000
LOADED = "residence.RecordLoaded"


@pytest.mark.parametrize(
    "bent",
    [
        {"effective": s.day("2026-02-30")},
        {"notified": s.day("2026-9-1")},
    ],
)
def test_a_date_is_one_that_a_register_can_hold(bent: dict[str, Any]) -> None:
    assert ["date.invalid"] == refused(s.statement(LOADED, **bent))


def test_an_impossible_day_is_lawful_when_it_says_so() -> None:
    assert [] == refused(s.with_body(LOADED, birth_date=s.day("1945-02-29", certain=False)))


@pytest.mark.parametrize("start", ["2026-02-30", "2026/01/01", "0000-01-01", "20260101", "2024-W01-1"])
def test_a_period_of_entitlement_has_days_of_the_calendar(start: str) -> None:
    entitlements = dict.fromkeys(("nhi", "late_elderly", "care", "pension", "child_allowance")) | {
        "nhi": {"start": start, "end": None}
    }

    assert ["date.invalid"] == refused(s.with_body(LOADED, entitlements=entitlements))


def test_the_words_of_a_date_are_not_longer_than_any_register_s() -> None:
    long = s.day("2020-05-01") | {"text": "から" * 37}
    period = {"start": long, "end": s.day("2027-09-20")}

    assert ["date.invalid"] == refused(s.statement(LOADED, effective=long))
    assert ["date.invalid"] == refused(s.with_body(LOADED, resident_since=long))
    assert ["date.invalid"] == refused(s.with_body("protection.ProtectionChanged", period=period))


def test_a_past_fact_lies_not_in_the_future() -> None:
    assert ["date.future"] == refused(s.statement(MOVED_IN, effective=s.day("2026-09-22")))


@pytest.mark.parametrize("field", ["moved_in_date", "birth_date"])
def test_neither_do_the_dates_of_its_body(field: str) -> None:
    assert ["date.future"] == refused(s.with_body(MOVED_IN, **{field: s.day("2026-09-22")}))


def test_in_a_sandbox_whose_clock_has_leapt_a_day_is_past_that_was_to_come() -> None:
    record = Incoming("in", 0, 0, s.REGISTERED, b"", s.statement(MOVED_IN, effective=s.day("2026-09-22")))
    sender = Members(register()).sender(s.YOKOHAMA, s.REGISTERED)

    assert ["date.future"] == [each.code for each in read(record, sender, "live", s.REGISTERED).problems]
    assert () == read(record, sender, "live", s.REGISTERED + DAY).problems


def test_a_planned_departure_lies_in_the_future() -> None:
    assert [] == refused(s.statement("residence.MoveOutDeclared", effective=s.day("2026-09-25")))


def test_today_is_the_day_in_japan() -> None:
    """23:30 UTC is tomorrow in Tokyo."""
    world = World()
    world.clock = s.REGISTERED - s.REGISTERED % 86_400_000 + (23 * 60 + 30) * 60_000

    world.admit(s.statement(MOVED_IN, effective=s.day("2026-09-22")))

    assert [] == world.codes()


def test_a_period_ends_behind_its_start() -> None:
    entitlements = dict.fromkeys(("nhi", "late_elderly", "care", "pension", "child_allowance")) | {
        "care": {"start": "2026-04-02", "end": "2026-04-01"}
    }

    assert ["date.order"] == refused(s.with_body(LOADED, entitlements=entitlements))


def test_a_measure_ends_behind_its_start() -> None:
    period = {"start": s.day(s.TODAY), "end": s.day("2026-01-01")}

    assert ["date.order"] == refused(s.with_body("protection.ProtectionChanged", period=period))


def test_nothing_is_registered_after_it_was_sent() -> None:
    """But for the minutes that clocks differ."""
    minutes = 60_000

    assert ([], ["date.future"]) == (
        refused(s.statement(LOADED, registered=s.REGISTERED + 9 * minutes)),
        refused(s.statement(LOADED, registered=s.REGISTERED + 11 * minutes)),
    )
