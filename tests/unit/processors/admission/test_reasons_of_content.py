"""One rule a test: what must be there, what must agree."""

from pathlib import Path
from typing import Any

import pytest

from kairan import municipalities
from processors.admission.reasons import REASONS
from processors.admission.rules.required import REQUIRED
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World, refused

MOVED_IN = "residence.MovedIn"
LOADED = "residence.RecordLoaded"
TAX = "tax.ResidentTaxAssessed"
FLAG = "protection.ProtectionChanged"


def problems(value: bytes) -> list[tuple[str, str]]:
    """The codes and paths with which a lone statement is refused."""
    world = World()
    world.admit(value)
    return list(zip(world.codes(), world.paths(), strict=True))


def test_each_type_has_its_required_fields() -> None:
    fields = [(type_, field) for type_, fields in REQUIRED.items() for field in fields]

    assert len(fields) > 80
    assert [] == [
        (type_, field)
        for type_, field in fields
        if ("field.required", field) not in problems(s.with_body(type_, **{field: None}))
    ]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (s.with_body(LOADED, name={"text": "", "kana": None, "kana_confirmed": False}), "name.text"),
        (s.with_body(LOADED, resident_kind="foreign"), "foreign_status"),
        (s.with_body(MOVED_IN, previous_address=None), "previous_address"),
        (s.with_body("residence.MoveOutDeclared", procedure=None), "procedure"),
        (
            s.with_body("residence.MoveOutConfirmed", closing={"removed_date": s.day(s.TODAY), "stage": "confirmed"}),
            "confirmed_date",
        ),
        (
            s.with_body("residence.Relocated", scope={"kind": "区間異動", "former_ward": None, "new_ward": s.TSURUMI}),
            "scope.former_ward",
        ),
        (s.with_body("residence.Relocated", previous_address=None), "previous_address"),
        (s.with_body(TAX, birth_date=None), "birth_date"),
        (s.statement(MOVED_IN, reason=None), "envelope.reason"),
        (s.statement(LOADED, group={"id": "", "size": 2}), "envelope.group.id"),
    ],
)
def test_some_fields_are_required_because_of_others(value: bytes, path: str) -> None:
    assert [("field.required", path)] == problems(value)


def test_nobody_certifies_a_departure_abroad() -> None:
    abroad = {"municipality": None, "ward": None, "address": None, "country": "フランス"}
    body = s.body("residence.MoveOutDeclared", procedure=None, planned_destination=abroad)

    assert [] == refused(
        s.statement("residence.MoveOutDeclared", body, reason={"code": "22", "edition": "2024-07"}, municipalities=[])
    )


def test_an_annulment_needs_not_more_than_the_restored_state() -> None:
    nothing = dict.fromkeys(s.body(MOVED_IN)) | {"resident_state": "not_resident"}

    assert [] == refused(
        s.statement(
            MOVED_IN, nothing, change="annulled", corrects_version=1, reason={"code": "28", "edition": "2024-07"}
        )
    )


@pytest.mark.parametrize("type_", [MOVED_IN, "residence.MoveInNotified"])
def test_an_arrival_names_where_the_person_comes_from(type_: str) -> None:
    assert ["party.required"] == refused(s.statement(type_, municipalities=[]))


def test_an_arrival_that_no_departure_announced_needs_no_origin() -> None:
    body = s.body(MOVED_IN, arrival_kind="国外", previous_address=None)

    assert [] == refused(s.statement(MOVED_IN, body, municipalities=[], reason={"code": "02", "edition": "2024-07"}))


def test_the_destination_that_routing_sees_is_the_planned_one() -> None:
    parties = [{"role": "destination", "code": s.NAGANO, "ward": None}]

    assert ["party.contradicts"] == refused(s.statement("residence.MoveOutDeclared", municipalities=parties))


def many(role: str, count: int) -> list[dict[str, Any]]:
    codes = [row.code for row in municipalities.all_in_force() if row.kind not in ("prefecture", "ward")]
    return [{"role": role, "code": code, "ward": None} for code in codes[:count]]


@pytest.mark.parametrize("type_", [LOADED, "residence.RecordAmended", "vital.Died"])
@pytest.mark.parametrize("role", ["origin", "destination"])
def test_a_person_leaves_one_place_for_one_other(type_: str, role: str) -> None:
    assert ["party.contradicts"] == refused(s.statement(type_, municipalities=many(role, 2)))


def test_a_measure_may_be_told_to_several_places() -> None:
    assert [] == refused(s.statement(FLAG, municipalities=many("destination", 32)))


def test_an_arrival_is_stated_where_the_person_arrives() -> None:
    parties = [
        {"role": "destination", "code": s.NAGANO, "ward": None},
        {"role": "origin", "code": s.EDOGAWA, "ward": None},
    ]

    assert ["party.contradicts"] == refused(s.statement(MOVED_IN, municipalities=parties))


def test_a_municipality_is_named_once_with_each_role() -> None:
    assert ["party.repeated"] == refused(s.statement(LOADED, municipalities=many("former", 2) + many("former", 1)))


@pytest.mark.parametrize("count", [33, 5_000])
def test_a_statement_names_few_municipalities(count: int) -> None:
    """And is told so in one line, however many it names: a refusal has to fit into a record too."""
    party = {"role": "", "code": "", "ward": None}

    assert ["party.too_many"] == refused(s.statement(LOADED, municipalities=[party] * count))


