"""What 申請管理 (029) states before a departure is booked: who may say what of whom."""

from typing import Any

import pytest

from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World

APPLIED, VISIT, DEPARTED = "residence.MoveOutApplied", "residence.VisitPlanned", "residence.MoveOutDeclared"
LEAVING = [
    {"role": role, "code": code, "ward": None} for role, code in (("origin", s.YOKOHAMA), ("destination", s.EDOGAWA))
]
FROM_ELSEWHERE = [LEAVING[0] | {"code": s.NAGANO}, LEAVING[1]]
VISITOR = s.number(11)


def problems(value: bytes, *before: bytes) -> list[tuple[str, str]]:
    world = World()
    for each in before:
        world.admit(each)
    known = len(world.codes())
    world.admit(value)
    return list(zip(world.codes(), world.paths(), strict=True))[known:]


def going_to(code: str | None) -> dict[str, Any]:
    return s.DESTINATION | {"municipality": code}


def at_the_counter(pairwise_id: bytes | None, **bent: Any) -> bytes:
    return s.statement(VISIT, municipality=s.EDOGAWA, atena_number=VISITOR, pairwise_id=pairwise_id, **bent)


def pairwise_id() -> bytes:
    return KEYS.pairwise_id(s.EDOGAWA, KEYS.handle(s.YOKOHAMA, s.number(1)))


@pytest.mark.parametrize("type_", [APPLIED, VISIT])
def test_only_029_states_what_is_applied_for_and_announced(type_: str) -> None:
    source = {"municipality": s.YOKOHAMA, "business": "001"}

    assert [("type.not_of_business", "envelope.source.business")] == problems(s.statement(type_, source=source))


@pytest.mark.parametrize("type_", [APPLIED, VISIT])
def test_029_cannot_say_that_nobody_is_protected(type_: str) -> None:
    assert [("protection.none_not_yours", "envelope.protection")] == problems(s.statement(type_, protection="none"))


@pytest.mark.parametrize("type_", [APPLIED, VISIT])
def test_somebody_goes_to_one_known_place_in_this_country(type_: str) -> None:
    nowhere = s.with_body(type_, planned_destination=going_to(None))

    assert [("field.required", "planned_destination.municipality")] == problems(nowhere)
    elsewhere = s.with_body(type_, planned_destination=going_to(s.NAGANO))
    assert [("party.contradicts", "envelope.municipalities")] == problems(elsewhere)


def test_an_application_goes_to_the_municipality_that_is_left() -> None:
    elsewhere = s.statement(APPLIED, municipalities=FROM_ELSEWHERE)

    assert [("party.contradicts", "envelope.municipalities")] == problems(elsewhere)


@pytest.mark.parametrize("type_", [APPLIED, VISIT])
def test_whoever_stays_in_a_municipality_does_not_move(type_: str) -> None:
    inside = [LEAVING[0], LEAVING[1] | {"code": s.YOKOHAMA}]
    body = s.body(type_, planned_destination=going_to(s.YOKOHAMA))

    assert ("party.contradicts", "envelope.municipalities") in problems(s.statement(type_, body, municipalities=inside))


def test_a_visit_is_stated_by_one_of_both_sides() -> None:
    assert [("party.contradicts", "envelope.municipalities")] == problems(
        s.statement(VISIT, municipalities=FROM_ELSEWHERE)
    )
    assert [] == problems(s.statement(VISIT))


def test_an_application_is_made_and_returned_and_nothing_else() -> None:
    assert [] == problems(s.with_body(APPLIED, stage="returned"))
    assert [("list.unknown_code", "stage")] == problems(s.with_body(APPLIED, stage="withdrawn"))


def test_the_days_that_somebody_plans_may_lie_ahead_but_the_application_does_not() -> None:
    assert [("date.future", "envelope.effective")] == problems(s.statement(APPLIED, effective=s.day("2026-09-22")))


def test_a_withdrawal_tells_no_place_and_no_day() -> None:
    applied = s.statement(APPLIED)
    nothing = dict.fromkeys(s.body(APPLIED))
    its_id = s.envelope(APPLIED)["id"]

    assert [] == problems(s.statement(APPLIED, nothing, version=2, change="annulled", corrects=its_id), applied)


def test_an_application_that_was_withdrawn_is_not_corrected() -> None:
    applied, its_id = s.statement(APPLIED), s.envelope(APPLIED)["id"]
    withdrawn = s.statement(APPLIED, version=2, change="annulled", corrects=its_id)
    returned = s.statement(APPLIED, s.body(APPLIED, stage="returned"), version=3, change="corrected", corrects=its_id)

    assert [("corrects.superseded", "envelope.corrects")] == problems(returned, applied, withdrawn)


def test_application_and_departure_are_of_one_person() -> None:
    world = World()
    (applied,), (departed,) = world.admit(s.statement(APPLIED)), world.admit(s.statement(DEPARTED, version=2))

    assert applied["subject"] == departed["subject"]


def test_the_counter_names_who_comes_by_the_departure() -> None:
    world = World()
    world.admit(s.statement(DEPARTED))
    (visit,) = world.admit(at_the_counter(pairwise_id()))

    assert KEYS.handle(s.YOKOHAMA, s.number(1)) == visit["subject"]["handle"]


def test_whoever_announced_a_visit_arrives_under_that_number() -> None:
    world = World()
    (departed,) = world.admit(s.statement(DEPARTED))
    world.admit(at_the_counter(pairwise_id()))
    (arrived,) = world.admit(s.arrival(atena_number=VISITOR, pairwise_id=pairwise_id()))

    assert departed["subject"] == arrived["subject"]


def test_the_counter_does_not_name_a_stranger() -> None:
    assert [("field.required", "envelope.subject.pairwise_id")] == problems(at_the_counter(None))
    assert [("subject.no_open_departure", "envelope.subject.pairwise_id")] == problems(at_the_counter(pairwise_id()))


def test_the_counter_takes_a_visit_back_by_its_number() -> None:
    visit = at_the_counter(pairwise_id())
    its_id = s.envelope(VISIT, municipality=s.EDOGAWA, atena_number=VISITOR)["id"]
    withdrawn = at_the_counter(None, version=2, change="annulled", corrects=its_id)

    assert [] == problems(withdrawn, s.statement(DEPARTED), visit)
