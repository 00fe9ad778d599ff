import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.identifiers import (
    NORTHERN_TERRITORIES,
    AtenaNumber,
    BusinessId,
    CorporateNumber,
    EventId,
    Handle,
    InvalidIdentifierError,
    MunicipalityCode,
    PairwiseId,
)

TODAY = date(2026, 11, 22)
LAST_DAYS = {"221317": date(2023, 12, 31), "044237": date(2016, 10, 9)}
VECTORS = Path(__file__).parents[2] / "data" / "identifiers.csv"


def vectors(kind: str) -> list[tuple[str, bool]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return [(row["value"], row["valid"] == "true") for row in csv.DictReader(file) if row["kind"] == kind]


def is_accepted(parse: type, text: str, **given_settings: object) -> bool:
    try:
        parse.parse(text, **given_settings)  # type: ignore[attr-defined]
    except InvalidIdentifierError:
        return False
    return True


def test_a_municipality_code_follows_the_vectors() -> None:
    expected = vectors("municipality_code")

    assert len(expected) > 30
    assert expected == [
        (text, is_accepted(MunicipalityCode, text, on=TODAY, domicile=text in NORTHERN_TERRITORIES))
        for text, _ in expected
    ]


@pytest.mark.parametrize(("kind", "parse"), [("atena_number", AtenaNumber), ("corporate_number", CorporateNumber)])
def test_a_number_follows_the_vectors(kind: str, parse: type) -> None:
    expected = vectors(kind)

    assert len(expected) > 10
    assert expected == [(text, is_accepted(parse, text)) for text, _ in expected]


@pytest.mark.parametrize("parse", [MunicipalityCode.parse, AtenaNumber.parse, CorporateNumber.parse, BusinessId.parse])
def test_a_refusal_names_the_rule_and_never_the_value(parse: Callable[[str], str]) -> None:
    for text in ("4711081547", "000000000123456", "８００００２０１３１０１６"):
        with pytest.raises(InvalidIdentifierError) as refused:
            parse(text)

        assert refused.value.rule == str(refused.value)
        assert text not in refused.value.rule


def test_five_digits_are_completed_by_the_check_digit() -> None:
    assert ["131016", "011002"] == [MunicipalityCode.parse("13101"), MunicipalityCode.parse("01100")]


@pytest.mark.parametrize(("code", "last_day"), LAST_DAYS.items())
def test_an_abolished_code_is_lawful_in_records_up_to_its_last_day(code: str, last_day: date) -> None:
    assert code == MunicipalityCode.parse(code, on=last_day) == MunicipalityCode.parse(code)
    assert not is_accepted(MunicipalityCode, code, on=date.fromordinal(last_day.toordinal() + 1))


@pytest.mark.parametrize("code", NORTHERN_TERRITORIES)
def test_the_northern_territories_are_lawful_as_a_domicile_only(code: str) -> None:
    assert code == MunicipalityCode.parse(code, domicile=True) == MunicipalityCode.parse(code[:5], domicile=True)
    assert not is_accepted(MunicipalityCode, code)


def test_a_legacy_scheme_takes_what_the_old_system_issued_but_nothing_wider() -> None:
    assert "00000000000A019" == AtenaNumber.parse("00000000000A019", "legacy")
    assert not any(is_accepted(AtenaNumber, text, scheme="legacy") for text in ("", "A" * 16, "１２３", "A 1", "A1\n"))


@given(st.integers(1, 10**14 - 1))
def test_an_issued_atena_number_parses_and_a_skipped_one_has_no_check_digit(number: int) -> None:
    issued = AtenaNumber.issue(number)

    if issued is None:
        assert AtenaNumber.check_digit(f"{number:014d}") is None
    else:
        assert issued == AtenaNumber.parse(issued)
        assert f"{number:014d}" == issued[:-1]


@given(st.integers(1, 10**14 - 1), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_never_passes(number: int, place: int, distance: int) -> None:
    body = f"{number:014d}"
    wrong = body[:place] + str((int(body[place]) + distance) % 10) + body[place + 1 :]
    digit = AtenaNumber.check_digit(body)

    assert digit is None or not is_accepted(AtenaNumber, f"{wrong}{digit}")


@pytest.mark.parametrize("number", [0, 10**14])
def test_no_atena_number_is_issued_outside_its_fourteen_digits(number: int) -> None:
    with pytest.raises(InvalidIdentifierError):
        AtenaNumber.issue(number)


def test_a_business_is_one_of_the_37() -> None:
    assert "001" == BusinessId.parse("001")
    assert not any(is_accepted(BusinessId, text) for text in ("000", "038", "1", "", "０01"))


def test_an_id_of_the_bus_has_sixteen_bytes() -> None:
    assert EventId(range(16)) == EventId.parse(bytes(range(16))) == EventId.parse_hex(bytes(range(16)).hex())
    with pytest.raises(InvalidIdentifierError, match="an event id has 16 bytes"):
        EventId.parse(bytes(15))
    with pytest.raises(InvalidIdentifierError, match="a pairwise id is written as 32 hexadecimal digits"):
        PairwiseId.parse_hex(" " + "0" * 31)


def test_a_handle_ends_in_four_zero_bytes() -> None:
    assert b"x" * 12 + bytes(4) == Handle.parse(b"x" * 12 + bytes(4))
    for wrong in (b"x" * 16, b"x" * 12, b"x" * 13 + bytes(4)):
        with pytest.raises(InvalidIdentifierError):
            Handle.parse(wrong)