def test_a_statement_names_few_related_persons() -> None:
    related = [{"role": "child", "atena_number": s.number(n)} for n in range(2, 67)]

    assert ([], ["related.too_many"]) == (
        refused(s.statement(LOADED, related=related[1:])),
        refused(s.statement(LOADED, related=related)),
    )


def test_an_amendment_names_a_field_once() -> None:
    assert ["amended.repeated"] == refused(s.with_body("residence.RecordAmended", amended=["name", "sex", "name"]))


@pytest.mark.parametrize("kind", ["corporation", "area", "household"])
def test_residents_are_persons(kind: str) -> None:
    subject = {"kind": kind, "atena_number": s.number(1), "pairwise_id": None}

    assert ["subject.kind"] == refused(s.statement(LOADED, subject=subject))


@pytest.mark.parametrize(
    "related",
    [
        [],
        [{"role": "spouse", "atena_number": s.number(2)}],
        [{"role": "same_person", "atena_number": s.number(n)} for n in (2, 3)],
        [{"role": "same_person", "atena_number": s.number(1)}],
    ],
)
def test_a_link_has_exactly_one_other_end(related: list[dict[str, str]]) -> None:
    assert ["related.required"] == refused(s.statement("identity.SubjectsLinked", related=related))


def test_a_link_rests_on_evidence_of_the_list() -> None:
    """Never on name and birth date alone."""
    assert ["list.unknown_code"] == refused(s.with_body("identity.SubjectsLinked", evidence="氏名・生年月日"))


def test_the_reason_of_a_new_record_fits_its_type() -> None:
    assert ["reason.not_of_type"] == refused(s.statement("vital.Born", reason={"code": "23", "edition": "2024-07"}))


def test_only_a_measure_is_ended() -> None:
    assert ["change.not_lawful"] == refused(s.statement(MOVED_IN, change="ended"))


@pytest.mark.parametrize("bent", [{"corrects": bytes(16)}, {"corrects_version": 1}])
def test_a_new_record_corrects_nothing(bent: dict[str, Any]) -> None:
    assert "corrects.not_lawful" in refused(s.statement(MOVED_IN, **bent))


@pytest.mark.parametrize("change", ["corrected", "annulled"])
def test_a_correction_of_a_record_older_than_the_bus_names_its_version(change: str) -> None:
    assert ["corrects.version_required"] == refused(s.statement(MOVED_IN, change=change))


def test_a_repeated_notice_names_an_earlier_one() -> None:
    notice = {"date": s.day(s.TODAY), "sequence": 2, "resend_of": 2}

    assert ["notice.resend_of"] == refused(s.with_body("residence.MoveInNotified", notice=notice))


def test_a_move_between_wards_stays_in_the_city() -> None:
    scope = {"kind": "区間異動", "former_ward": s.TSURUMI, "new_ward": "271021"}

    assert ["ward.not_of_city"] == refused(s.with_body("residence.Relocated", scope=scope))


def test_an_amendment_may_change_nothing_that_the_bus_carries() -> None:
    assert [] == refused(s.with_body("residence.RecordAmended", amended=[]))


def test_an_amendment_names_fields_of_the_record() -> None:
    assert ["list.unknown_code"] == refused(s.with_body("residence.RecordAmended", amended=["amended"]))


def test_the_tax_follows_the_first_of_january() -> None:
    assessment = s.ASSESSMENT | {"base_date": s.day("2025-01-01")}

    assert ["tax.base_date"] == refused(s.with_body(TAX, assessment=assessment))


@pytest.mark.parametrize(("kind", "revision"), [("当初", 1), ("更正", 0), ("取消", 0)])
def test_only_a_reassessment_has_a_revision(kind: str, revision: int) -> None:
    assert ["tax.revision"] == refused(s.with_body(TAX, assessment=s.ASSESSMENT | {"kind": kind, "revision": revision}))


def test_only_001_states_that_nobody_needs_protection() -> None:
    assert ["protection.none_not_yours"] == refused(s.statement(TAX, protection="none"))


@pytest.mark.parametrize("protection", ["none", "unknown"])
def test_an_active_measure_protects(protection: str) -> None:
    assert ["protection.contradicts_measure"] == refused(s.statement(FLAG, protection=protection))


@pytest.mark.parametrize("id_", ["", "?", "M 1", "Ｍ１", "m" * 65])
def test_a_measure_has_a_plain_id(id_: str) -> None:
    assert ["measure.invalid_id"] == refused(s.with_body(FLAG, measure={"id": id_, "version": 1, "kind": "1"}))


@pytest.mark.parametrize("decision", [None, {"date": s.day(s.TODAY), "human_end": False}])
def test_an_official_decides_that_a_measure_ends(decision: dict[str, Any] | None) -> None:
    measure = {"id": "S-1", "version": 2, "kind": "3"}
    body = s.body(FLAG, measure=measure, decision=decision)

    assert ["measure.end_not_decided"] == refused(s.statement(FLAG, body, change="ended", protection="none"))


def test_what_a_source_sends_in_place_of_a_flag_is_never_admitted() -> None:
    measure = {"id": "S-1", "version": 1, "kind": "unknown"}

    assert ["measure.untold", "list.unknown_code"] == refused(s.with_body(FLAG, measure=measure))


def test_every_reason_says_what_to_do() -> None:
    assert [] == [code for code, reason in REASONS.items() if not (reason.wrong and reason.remedy)]


def test_every_reason_has_a_test() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_reasons_of_*.py"))

    assert [] == [code for code in REASONS if f'"{code}"' not in sources]
