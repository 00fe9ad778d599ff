"""Whom protection hides from whom, and who is told of it."""

import pytest

from processors.routing.decisions import revealing
from processors.routing.deliveries import explain
from processors.routing.protection import ProtectionState
from tests.unit.processors.routing.world import (
    BUNDLE,
    EDOGAWA,
    HAYAMA,
    ICHIKAWA,
    MOVE_OUT,
    NOBODY,
    TSURUMI,
    YOKOHAMA,
    day,
    deliveries,
    departure,
    full_body,
    handle,
    measure,
    measures,
    moved_in,
    municipality,
    record,
    to,
)


def test_a_departure_tells_the_offices_of_the_origin_the_destination_unless_somebody_is_protected() -> None:
    open_, protected = (
        to(deliveries(departure(), state), EDOGAWA, "010") for state in (NOBODY, measures(measure("1")))
    )

    assert {"planned_destination", "confirmed_destination"} <= open_.told
    assert {"name", "birth_date", "closing", "confirmed_date"} == protected.told
    assert [("planned_destination", "policy"), ("confirmed_destination", "policy")] == [
        (each["field"], each["reason"]) for each in protected.envelope["withheld"]
    ]
    assert [HAYAMA] == [p["code"] for p in open_.envelope["municipalities"] if p["role"] == "destination"]
    assert [EDOGAWA] == [p["code"] for p in protected.envelope["municipalities"]]


@pytest.mark.parametrize(
    "hiding",
    [
        measures(measure("1")),
        measures(measure("2")),
        measures(measure("unknown")),
        measures(measure("1", person=2)),  # the mother, whose child the event is about
        measures(measure("unknown", person=2)),
    ],
)
def test_a_protected_person_or_relative_hides_the_destination(hiding: ProtectionState) -> None:
    event = departure(related=[{"role": "parent", "handle": handle(2)}])

    assert not to(deliveries(event, hiding), EDOGAWA, "010").told & revealing(MOVE_OUT)


def test_what_the_source_stated_hides_as_well() -> None:
    for stated in ("protected", "unknown"):
        event = departure(protection=stated)

        assert not to(deliveries(event), EDOGAWA, "010").told & revealing(MOVE_OUT)


def test_those_entitled_to_the_flag_get_everything_with_the_flag_beside_it() -> None:
    found = to(deliveries(moved_in(), measures(measure("1"))), EDOGAWA, "024")

    assert "protected" == found.envelope["protection"]
    assert {"address", "previous_address"} <= found.told


def test_whoever_is_related_to_a_protected_person_is_unknown() -> None:
    event = moved_in(related=[{"role": "head", "handle": handle(2)}])

    assert "unknown" == explain(event, measures(measure("1", person=2)), BUNDLE).standing
    same = moved_in(related=[{"role": "same_person", "handle": handle(2)}])
    assert "protected" == explain(same, measures(measure("1", person=2)), BUNDLE).standing


def test_a_measure_protects_before_its_own_event_is_routed() -> None:
    event = record("protection.ProtectionChanged", full_body("protection.ProtectionChanged"), protection="protected")
    found = to(deliveries(event, measures(measure("1"))), EDOGAWA, "010")

    assert ({"measure", "subject_role", "scope"}, "protected") == (found.told, found.envelope["protection"])


def test_a_measure_reaches_those_it_was_forwarded_to_and_every_former_municipality() -> None:
    body = full_body("protection.ProtectionChanged")
    body["forwarded_to"] = [{"municipality": TSURUMI, "date": day("2026-04-01")}]
    event = record(
        "protection.ProtectionChanged", body, municipalities=[municipality("former", ICHIKAWA)], protection="protected"
    )
    found = deliveries(event)

    assert "decision" in to(found, YOKOHAMA, "001").told
    assert "period" in to(found, ICHIKAWA, "001").told
    assert "period" not in to(found, ICHIKAWA, "010").told


APPLIED = "residence.MoveOutApplied"
VISIT = "residence.VisitPlanned"
LEAVES = [municipality("origin", EDOGAWA), municipality("destination", HAYAMA)]


@pytest.mark.parametrize("state", [NOBODY, measures(measure("1"))])
@pytest.mark.parametrize(("announced", "who"), [(APPLIED, EDOGAWA), (VISIT, HAYAMA)])
def test_where_somebody_wants_to_go_is_told_to_one_resident_record_with_the_flag(
    announced: str, who: str, state: ProtectionState
) -> None:
    """029 cannot say that nobody is protected, so it states that it does not know."""
    event = record(announced, full_body(announced), municipalities=LEAVES, protection="unknown")
    (found,) = deliveries(event, state)

    assert [f"deliveries.{who}", "001"] == [found.topic.rpartition(".")[0], *found.businesses]
    assert found.envelope["protection"] in {"unknown", "protected"}
    assert revealing(announced) <= found.told
