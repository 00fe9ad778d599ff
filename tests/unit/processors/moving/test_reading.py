"""What the log's records tell of a move."""

from typing import Any

import pytest

from kairan.identifiers import EventId, MunicipalityCode
from kairan.stream import Incoming
from processors.moving.facts import (
    Annulment,
    Application,
    Arrival,
    Closing,
    Death,
    Departure,
    Fact,
    Notice,
    Receiver,
    Visit,
)
from processors.moving.reading import UNKNOWN_DAY, fact
from tests.unit.processors.moving.story import PartialDate
from tests.unit.processors.routing import world

WARD, CITY, TOWN = (MunicipalityCode(code) for code in (world.EDOGAWA, world.ICHIKAWA, world.HAYAMA))
ID, FORMER = EventId(bytes(15) + b"\x01"), EventId(bytes(15) + b"\x11")
OFFICE = Receiver(WARD, "024")
ON, FROM_CITY = world.day("2026-04-09"), [world.municipality("origin", CITY), world.municipality("destination", WARD)]
TO_TOWN = {"municipality": TOWN, "ward": None, "address": "secret", "country": None}
DAY = PartialDate("2026-04-09", certain=True)
PLAYED = world.APPENDED + 7
"""When it happened, by a clock that is ahead of the log's."""


class Bus:
    """One office holds everything; nobody but these is a member."""

    def awaited(self, _: Incoming) -> frozenset[Receiver]:
        return frozenset({OFFICE})

    def group(self, municipality: MunicipalityCode, number: str) -> str:
        return f"{municipality} {number}, told to nobody"

    def is_member(self, municipality: MunicipalityCode, instant: int) -> bool:
        return municipality in {WARD, CITY} and instant == world.APPENDED


def told(type_: str, body: dict[str, Any] | None = None, **stated: Any) -> Fact | None:
    return fact(world.record(type_, world.full_body(type_) | (body or {}), **stated), Bus(), PLAYED)


def stated(corrects: EventId | None = None) -> tuple[EventId, int, EventId | None, frozenset[Receiver], None, int]:
    return ID, PLAYED, corrects, frozenset({OFFICE}), None, world.moved_in().offset


@pytest.mark.parametrize(("stage", "is_returned"), [("applied", False), ("returned", True)])
def test_an_application_tells_where_to_when_and_whether_it_was_returned(stage: str, is_returned: bool) -> None:  # noqa: FBT001 - a case
    body = {"stage": stage, "planned_date": ON, "planned_destination": TO_TOWN}

    assert Application(*stated(), origin=WARD, destination=TOWN, planned=DAY, is_returned=is_returned) == told(
        "residence.MoveOutApplied", body
    )


def test_a_planned_visit_tells_whose_counter_and_when_whoever_states_it() -> None:
    expected = Visit(*stated(), destination=TOWN, day=DAY)

    for source in (WARD, TOWN):
        assert expected == told(
            "residence.VisitPlanned",
            {"visit_date": ON},
            source={"municipality": source, "business": "029"},
            municipalities=[world.municipality("origin", WARD), world.municipality("destination", TOWN)],
        )


def test_a_planned_visit_to_nobody_tells_nothing() -> None:
    assert told("residence.VisitPlanned", {"visit_date": ON}, municipalities=[]) is None


def test_a_departure_tells_where_to_when_and_whether_the_destination_was_told() -> None:
    body = {"planned_date": ON, "planned_destination": TO_TOWN, "procedure": "特例"}

    assert Departure(*stated(), origin=WARD, destination=TOWN, planned=DAY, by_card=True, is_to_member=False) == told(
        "residence.MoveOutDeclared", body
    )


def test_a_departure_without_a_destination_on_paper_may_go_abroad() -> None:
    body = {"planned_date": None, "planned_destination": None, "procedure": None}

    assert Departure(
        *stated(), origin=WARD, destination=None, planned=UNKNOWN_DAY, by_card=False, is_abroad=True
    ) == told("residence.MoveOutDeclared", body, reason={"code": "22", "edition": "1"})


def test_an_arrival_tells_where_from_if_anybody_knows() -> None:
    body = {"moved_in_date": ON}

    assert Arrival(*stated(), destination=WARD, origin=CITY, moved_in=DAY) == told(
        "residence.MovedIn", body, municipalities=FROM_CITY
    )
    assert Arrival(*stated(), destination=WARD, origin=None, moved_in=DAY) == told("residence.MovedIn", body)


def test_a_notice_of_arrival_tells_its_number() -> None:
    body = {"moved_in_date": ON, "notice": {"date": ON, "sequence": 2, "resend_of": 1}}

    assert Notice(*stated(FORMER), destination=WARD, origin=CITY, moved_in=DAY, sequence=2) == told(
        "residence.MoveInNotified", body, municipalities=FROM_CITY, change="corrected", corrects=FORMER
    )


@pytest.mark.parametrize(("stage", "is_confirmed"), [("closed", False), ("confirmed", True)])
def test_a_closing_tells_whether_it_is_confirmed(stage: str, is_confirmed: bool) -> None:  # noqa: FBT001 - a case
    body = {"closing": {"removed_date": ON, "stage": stage}}

    assert Closing(*stated(), origin=WARD, is_confirmed=is_confirmed) == told("residence.MoveOutConfirmed", body)


def test_a_death_is_told() -> None:
    assert Death(*stated()) == told("vital.Died")


def test_an_annulment_tells_what_it_takes_back() -> None:
    assert Annulment(*stated(FORMER)) == told("residence.MovedIn", change="annulled", corrects=FORMER)


def test_an_annulment_of_what_is_older_than_the_bus_tells_nothing() -> None:
    assert told("residence.MovedIn", change="annulled", corrects_version=3) is None


@pytest.mark.parametrize("type_", ["tax.ResidentTaxAssessed", "residence.Relocated", "protection.ProtectionChanged"])
def test_other_events_tell_nothing(type_: str) -> None:
    assert told(type_) is None


def test_a_double_in_the_log_is_the_same_event() -> None:
    record = world.moved_in()
    double = Incoming(*record[:2], 99, record.timestamp + 1, *record[4:])
    once, again = (fact(each, Bus(), PLAYED) for each in (record, double))

    assert once is not None
    assert again is not None
    assert once.event == again.event


@pytest.mark.parametrize(
    ("type_", "said", "hides"),
    [
        ("residence.MovedIn", "none", False),
        ("residence.MovedIn", "protected", True),
        ("residence.MovedIn", "unknown", True),
        ("residence.MoveOutApplied", "protected", True),
        ("residence.MoveOutApplied", "unknown", False),
    ],
)
def test_whoever_is_called_protected_hides_and_of_whom_the_resident_record_cannot_tell(
    type_: str,
    said: str,
    hides: bool,  # noqa: FBT001 - a case
) -> None:
    read = told(type_, protection=said)

    assert read is not None
    assert hides == read.hides
