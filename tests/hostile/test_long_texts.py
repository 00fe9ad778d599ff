"""Texts of up to two megabytes, made to be searched for a long time."""

import pytest

from kairan.number_guard import holds_individual_number, names_resident_code
from processors.admission.quarantine import may_hold_individual_number


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 31_000 + "x",
        "1 1" + " " * 60_000 + "x",
        "1" + " -" * 30_000 + "x",
        "1." * 31_000 + "x",
        "1" * 400_000,
        "1.1 " * 31_000 + "x",
        "住民票コード1" * 9_000 + "x",
        "住民票コード" + "1 - " * 15_000 + "x",
    ],
)
def test_a_hostile_text_costs_its_length_only(text: str) -> None:
    """Where a gap can be read in two ways, twelve digits cost 2 to the 11th, and every digit starts twelve."""
    assert (False, False) == (holds_individual_number(text), names_resident_code(text))


def test_a_run_so_long_that_chance_alone_makes_a_number_is_not_searched_and_not_kept() -> None:
    """Trying 64,000 starts cost a second in which admission did nothing else."""
    assert may_hold_individual_number(b"1" * 2_000_000)
