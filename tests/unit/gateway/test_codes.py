"""A code is typed from paper, by whoever, on whatever."""

import re

import pytest

from gateway.residents import codes
from gateway.residents.codes import LENGTH, SIGNS

CODE = "34679CDFGH"


def test_a_code_has_ten_signs_of_which_none_looks_like_another_and_no_word_comes_out() -> None:
    assert LENGTH == len(codes.new("131237"))
    assert set() == set(SIGNS) & set("0OQ1IL2Z5S8BUV" + "AEIOU")
    assert len(SIGNS) == len(set(SIGNS))


def test_the_first_two_signs_are_the_municipalitys_and_the_others_are_chance() -> None:
    many = [codes.new("131237") for _ in range(200)]

    assert {codes.place_of("131237")} == {each[:2] for each in many}
    assert 200 == len({each[2:] for each in many})
    assert codes.place_of("131237") != codes.place_of("122033")


def test_each_sign_comes_up_at_each_place() -> None:
    many = [codes.new("131237") for _ in range(2000)]

    assert [set(SIGNS)] * 8 == [{each[at] for each in many} for at in range(2, 10)]


@pytest.mark.parametrize(
    "typed",
    [
        "34679-CDFGH",
        " 34679 cdfgh ",
        "３４６７９－ＣＤＦＧＨ",
        "３４６７９ーｃｄｆｇｈ",
        "34679‐CDFGH",
        "3.4.6.7.9/C D F G H\n",
    ],
)
def test_however_it_is_typed_it_is_the_same(typed: str) -> None:
    assert CODE == codes.read(typed)


@pytest.mark.parametrize(
    "typed", ["", "34679-CDFG", "34679-CDFGHJ", "34679-CDFGO", "コード", "\ufffd", "34679-CDFGH" * 99]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert codes.read(typed) is None


def test_what_is_shown_is_read_as_what_it_was() -> None:
    code = codes.new("122033")

    assert re.fullmatch(r"\w{5}-\w{5}", codes.shown(code))
    assert code == codes.read(codes.shown(code))
