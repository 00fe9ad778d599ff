"""Bytes that nobody can read: kept only where no number that never enters can stand in them."""

import pytest

from processors.admission.quarantine import ENCODINGS, may_hold_individual_number
from tests.unit.processors.admission import statements as s


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_individual_number_is_found_in_any_usual_encoding(encoding: str) -> None:
    assert may_hold_individual_number(f"番号{s.PLANTED}号".encode(encoding))


@pytest.mark.parametrize("digits", ["1" * 12, "1" * 200])
def test_digits_without_a_right_check_digit_are_kept(digits: str) -> None:
    assert not may_hold_individual_number(digits.encode())
