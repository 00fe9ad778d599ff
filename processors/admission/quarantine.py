"""Where a number that never enters may stand in bytes that nobody can read: only digest and length are kept then."""

import re

from kairan.number_guard import has_right_check_digit, names_resident_code

ENCODINGS = ("utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16-be")
_SEPARATED = re.compile(r"\d(?:[\W_]{0,3}\d){11,}")
_NO_DIGIT = re.compile(r"\D+")
_LONGEST = 200
"""So many digits in a row hold one by chance alone; trying them all would cost a second for 64 KiB."""


def may_hold_individual_number(value: bytes) -> bool:
    """
    Do any twelve digits in a row, in any usual encoding, with up to three signs between them, have the check digit?

    Without the shape nobody knows where a text begins and ends, so this looks at every stretch of digits, and
    finds numbers that are none: the bytes are lost to the quarantine, not to their sender.
    """
    return any(_holds(value.decode(encoding, "replace")) for encoding in ENCODINGS)


def _holds(text: str) -> bool:
    for run in _SEPARATED.finditer(text):
        digits = _NO_DIGIT.sub("", run.group())
        windows = (digits[start : start + 12] for start in range(len(digits) - 11))
        if len(digits) > _LONGEST or any(map(has_right_check_digit, windows)):
            return True
    return names_resident_code(text)
