import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import number_guard
from kairan.number_guard import has_right_check_digit, holds_individual_number

PLANTED = "123456789018"
VECTORS = Path(__file__).parents[2] / "data" / "identifiers.csv"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
HYPHENS = "-‐‑‒–—―−－ーｰ"
BLANKS = " \u3000\t\n\u00a0\u200b"


def vectors() -> list[tuple[str, bool]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [(row["value"], row["valid"] == "true") for row in rows if row["kind"] == "individual_number"]


@pytest.mark.parametrize(("text", "found"), vectors())
def test_the_guard_follows_the_vectors(text: str, found: bool) -> None:  # noqa: FBT001 - a vector's column
    assert found == holds_individual_number(text)
    assert found == holds_individual_number(f"番号は{text}です")


@pytest.mark.parametrize(
    "text",
    [
        "平塚1-2-3 123456789018",
        "平塚1-2-3 1234-5678-9018",
        "平塚1-2-3 1234 - 5678 - 9018",
        "平塚3 1234 5678 9018",
        "1111 1234 5678 9018",
        "1234 5678 9018 0",
        "1-2-3-4-5-6-7-8-9-0-1-8",
        "123456 789018",
        "1234ー5678－9018",
        "1234・5678．9018",
    ],
)
def test_what_stands_beside_a_number_does_not_hide_it(text: str) -> None:
    assert holds_individual_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "平塚市東町5-1-1 パークハイツ203",
        "090-1234-5678",
        "1234-5678-9018-0",
        "0123456789018",
        "12345678.9018",
        "1234番地56号789棟018",
    ],
)
def test_other_digits_pass(text: str) -> None:
    assert not holds_individual_number(text)


@given(st.lists(st.text(HYPHENS + BLANKS, max_size=2), min_size=11, max_size=11), st.booleans())
def test_no_separator_and_no_width_hides_a_number(separators: list[str], full_width: bool) -> None:  # noqa: FBT001 - drawn
    digits = PLANTED.translate(FULL_WIDTH) if full_width else PLANTED
    written = digits[0] + "".join(map("".join, zip(separators, digits[1:], strict=True)))

    assert holds_individual_number(written)
    assert holds_individual_number(f"氏名 {written}号")


@given(st.text("0123456789", min_size=11, max_size=11))
def test_of_the_ten_last_digits_exactly_one_makes_a_number(body: str) -> None:
    assert 1 == sum(holds_individual_number(f"{body}{digit}") for digit in range(10))


@given(st.text("0123456789", min_size=13))
def test_a_longer_run_is_no_number(digits: str) -> None:
    assert not holds_individual_number(digits)


@pytest.mark.parametrize("text", ["1 " * 31_000 + "x", "1 1" + " " * 60_000 + "x", "1" + " -" * 30_000 + "x"])
def test_a_hostile_text_costs_its_length_only(text: str) -> None:
    """Where a gap can be read in two ways, twelve digits cost 2 to the 11th, and every digit starts twelve."""
    assert not holds_individual_number(text)


def test_no_gap_can_be_read_in_two_ways() -> None:
    """Each repetition of a separator is possessive: nothing that it took is given back and tried again."""
    patterns = [number_guard._TWELVE, *number_guard._RUNS]

    assert [] == [p.pattern for p in patterns if re.search(r"\][*+](?!\+)", p.pattern)]


def test_the_check_digit_is_the_ministry_s() -> None:
    assert has_right_check_digit("983205673214")
    assert not has_right_check_digit("983205673215")
