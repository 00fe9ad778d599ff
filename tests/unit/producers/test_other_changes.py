"""Initial loads, notices, measures and assessments."""

from typing import Any

import pytest

from connectors.source import Change
from tests.unit.producers.changes import (
    HAYAMA,
    ICHIKAWA,
    NAGANO,
    TSURUMI,
    YOKOHAMA,
    Json,
    a_day,
    a_record,
    an_address,
    decoded,
    sent,
    stated,
)


def a_load(**items: Any) -> Change:
    load = {"version": 4, "as_of": a_day("2026-01-01"), "registered": "2026-01-02T00:00:00+09:00"}
    return Change(
        "record_load", {"municipality": YOKOHAMA, "load": load, "record": a_record(**items), "protection": "none"}
    )


def a_notice(named: Json | None = None, **items: Any) -> Change:
    notice = {
        "atena_number": "100000000012",
        "sequence": 1,
        "version": 1,
        "resend_of": None,
        "cancels": None,
        "reason": "01",
        "origin": HAYAMA,
        "notice_date": a_day("2026-04-03"),
        "moved_in_date": a_day("2026-04-01"),
        "confirmed_address": an_address("1-2"),
        "procedure_id": None,
        "registered": "2026-04-03T10:00:00+09:00",
    } | items
    payload = {"municipality": YOKOHAMA, "notice": notice, "record": a_record(), "protection": "none", "named": named}
    return Change("move_in_notice", payload)


def a_measure(named: Json | None = None, protection: str = "protected", **items: Any) -> Change:
    measure = {
        "measure_id": "R8-1",
        "version": 1,
        "atena_number": "100000000012",
        "kind": "1",
        "period_start": a_day("2026-05-01"),
        "period_end": a_day("2027-04-30"),
        "category": "配偶者暴力",
        "subject_role": "申出者",
        "scope": ["閲覧", "写し", "附票"],
        "forwarded_to": [],
        "parties": [],
        "perpetrators": [],
        "human_end": False,
        "effective": a_day("2026-05-01"),
        "registered": "2026-05-01T10:00:00+09:00",
    } | items
    payload = {"municipality": YOKOHAMA, "measure": measure, "protection": protection, "named": named}
    return Change("support_measure", payload)


def an_assessment(named: Json | None = None, *, protected: bool = False, **items: Any) -> Change:
    assessment = {
        "atena_number": "100000000012",
        "version": 1,
        "number": "T-1",
        "revision": 0,
        "kind": "当初",
        "fiscal_year": 2026,
        "base_date": a_day("2026-01-01"),
        "decided_date": a_day("2026-06-01"),
        "effective": a_day("2026-06-01"),
        "registered": "2026-06-01T01:00:00+09:00",
        "taxpayer_kind": "住登外",
        "name": {"text": "山田 太郎", "kana": None, "kana_confirmed": False},
        "income_levy": 100_000,
        "per_capita_levy": 4_000,
        "forest_tax": 1_000,
        "total": 105_000,
        "income_total": 3_000_000,
    } | items
    payload = {"municipality": YOKOHAMA, "assessment": assessment, "protected": protected, "named": named}
    return Change("tax_assessment", payload)


def test_a_load_states_the_record_as_of_its_day_on_the_bulk_lane() -> None:
    envelope, body = decoded(a_load())

    assert ("residence.RecordLoaded", 4, None) == (envelope["type"], envelope["version"], envelope["reason"])
    assert (a_day("2026-01-01"), a_day("2026-01-01")) == (envelope["effective"], body["as_of"])
    assert f"in.{YOKOHAMA}.bulk" == sent(a_load()).topic


def test_a_load_says_nothing_of_how_the_record_came_about() -> None:
    envelope, _ = decoded(a_load(parties=[{"role": "origin", "code": HAYAMA}], group_id="G1", group_size=2))

    assert ([], None) == (envelope["municipalities"], envelope["group"])


def test_a_notice_is_told_to_the_origin() -> None:
    envelope, body = decoded(a_notice(origin=TSURUMI))

    assert {"role": "origin", "code": YOKOHAMA, "ward": TSURUMI} == envelope["municipalities"][0]
    assert {"date": a_day("2026-04-03"), "sequence": 1, "resend_of": None} == body["notice"]
    assert f"in.{YOKOHAMA}" == sent(a_notice()).topic


def test_an_unchanged_notice_is_the_same_bytes() -> None:
    assert sent(a_notice()) == sent(a_notice())


