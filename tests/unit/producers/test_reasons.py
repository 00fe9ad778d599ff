"""異動事由 → event type and kind of change."""

import pytest

from kairan import codes
from tests.unit.producers.changes import a_change, a_record, names, problems, stated

NEW = {
    "01": "residence.MovedIn",
    "02": "residence.MovedIn",
    "03": "vital.Born",
    "06": "residence.MovedIn",
    "21": "residence.MoveOutDeclared",
    "22": "residence.MoveOutDeclared",
    "23": "vital.Died",
    "41": "residence.Relocated",
    **dict.fromkeys(("42", "43", "44", "50", "51", "52", "53"), "residence.RecordAmended"),
    **dict.fromkeys(("54", "55", "56", "57", "58"), "residence.RecordAmended"),
}
NEVER_STATED = {"07", "08", "24", "25", "27", "45", "46", "47", "48", "49"}
CANCELLATIONS = {"09", "28", "59"}
CLOSING = {"closing": {"removed_date": {"value": "2026-09-01", "certain": True, "text": ""}, "stage": "closed"}}


def test_each_reason_states_its_type() -> None:
    found = {reason: stated(a_change(reason=reason, version=2, previous=a_record())) for reason in NEW}
    envelopes = [each.envelope for each in found.values()]

    assert NEW == {reason: each.type for reason, each in found.items()}
    assert {("created", None, None)} == {(e["change"], e["corrects"], e["corrects_version"]) for e in envelopes}


@pytest.mark.parametrize("reason", ["21", "22", "26"])
def test_a_departure_with_a_closing_closes_the_record(reason: str) -> None:
    found = stated(a_change(reason=reason, version=2, particulars=CLOSING))

    assert found.type == "residence.MoveOutConfirmed"


def test_a_reason_that_is_never_stated_has_no_event() -> None:
    expected = {reason: [("change.reason", "record.reason")] for reason in NEVER_STATED}

    assert expected == {reason: problems(a_change(reason=reason)) for reason in NEVER_STATED}


def test_every_reason_of_the_edition_is_decided_about() -> None:
    decided = set(NEW) | NEVER_STATED | CANCELLATIONS | {"04", "05", "26"}

    assert set(codes.REASONS) == decided


@pytest.mark.parametrize(("added", "removed"), [("04", "24"), ("05", "25")])
def test_a_change_of_nationality_is_one_event_of_both_rows(added: str, removed: str) -> None:
    before = a_record(reason=removed, version=2, resident_state="removed", resident_kind="foreign", koseki=None)
    found = stated(a_change(reason=added, version=3, previous=before))

    assert found.type == "residence.RecordAmended"
    assert found.body["amended"] == ["koseki", "resident_kind"]
    assert (added, 3) == (found.envelope["reason"]["code"], found.envelope["version"])


def test_a_change_of_nationality_without_the_replaced_row_is_refused() -> None:
    assert [("change.pair", "record.reason")] == problems(a_change(reason="04", version=3, previous=a_record()))


@pytest.mark.parametrize("reason", ["42", "43", "44"])
@pytest.mark.parametrize(("corrected", "expected"), [("01", "residence.MovedIn"), ("50", "residence.RecordAmended")])
def test_a_correction_has_the_type_of_what_it_corrects(reason: str, corrected: str, expected: str) -> None:
    found = stated(a_change(reason=reason, version=3, corrects_version=2, named=names(2, corrected)))
    fact = stated(a_change(reason=corrected, version=2))

    assert (expected, "corrected") == (found.type, found.envelope["change"])
    assert (fact.envelope["id"], 2) == (found.envelope["corrects"], found.envelope["corrects_version"])
    assert found.envelope["id"] != found.envelope["corrects"]


def test_a_correction_of_a_correction_names_the_correction() -> None:
    correction = stated(a_change(reason="44", version=2, corrects_version=1, named=names(1, "01")))
    again = stated(a_change(reason="44", version=3, corrects_version=2, named=names(2, "01")))

    assert correction.envelope["id"] == again.envelope["corrects"]


@pytest.mark.parametrize(
    ("reason", "cancelled", "closing", "expected"),
    [
        ("28", "01", False, "residence.MovedIn"),
        ("28", "03", False, "vital.Born"),
        ("09", "21", False, "residence.MoveOutDeclared"),
        ("09", "21", True, "residence.MoveOutConfirmed"),
        ("09", "23", False, "vital.Died"),
        ("59", "41", False, "residence.Relocated"),
        ("59", "53", False, "residence.RecordAmended"),
    ],
)
def test_a_cancellation_annuls_the_event_of_the_cancelled_record(
    reason: str, cancelled: str, expected: str, *, closing: bool
) -> None:
    found = stated(a_change(reason=reason, version=3, cancels_version=2, named=names(2, cancelled, closing=closing)))
    particulars = CLOSING if closing else {}
    fact = stated(a_change(reason=cancelled, version=2, particulars=particulars))

    assert (expected, "annulled") == (found.type, found.envelope["change"])
    assert fact.envelope["id"] == found.envelope["corrects"]


def test_an_annulment_carries_the_restored_record_alone() -> None:
    found = stated(
        a_change(reason="28", version=2, cancels_version=1, named=names(1, "01"), resident_state="not_resident")
    )

    assert found.body["resident_state"] == "not_resident"
    assert "moved_in_date" not in found.body


@pytest.mark.parametrize(("reason", "field"), [("44", "corrects_version"), ("28", "cancels_version")])
def test_what_is_older_than_the_bus_is_named_by_its_version_alone(reason: str, field: str) -> None:
    items = {field: 4, "reason": reason, "version": 9}
    found = stated(a_change(None, names(4, "01", published=False), **items))

    assert found.type == "residence.MovedIn"
    assert (None, 4) == (found.envelope["corrects"], found.envelope["corrects_version"])


def test_a_correction_of_a_record_nobody_has_any_more_amends_what_is_there() -> None:
    found = stated(a_change(reason="44", version=9, corrects_version=4, named=names(4, None, published=False)))

    assert ("residence.RecordAmended", "corrected") == (found.type, found.envelope["change"])
    assert (None, 4) == (found.envelope["corrects"], found.envelope["corrects_version"])


def test_a_correction_of_what_was_never_stated_is_an_amendment() -> None:
    found = stated(a_change(reason="44", version=3, corrects_version=2, named=names(2, "07", published=False)))

    assert ("residence.RecordAmended", "created") == (found.type, found.envelope["change"])
    assert found.envelope["corrects_version"] is None


def test_a_cancellation_of_an_unknown_record_is_refused() -> None:
    change = a_change(reason="59", version=9, cancels_version=4, named=names(4, None, published=False))

    assert [("change.cancels", "record.cancels_version")] == problems(change)
