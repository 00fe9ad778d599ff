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


def test_a_run_so_long_that_chance_alone_makes_a_number_is_not_searched_and_not_kept() -> None:
    """Trying 64,000 starts cost a second in which admission did nothing else."""
    assert may_hold_individual_number(b"1" * 2_000_000)
