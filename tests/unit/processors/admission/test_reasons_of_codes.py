"""One rule a test: codes of municipalities and of closed lists, numbers and their ranges."""

from datetime import date
from typing import Any

import pytest

from processors.admission import days
from processors.admission.days import Days
from processors.admission.rules import envelope
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import refused

MOVED_IN = "residence.MovedIn"
LOADED = "residence.RecordLoaded"
TAX = "tax.ResidentTaxAssessed"
ANY_DAY = Days(date(2026, 9, 21), s.TODAY)


def with_parties(*parties: tuple[str, str, str | None]) -> bytes:
    municipalities = [{"role": role, "code": code, "ward": ward} for role, code, ward in parties]
    return s.statement(LOADED, municipalities=municipalities)


@pytest.mark.parametrize("code", ["131230", "13123", "１３１２３７"])
def test_a_municipality_code_is_six_half_width_digits_with_its_check_digit(code: str) -> None:
    assert ["municipality.invalid"] == refused(with_parties(("tax_base", code, None)))


def test_a_current_municipality_is_in_force() -> None:
    assert ["municipality.not_in_force"] == refused(with_parties(("tax_base", "044237", None)))


def test_a_former_municipality_may_be_abolished() -> None:
    assert [] == refused(with_parties(("former", "044237", None)))


def test_a_code_may_have_been_in_force_on_the_day_of_effect() -> None:
    municipalities = [{"role": "origin", "code": "044237", "ward": None}]

    assert [] == refused(s.statement(MOVED_IN, effective=s.day("2016-10-01"), municipalities=municipalities))


def test_the_registered_domicile_may_lie_in_the_northern_territories() -> None:
    assert [] == refused(with_parties(("registered_domicile", "016951", None)))


@pytest.mark.parametrize("code", [s.TSURUMI, "140007"])
def test_a_party_is_a_city_not_its_ward_or_its_prefecture(code: str) -> None:
    assert ["municipality.not_a_municipality"] == refused(with_parties(("tax_base", code, None)))


@pytest.mark.parametrize("ward", ["271021", s.YOKOHAMA, "１４１０１１"])
def test_a_ward_stands_beside_its_own_city(ward: str) -> None:
    assert ["ward.not_of_city"] == refused(with_parties(("tax_base", s.YOKOHAMA, ward)))


def test_full_width_digits_are_lawful_in_an_address_and_refused_in_its_code() -> None:
    address = s.address() | {"municipality_or_ward": "１４１０１１"}

    assert ["municipality.invalid"] == refused(s.with_body(MOVED_IN, address=address))


@pytest.mark.parametrize("field", ["subject", "related"])
def test_an_atena_number_has_the_right_check_digit(field: str) -> None:
    wrong = s.number(1)[:-1] + str((int(s.number(1)[-1]) + 1) % 10)
    subject = {"kind": "person", "atena_number": wrong, "pairwise_id": None}
    bent = {"subject": subject} if field == "subject" else {"related": [{"role": "head", "atena_number": wrong}]}

    assert ["atena_number.invalid"] == refused(s.statement(LOADED, **bent))


@pytest.mark.parametrize(
    ("field", "value"),
    [("sex", "3"), ("resident_state", "住民"), ("resident_kind", "Japanese"), ("arrival_kind", "01")],
)
def test_a_code_is_one_of_its_closed_list(field: str, value: str) -> None:
    assert ["list.unknown_code"] == refused(s.with_body(MOVED_IN, **{field: value}))


@pytest.mark.parametrize(
    "bent",
    [
        {"reason": {"code": "99", "edition": "2024-07"}},
        {"reason": {"code": "01", "edition": "1999-01"}},
        {"municipalities": [{"role": "neighbour", "code": s.NAGANO, "ward": None}]},
        {"related": [{"role": "friend", "atena_number": s.number(2)}]},
    ],
)
def test_the_envelopes_codes_are_of_closed_lists_too(bent: dict[str, Any]) -> None:
    assert ["list.unknown_code"] == refused(s.statement(LOADED, **bent))


def test_the_source_is_one_of_the_37_businesses() -> None:
    source = {"municipality": s.YOKOHAMA, "business": "038"}

    assert ["list.unknown_code"] == refused(s.statement(LOADED, source=source, protection="unknown"))


@pytest.mark.parametrize(("field", "value"), [("postcode", "230-0051"), ("town_id", "０００１００１")])
def test_a_code_of_fixed_length_is_half_width_digits(field: str, value: str) -> None:
    assert ["digits.invalid"] == refused(s.with_body(MOVED_IN, address=s.address() | {field: value}))


def test_what_is_too_long_for_a_code_is_never_remembered() -> None:
    """A cache of 65,536 hostile strings of 60 KB would be 4 GB."""
    hostile = "1" * 60_000
    caches = (
        days._cached_problems,
        days._cached_date_rule,
        days._calendar_day,
        days._is_behind,
        days._is_ward_of,
    )
    before = [cache.cache_info().currsize for cache in (*caches, envelope._cached_atena_rule)]

    found = {
        days.ever(hostile, ANY_DAY)[0].code,
        days.municipality(hostile, ANY_DAY)[0].code,
        days.is_ward_of(hostile, hostile),
        days.is_future(hostile, False, ANY_DAY.today),
        envelope.atena_rule(hostile, "legacy"),
        envelope.atena_rule(hostile, "m11w2-7"),
    }

    assert 4 == len(found)
    assert before == [cache.cache_info().currsize for cache in (*caches, envelope._cached_atena_rule)]


@pytest.mark.parametrize(
    "bent",
    [
        {"version": 0},
        {"version": 2**31 + 1},
        {"registered": -2_208_988_800_001},
        {"resend": -1},
        {"group": {"id": "1", "size": 0}},
    ],
)
def test_a_number_lies_in_its_range(bent: dict[str, Any]) -> None:
    assert ["number.out_of_range"] == refused(s.statement(LOADED, **bent))


def test_a_tax_is_not_negative() -> None:
    assert ["number.out_of_range"] == refused(s.with_body(TAX, amounts=s.AMOUNTS | {"total": -1}))
