"""
Finds 個人番号 in free text: it must never enter the bus.

A number is a maximal run of exactly twelve digits, half or full width (any decimal digit counts), whose check digit is
right. What joins a run is tried in turn: nothing, hyphens, hyphens and blanks; so 1-2-3 before a number does not hide
it. Four by four, as printed on the card, with blanks or a stop between, is found wherever it stands. Of twelve digits
that are something else one in ten is taken for a number: in doubt nothing enters. Numbers in kanji are not seen.
"""

import re
from operator import mul

_HYPHENS = "\\-‐‑‒–—―⁃−﹘﹣－─━ーｰ"
_BLANKS = "\\s\u00ad\u180e\u200b-\u200d\u2060\ufeff"
_STOPS = ".．,，、・･/／_＿:："
# One class a gap, and possessive: each gap can be read in one way only, so that no text costs more than its length.
_STOP = f"(?:[{_BLANKS}]++|[{_STOPS}])"
_TWELVE = re.compile(rf"\d(?:(?:[{_HYPHENS}{_BLANKS}]*+|[{_STOPS}])\d){{11}}")
_RUNS = (
    re.compile(r"\d+"),
    re.compile(rf"\d(?:(?:[{_BLANKS}]*+[{_HYPHENS}]++[{_BLANKS}]*+)?+\d)*+"),
    re.compile(rf"\d(?:[{_HYPHENS}{_BLANKS}]*+\d)*+"),
    re.compile(rf"(?<!\d)(?=(?P<printed>\d{{4}}{_STOP}\d{{4}}{_STOP}\d{{4}})(?!\d))"),
)
_NO_DIGIT = re.compile(r"\D+")


def holds_individual_number(text: str) -> bool:
    """Of a free-text field; identifier fields are exempt, since twelve of their digits may happen to fit."""
    if len(text) < 12 or len(_NO_DIGIT.sub("", text)) < 12 or not _TWELVE.search(text):
        return False
    return any(_is_number(match) for run in _RUNS for match in run.finditer(text))


def has_right_check_digit(digits: str) -> bool:
    """Of twelve digits, by 平成26年総務省令85号5条; the weights from the right are 2 to 7 and 2 to 6."""
    remainder = sum(map(mul, (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6), map(int, reversed(digits[:11])))) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def _is_number(match: re.Match[str]) -> bool:
    digits = _NO_DIGIT.sub("", match.group(match.lastindex or 0))
    return len(digits) == 12 and has_right_check_digit(digits)
