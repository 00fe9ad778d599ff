"""What residents call an office: the official name of its business, with its reading (⊕, ``offices.csv``)."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from kairan.codes import BUSINESSES
from processors.notices.texts import Name


def office(business: str) -> Name | None:
    """None for the empty text: no office of the municipality is named."""
    return Name(BUSINESSES[business].name, _readings()[business]) if business else None


@cache
def _readings() -> Mapping[str, str]:
    with (files("processors.notices") / "offices.csv").open(encoding="utf-8", newline="") as file:
        return {row["business"]: row["reading"] for row in csv.DictReader(file)}
