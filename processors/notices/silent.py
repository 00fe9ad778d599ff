"""
The rules that no record of the log calls for, and why (``silent.csv``).

They stay in the table: their words are read in guides, and they are told as soon as a record says what they ask.
"""

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from processors.notices.rules import load


@cache
def silent() -> Mapping[str, str]:
    """By rule, what is missing."""
    text = (files("processors.notices") / "silent.csv").read_text(encoding="utf-8")
    return {row["rule"]: row["why"] for row in csv.DictReader(io.StringIO(text))}


def tells_benefits() -> bool:
    """Can anything be told that somebody may apply for? Where not, nobody is asked whether she wants to be told."""
    return any(rule.kind == "benefit" and rule.id not in silent() for rule in load().rules)
