"""One rule a test: what no text may hold."""

import pytest

from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import refused

MOVED_IN = "residence.MovedIn"
LOADED = "residence.RecordLoaded"
TAX = "tax.ResidentTaxAssessed"
FLAG = "protection.ProtectionChanged"


@pytest.mark.parametrize("text", [s.PLANTED, "１２３４５６７８９０１８", "様方 1234-5678-9018 号室"])
def test_no_individual_number_stands_in_free_text(text: str) -> None:
    assert ["individual_number.found"] == refused(s.with_body(MOVED_IN, address=s.address() | {"building": text}))


def test_the_words_of_a_date_in_the_envelope_are_free_text_too() -> None:
    effective = s.day(s.TODAY) | {"text": s.PLANTED}

    assert ["individual_number.found"] == refused(s.statement(LOADED, effective=effective))


@pytest.mark.parametrize("text", ["1234-5678-9018", "１２３４５６７８９０１８", "1234 5678 9018", "番号123456789018"])
def test_none_is_written_into_an_identifier(text: str) -> None:
    household = {"number": text, "head_name": None, "relationship": None}
    group = {"id": text, "size": 1}
    assessment = s.ASSESSMENT | {"number": text}
    measure = {"id": text, "version": 1, "kind": "1"}

    assert ["individual_number.found"] == refused(s.with_body(LOADED, household=household))
    assert ["individual_number.found"] == refused(s.statement(LOADED, group=group))
    assert ["individual_number.found"] == refused(s.statement(LOADED, correlation=text))
    assert ["individual_number.found"] == refused(s.with_body(TAX, assessment=assessment))
    assert "individual_number.found" in refused(s.with_body(FLAG, measure=measure))


@pytest.mark.parametrize("text", ["住民票コード 12345678901", "住民票コード：１２３４－５６７－８９０１"])
def test_no_resident_record_code_stands_where_a_text_names_one(text: str) -> None:
    assert ["resident_record_code.found"] == refused(s.with_body(MOVED_IN, address=s.address() | {"building": text}))


def test_identifiers_may_look_like_an_individual_number() -> None:
    household = {"number": s.PLANTED, "head_name": None, "relationship": None}

    assert [] == refused(s.with_body(LOADED, household=household))


def test_more_digits_than_any_record_has_are_refused_unsearched() -> None:
    """To search them would keep everybody else waiting."""
    texts = {"building": "1" * 600, "lot": "2" * 401}

    assert ["text.too_many_digits"] == refused(s.with_body(MOVED_IN, address=s.address() | texts))
