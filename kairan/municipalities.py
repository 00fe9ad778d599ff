"""
The municipalities of the country in time: names, readings, wards of cities, successors of what was abolished.

Read once, when first asked, from ``municipalities.csv``: a row is the period in which a code carried a name, and its
last day is inclusive. A code may have several rows; names repeat across the country and are never a key.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, cast

Kind = Literal["prefecture", "designated_city", "city", "town", "village", "special_ward", "ward"]


class UnknownMunicipalityError(LookupError):
    """No municipality has, or on that day had, the code asked for."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """
    A code with the name that it carried from ``valid_from`` to ``valid_to``, both inclusive.

    ``valid_from`` None: since before the sources begin. ``valid_to`` None: in force. ``parent``: a ward's city.
    ``successors``: the direct ones on the day after ``valid_to``.
    """

    code: str
    prefecture: str
    name: str
    kana: str
    kind: Kind
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...]

    def is_in_force(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


def find(code: str, on: date | None = None) -> Municipality:
    """The row in force on that day; without a day the newest. Raises UnknownMunicipalityError."""
    rows = _table().get(code, ())
    if on is None and rows:
        return rows[-1]
    for row in rows:
        if on is not None and row.is_in_force(on):
            return row
    raise UnknownMunicipalityError("no municipality has this code" if not rows else "the code is not in force that day")


def existed(code: str, on: date | None = None) -> bool:
    """On that day; without a day: ever since 2010."""
    rows = _table().get(code, ())
    return any(on is None or row.is_in_force(on) for row in rows)


def city_of(code: str) -> str:
    """A ward of a designated city counts as its city; everything else as itself."""
    return find(code).parent or code


def successors(code: str, on: date | None = None) -> tuple[str, ...]:
    """
    The codes that stand for this one on that day (without a day: now), mergers of mergers followed.

    The code itself while it is in force; several where it was divided; none before it came into being.
    """
    on = date.max if on is None else on
    if existed(code, on):
        return (code,)
    row = find(code)
    if row.valid_to is None or on <= row.valid_to:
        return ()
    followed = (later for direct in row.successors for later in successors(direct, on))
    return tuple(dict.fromkeys(followed))


def full_name(code: str, on: date | None = None) -> str:
    """As written in an address: prefecture, city, ward (神奈川県横浜市鶴見区)."""
    row = find(code, on)
    if row.kind == "prefecture":
        return row.name
    return row.prefecture + (find(row.parent, on).name if row.parent else "") + row.name


def codes() -> Iterator[str]:
    """Every code since 2010, in force or not."""
    return iter(_table())


def all_in_force(on: date | None = None) -> Iterator[Municipality]:
    """Every prefecture, municipality and ward of that day (without a day: of now), sorted by code."""
    on = date.max if on is None else on
    return (row for rows in _table().values() for row in rows if row.is_in_force(on))


@cache
def _table() -> Mapping[str, tuple[Municipality, ...]]:
    """The rows of each code, oldest first."""
    table: dict[str, tuple[Municipality, ...]] = {}
    text = (files("kairan") / "municipalities.csv").read_text(encoding="utf-8")
    for line in csv.DictReader(text.splitlines()):
        row = _row(line)
        older = table.get(row.code, ())
        table[row.code] = tuple(sorted((*older, row), key=lambda each: each.valid_to or date.max))
    return table


def _row(line: Mapping[str, str]) -> Municipality:
    return Municipality(
        code=line["code"],
        prefecture=line["prefecture"],
        name=line["name"],
        kana=line["name_kana"],
        kind=cast("Kind", line["kind"]),
        parent=line["parent"] or None,
        valid_from=_day(line["valid_from"]),
        valid_to=_day(line["valid_to"]),
        successors=tuple(filter(None, line["successor"].split(";"))),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
