"""
Which entries a person is shown, and when: rules as data (``display.csv``), each with its basis.

What no rule names is shown at once. Of several rules the one that shows least stands. What is shown later is counted by
the name of its rule; what is never shown is not, and nothing here asks who is protected: whoever looks every day would
see by a number, or by lines that leave, when somebody's protection begins and ends.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast, get_args

from kairan import municipalities
from processors.disclosures.entries import Entry, Told

DAY = 24 * 60 * 60 * 1000
NEVER = 10_000 * 365
"""Days."""
Display = Literal["now", "delayed", "never"]
When = Literal["", "another"]
"""``another``: any of her entries concerns another person, and the receiver is no municipality of hers."""


class DisplayError(ValueError):
    """A row cannot be used; names its line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Which deliveries it is about, and how long after being told they are shown.

    ``event`` and ``business``: empty for all. ``name``: under which a person sees how many wait.
    """

    name: str
    event: str
    business: str
    when: When
    display: Display
    days: int
    basis: str
    article: str
    status: str
    note: str

    def withholds(self, entry: Entry, told: Told, now: int) -> bool:
        """Leaving ``when`` aside."""
        is_meant = self.event in ("", entry.type) and self.business in ("", told.business)
        return is_meant and now < entry.written + self.days * DAY


class Shown(NamedTuple):
    """One business told of one event."""

    entry: Entry
    told: Told


class Sorted(NamedTuple):
    """``withheld``: how many are not shown yet, by the name of the rule."""

    shown: Sequence[Shown]
    withheld: Mapping[str, int]


def sort(entries: Sequence[Entry], now: int) -> Sorted:
    """Of all entries of one person."""
    holding, homes = _rules_of(entries), _homes(entries)
    shown, withheld = list[Shown](), Counter[str]()
    for entry in entries:
        for told in entry.told:
            its = [rule for rule in holding if rule.withholds(entry, told, now) and _is_met(rule, told, homes)]
            if its:
                strictest = max(its, key=_strictness)
                withheld[strictest.name] += strictest.display != "never"
            else:
                shown.append(Shown(entry, told))
    return Sorted(shown, dict(sorted((+withheld).items())))


@cache
def rules() -> tuple[Rule, ...]:
    """
    Those of this release.

    Raises:
        DisplayError: the table cannot be used.

    """
    text = (files("processors.disclosures") / "display.csv").read_text(encoding="utf-8")
    return tuple(parse(text.splitlines()))


def parse(lines: Iterable[str]) -> Iterator[Rule]:
    """Raises DisplayError."""
    for place, row in enumerate(csv.DictReader(lines), 2):
        days = {"now": "0", "never": str(NEVER)}.get(row["display"], row["days"])
        if not _is_usable(row, days):
            raise DisplayError(f"line {place}")
        when, display = cast("When", row["when"]), cast("Display", row["display"])
        words = {name: row[name] for name in ("name", "event", "business", "basis", "article", "status", "note")}
        yield Rule(when=when, display=display, days=int(days), **words)


def _is_usable(row: Mapping[str, str], days: str) -> bool:
    return (
        row["display"] in get_args(Display)
        and row["when"] in get_args(When)
        and (row["days"] == "" or row["display"] == "delayed")
        and days.isascii()
        and days.isdigit()
        and bool(row["name"] and row["basis"])
        and row["status"] in ("verified", "assumed")
    )


def _rules_of(entries: Iterable[Entry]) -> list[Rule]:
    """Of all entries together: the one that names another person need not be the one that names where he is."""
    concerns_another = any(entry.related for entry in entries)
    return [rule for rule in rules() if concerns_another or rule.when != "another"]


def _homes(entries: Iterable[Entry]) -> frozenset[str]:
    """The municipalities that keep, or kept, her resident record: these tell nobody's whereabouts but her own."""
    found = {entry.municipality for entry in entries if entry.is_of_her_home}
    return frozenset(found | {municipalities.city_of(code) for code in found if municipalities.existed(code)})


def _is_met(rule: Rule, told: Told, homes: frozenset[str]) -> bool:
    return rule.when != "another" or told.member not in homes


def _strictness(rule: Rule) -> int:
    return rule.days
