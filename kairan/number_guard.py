"""
Finds 個人番号 and 住民票コード in texts: neither must ever enter the bus.

A number is a maximal run of exactly twelve digits, half or full width (any decimal digit counts), whose check digit is
right. What joins a run is tried in turn: nothing, hyphens, hyphens and blanks; so 1-2-3 before a number does not hide
it. Four by four, as printed on the card, with blanks or a stop between, is found wherever it stands, and so are twelve
digits with two or more dots between them. Of twelve digits that are something else one in ten is taken for a number:
in doubt nothing enters. Numbers in kanji are not seen.

An identifier (世帯番号, 手続番号 …) may have twelve digits of its own. In half-width letters, digits and signs it is
plain, unless it is written four by four; in any other writing it is a text and searched as such.

住民票コード are eleven digits behind that word. Their check digit is not asked: the word says what they are.
"""

import re
from operator import mul

MOST_DIGITS = 1_000
"""In all texts of a statement together."""
_HYPHENS = (
    "\\-~\u00af\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u2053\u207b\u208b\u2212\u2500\u2501"
    "\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\u30fc\ufe31\ufe32\ufe58\ufe63\uff0d\uff5e\uff70\U00010ead"
)
_UNSEEN = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
"""Signs of no width, or of no ink, that can stand between two digits."""
_BLANKS = rf"\s{_UNSEEN}"
_DOTS = ".．・･·•‧․。｡﹒∙⋅"
_STOPS = rf"{_DOTS},，、/／_＿:："
# One class a gap, and possessive: each gap can be read in one way only, so that no text costs more than its length.
_STOP = f"(?:[{_BLANKS}]++|[{_STOPS}])"
_TWELVE = re.compile(rf"\d(?:(?:[{_HYPHENS}{_BLANKS}]*+|[{_STOPS}])\d){{11}}")
_RUNS = (
    re.compile(r"\d+"),
    re.compile(rf"\d(?:(?:[{_BLANKS}]*+[{_HYPHENS}]++[{_BLANKS}]*+)?+\d)*+"),
    re.compile(rf"\d(?:[{_HYPHENS}{_BLANKS}]*+\d)*+"),
    re.compile(rf"(?<!\d)(?=(?P<printed>\d{{4}}{_STOP}\d{{4}}{_STOP}\d{{4}})(?!\d))"),
)
_DOTTED = re.compile(rf"(?<!\d)\d++(?:[{_DOTS}]\d++){{2,}}+")  # from each digit of a long run it would cost its square
_NO_DIGIT = re.compile(r"\D+")
_PLAIN = re.compile(r"[0-9A-Za-z._:/#-]*+", re.ASCII)
_IN_FOURS = re.compile(r"\d{4}[._:/-]\d{4}[._:/-]\d{4}", re.ASCII)
_BETWEEN = f"[{_HYPHENS}{_BLANKS}{_STOPS}]"
_RESIDENT_CODE = re.compile(
    rf"住民票[{_BLANKS}]{{0,3}}+(?:コード|ｺｰﾄﾞ|番号)[^\x00]{{0,20}}?"
    rf"(?<!\d)\d(?:{_BETWEEN}{{0,3}}+\d){{10}}(?!{_BETWEEN}{{0,3}}+\d)"
)


def holds_individual_number(text: str) -> bool:
    """Of a free text, or an identifier that is not plain."""
    if len(text) < 12 or len(_NO_DIGIT.sub("", text)) < 12 or not _TWELVE.search(text):
        return False
    return any(_is_number(match) for run in (*_RUNS, _DOTTED) for match in run.finditer(text))


def has_too_many_digits(text: str) -> bool:
    """To search it would take long, and no record of a person has so many."""
    return len(text) > MOST_DIGITS and len(_NO_DIGIT.sub("", text)) > MOST_DIGITS


def names_resident_code(text: str) -> bool:
    """Of a text with the word 住民票コード and eleven digits, and no more, behind it."""
    return "住民票" in text and _RESIDENT_CODE.search(text) is not None


def is_plain_identifier(text: str) -> bool:
    """Half-width letters, digits and signs, and not the twelve digits of a card: twelve digits may happen to fit."""
    return _PLAIN.fullmatch(text) is not None and not _IN_FOURS.fullmatch(text)


def has_right_check_digit(digits: str) -> bool:
    """Of twelve digits, by 平成26年総務省令85号5条; the weights from the right are 2 to 7 and 2 to 6."""
    remainder = sum(map(mul, (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6), map(int, reversed(digits[:11])))) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def _is_number(match: re.Match[str]) -> bool:
    digits = _NO_DIGIT.sub("", match.group(match.lastindex or 0))
    return len(digits) == 12 and has_right_check_digit(digits)
