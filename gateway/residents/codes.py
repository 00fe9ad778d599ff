"""
The code that a counter hands over: typed from paper by somebody who may never have typed these letters before.

Ten signs. The first two say at which municipality a guess is counted, whoever guesses; several share them. The other
eight are chance: one of twenty-five thousand million.
"""

import re
import secrets
import unicodedata

SIGNS = "34679CDFGHJKMNPRTWXY"
"""Of those that look alike none or one; no vowel, so that no word comes out."""
PLACE, LENGTH = 2, 10
_LONGEST = 64
"""Of what is typed no more is read."""
_CODE = re.compile(f"[{SIGNS}]{{{LENGTH}}}")
_BETWEEN = re.compile("[^0-9A-Z]")


def new(member: str) -> str:
    """At the counter of this municipality."""
    return place_of(member) + "".join(secrets.choice(SIGNS) for _ in range(LENGTH - PLACE))


def place_of(member: str) -> str:
    first, second = divmod(int(member) % len(SIGNS) ** PLACE, len(SIGNS))
    return SIGNS[first] + SIGNS[second]


def shown(code: str) -> str:
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read(text: str) -> str | None:
    """However it is typed: small, wide, with whatever between the signs. None: that is no code."""
    typed = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:_LONGEST]).upper())
    return typed if _CODE.fullmatch(typed) else None
