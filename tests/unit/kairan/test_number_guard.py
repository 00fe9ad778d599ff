import csv
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import number_guard
from kairan.number_guard import (
    has_right_check_digit,
    has_too_many_digits,
    holds_individual_number,
    is_plain_identifier,
    names_resident_code,
)

PLANTED = "123456789018"
VECTORS = Path(__file__).parents[2] / "data" / "identifiers.csv"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
HYPHENS = "-‐‑‒–—―−－ーｰ"
SIGNS = (*range(0x20000), *range(0xE0000, 0xE1000))
"""All of Unicode but the planes of rare ideographs, of private use and of nothing."""
BLANKS = " \u3000\t\n\u00a0\u200b"


def vectors() -> list[tuple[str, bool]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [(row["value"], row["valid"] == "true") for row in rows if row["kind"] == "individual_number"]


def test_the_guard_follows_the_vectors() -> None:
    assert len(vectors()) > 10
    assert vectors() == [(text, holds_individual_number(text)) for text, _ in vectors()]
    assert vectors() == [(text, holds_individual_number(f"番号は{text}です")) for text, _ in vectors()]


BESIDE = [
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
    "1234~5678〜9018",
    "12.34.56.78.90.18",
    "１・２・３・４・５・６・７・８・９・０・１・８",
    "123。456。789。018",
]


def test_what_stands_beside_a_number_does_not_hide_it() -> None:
    assert [] == [text for text in BESIDE if not holds_individual_number(text)]


OTHER_DIGITS = [
    "",
    "平塚市東町5-1-1 パークハイツ203",
    "090-1234-5678",
    "1234-5678-9018-0",
    "0123456789018",
    "12345678.9018",
    "1234番地56号789棟018",
    "2026.11.22",
    "1.2.3.4.5.6.7.8.9.0.1.8.0",
]


def test_other_digits_pass() -> None:
    assert [] == [text for text in OTHER_DIGITS if holds_individual_number(text)]


@given(st.lists(st.text(HYPHENS + BLANKS, max_size=2), min_size=11, max_size=11), st.booleans())
def test_no_separator_and_no_width_hides_a_number(separators: list[str], full_width: bool) -> None:  # noqa: FBT001 - drawn
    digits = PLANTED.translate(FULL_WIDTH) if full_width else PLANTED
    written = digits[0] + "".join(map("".join, zip(separators, digits[1:], strict=True)))

    assert holds_individual_number(written)
    assert holds_individual_number(f"氏名 {written}号")


def test_every_dash_every_blank_and_every_sign_of_no_width_is_a_separator() -> None:
    signs = [chr(each) for each in SIGNS if unicodedata.category(chr(each)) in {"Pd", "Cf", "Zs", "Zl", "Zp"}]

    assert len(signs) > 200
    assert [] == [hex(ord(each)) for each in signs if not holds_individual_number(PLANTED[:6] + each + PLANTED[6:])]


def test_so_are_signs_that_look_like_one() -> None:
    alike = "\u00af\u2212\u30fc\uff70\u2500\u2501\uff5e~\u3164\ufe0f\u20e3\u034f\u2800\U000e0100"

    assert [] == [sign for sign in alike if not holds_individual_number(sign.join(PLANTED))]


PLAIN = [
    "",
    "123456789018",
    "G-123456789018",
    "141003-789018",
    "1234567890-18",
    "R8.1234/5678:9018",
    "0f1e2d3c-1234-4678-9018-0123456789ab",
]


def test_an_identifier_may_have_twelve_digits_of_its_own() -> None:
    assert [] == [text for text in PLAIN if not is_plain_identifier(text)]


NOT_PLAIN = [
    "1234-5678-9018",
    "1234_5678.9018",
    "1234 5678 9018",
    "123456789018 ",
    "１２３４５６７８９０１８",
    "123456\u200b789018",
    "1234－5678－9018",
    "個人番号123456789018",
    "1234.5678.9018\n",
]


def test_an_identifier_in_any_other_writing_is_a_text() -> None:
    assert [] == [text for text in NOT_PLAIN if is_plain_identifier(text) or not holds_individual_number(text)]


RESIDENT_CODES = [
    "住民票コード 12345678901",
    "住民票コード：１２３４５６７８９０１",
    "住民票コードは「123 4567 8901」です",
    "住民票ｺｰﾄﾞ（11桁）12345-678-901",
    "旧住所 1-2-3、住民票番号＝1.2345.678901",
]


def test_eleven_digits_that_are_called_one_are_a_resident_record_code() -> None:
    assert [] == [text for text in RESIDENT_CODES if not names_resident_code(text)]


NO_CODES = [
    "",
    "12345678901",
    "電話 090-1234-5678",
    "住民票コード変更請求",
    "住民票コード 1234567890",
    "住民票コード 123456789012",
    "住民票の写し 12345678901",
    "住民票コードは知らないので、こちらの番号に連絡してください 09012345678",
]


def test_other_eleven_digits_and_the_word_alone_are_none() -> None:
    assert [] == [text for text in NO_CODES if names_resident_code(text)]


@given(st.text("0123456789", min_size=11, max_size=11))
def test_of_the_ten_last_digits_exactly_one_makes_a_number(body: str) -> None:
    assert 1 == sum(holds_individual_number(f"{body}{digit}") for digit in range(10))


@given(st.text("0123456789", min_size=13))
def test_a_longer_run_is_no_number(digits: str) -> None:
    assert not holds_individual_number(digits)


def test_no_gap_can_be_read_in_two_ways() -> None:
    """Each repetition of a separator is possessive: nothing that it took is given back and tried again."""
    patterns = [number_guard._TWELVE, *number_guard._RUNS, number_guard._DOTTED, number_guard._RESIDENT_CODE]

    assert [] == [p.pattern for p in patterns if re.search(r"\][*+](?!\+)", p.pattern)]


def test_the_check_digit_is_the_ministry_s() -> None:
    assert has_right_check_digit("983205673214")
    assert not has_right_check_digit("983205673215")


@pytest.mark.parametrize("text", ["1" * 1_001, "1 " * 1_001, "１" * 1_001, "a1" * 1_001])
def test_more_digits_than_any_record_has_are_not_searched(text: str) -> None:
    assert has_too_many_digits(text)


def test_a_long_text_with_the_digits_of_a_record_is_searched() -> None:
    assert not has_too_many_digits("1" * 1_000 + "a" * 60_000)