def test_a_changed_notice_corrects_the_former_even_with_another_reason() -> None:
    former = {"version": 1, "sequence": 1, "published": True}
    envelope, body = decoded(a_notice(named=former, sequence=2, resend_of=1, version=3, reason="06"))

    assert ("corrected", "06", 1) == (envelope["change"], envelope["reason"]["code"], envelope["resend"])
    assert stated(a_notice()).envelope["id"] == envelope["corrects"]
    assert body["notice"]["resend_of"] == 1


def test_a_notice_that_is_taken_back_tells_no_address() -> None:
    former = {"version": 1, "sequence": 1, "published": True}
    envelope, body = decoded(a_notice(named=former, sequence=2, cancels=1))

    assert "annulled" == envelope["change"]
    assert stated(a_notice()).envelope["id"] == envelope["corrects"]
    assert (None, None) == (body["confirmed_address"], body["moved_in_date"])


def test_a_measure_names_every_municipality_it_was_forwarded_to() -> None:
    forwarded = [
        {"municipality": TSURUMI, "date": a_day("2026-05-02")},
        {"municipality": NAGANO, "date": a_day("2026-05-02")},
    ]
    envelope, body = decoded(a_measure(forwarded_to=forwarded, parties=[{"role": "origin", "code": ICHIKAWA}]))

    assert [("origin", ICHIKAWA), ("destination", YOKOHAMA), ("destination", NAGANO)] == [
        (each["role"], each["code"]) for each in envelope["municipalities"]
    ]
    assert [YOKOHAMA, NAGANO] == [each["municipality"] for each in body["forwarded_to"]]


def test_the_id_of_a_measure_is_part_of_its_events_id() -> None:
    assert stated(a_measure()).envelope["id"] != stated(a_measure(measure_id="R8-2")).envelope["id"]


def test_a_measure_without_an_end_is_open() -> None:
    _, body = decoded(a_measure(kind="2", period_end=None))

    assert {"value": "9999-12-31", "certain": True, "text": ""} == body["period"]["end"]


def test_the_end_of_a_measure_names_measure_version_and_the_decision() -> None:
    change = a_measure(
        protection="none", version=2, kind="3", human_end=True, decision_date=a_day("2027-05-06"), period_start=None
    )
    envelope, body = decoded(change)

    assert ("ended", "none", None) == (envelope["change"], envelope["protection"], envelope["corrects"])
    assert {"id": "R8-1", "version": 2, "kind": "3"} == body["measure"]
    assert {"date": a_day("2027-05-06"), "human_end": True} == body["decision"]
    assert body["period"] is None


def test_a_mistake_in_a_measure_is_corrected_by_its_version() -> None:
    envelope, _ = decoded(a_measure(version=2, corrects_version=1, named={"version": 1, "published": True}))

    assert "corrected" == envelope["change"]
    assert stated(a_measure()).envelope["id"] == envelope["corrects"]


def test_a_prolonged_measure_is_a_new_fact() -> None:
    envelope, _ = decoded(a_measure(version=2))

    assert ("created", 2, None) == (envelope["change"], envelope["version"], envelope["corrects_version"])


@pytest.mark.parametrize(("protected", "expected"), [(True, "protected"), (False, "unknown")])
def test_the_tax_office_never_states_that_nobody_needs_protection(*, protected: bool, expected: str) -> None:
    envelope, _ = decoded(an_assessment(protected=protected))

    assert (expected, "010") == (envelope["protection"], envelope["source"]["business"])


@pytest.mark.parametrize(("kind", "expected"), [("更正", "corrected"), ("取消", "annulled")])
def test_a_reassessment_is_about_the_former_revision(kind: str, expected: str) -> None:
    former = {"version": 1, "published": True}
    envelope, _ = decoded(an_assessment(named=former, version=2, revision=1, kind=kind))

    assert expected == envelope["change"]
    assert stated(an_assessment()).envelope["id"] == envelope["corrects"]


def test_a_reassessment_of_a_year_before_the_bus_names_the_version_alone() -> None:
    former = {"version": 1, "published": False}
    envelope, _ = decoded(an_assessment(named=former, version=2, revision=1, kind="更正"))

    assert (None, 1) == (envelope["corrects"], envelope["corrects_version"])


def test_an_annulled_assessment_says_no_amounts() -> None:
    former = {"version": 1, "published": True}
    _, body = decoded(an_assessment(named=former, version=2, revision=1, kind="取消"))

    assert (None, None) == (body["amounts"], body["income_total"])
    assert body["assessment"]["number"] == "T-1"
