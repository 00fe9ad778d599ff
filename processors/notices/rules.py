"""
The rules N1 to N41 (``rules.csv``): what calls for a notice, for whom, from which office, by which law.

A row of the domain's table that holds several deadlines has a letter for each (N17a). Texts are not here; deadlines are
named only, their days are counted by whoever is handed to the decider.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from string import ascii_lowercase
from typing import Literal, cast, get_args

from kairan import shapes
from kairan.codes import BUSINESSES
from processors.notices import conditions
from processors.notices.conditions import Condition, ConditionError
from processors.notices.facts import ChannelClass, Party
from processors.notices.triggers import CARRIED, TRIGGERS, WITHDRAWN, triggers_of

Kind = Literal["duty", "guide", "benefit", "information"]
"""
To be done because of what happened; what a plan will bring; what somebody may apply for; what is good to know.

A duty that an event shows to be done is a guide of the plan before it, and that event ends it.
"""
Audience = Literal[
    "self", "recipient", "notifier", "head", "guardian", "heirs_through_notifier", "staff", "safe_channel"
]
PARTIES: Mapping[Audience, Party] = {
    "recipient": "recipient",
    "notifier": "notifier",
    "head": "head",
    "guardian": "guardian",
    "heirs_through_notifier": "notifier",
}
"""Audiences that the fact names; heirs are reached through the notifier alone."""
Office = Literal["source", "destination"]
COLUMNS = (
    *("id", "trigger", "condition", "kind", "audience", "office", "business", "deadline", "tell", "remind"),
    *("channels", "ended_by", "basis", "article", "status", "note"),
)
_ID = re.compile(r"N[1-9][0-9]?[a-z]?")


class RulesError(ValueError):
    """The rules cannot be used; each problem is a sentence that names line, rule and column."""

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Rule:
    """
    A row: for this trigger, if the condition holds, this audience is told.

    ``office``: which municipality of the fact answers; ``business`` "": none of its 37 (a court, a tax office).
    ``deadline`` "": nothing is due on a day. ``tell``, ``remind``: days before that day from which it is told first
    (None: at once) and once more. ``ended_by``: facts after which it is pointless, be it done or overtaken.
    """

    id: str
    trigger: str
    condition: Condition
    kind: Kind
    audience: Audience
    office: Office
    business: str
    deadline: str
    tell: int | None
    remind: int | None
    channels: tuple[ChannelClass, ...]
    ended_by: frozenset[str]
    basis: str
    article: str
    status: str
    note: str

    @property
    def row(self) -> str:
        """The row of the domain's table: N17 for N17a."""
        return self.id.rstrip(ascii_lowercase)

    @cached_property
    def concerned(self) -> frozenset[str]:
        """Facts that call for it or end it, by what they are or carry."""
        kinds = self.ended_by | {self.trigger}
        return kinds | {name for name, carried in CARRIED.items() if not kinds.isdisjoint(carried)}


@dataclass(frozen=True)
class Rules:
    """All rows."""

    rules: tuple[Rule, ...]

    @cached_property
    def by_trigger(self) -> Mapping[str, tuple[Rule, ...]]:
        """Those that a fact calls for, by what it is or carries; not that of withdrawals, which no fact calls for."""
        own = (rule.trigger for rule in self.rules if rule.trigger != WITHDRAWN)
        return {
            name: tuple(rule for rule in self.rules if rule.trigger in triggers_of(name))
            for name in dict.fromkeys((*own, *CARRIED))
        }

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def for_others(self) -> frozenset[str]:
        """Whose audience is somebody whom the fact names beside its subject."""
        return frozenset(rule.id for rule in self.rules if rule.audience in PARTIES)

    @cached_property
    def of_withdrawal(self) -> Rule | None:
        """N41: tells that what was told before does not hold."""
        return next((rule for rule in self.rules if rule.trigger == WITHDRAWN), None)

    @property
    def deadlines(self) -> frozenset[str]:
        """Which somebody has to count."""
        return frozenset(rule.deadline for rule in self.rules) - {""}


@cache
def load() -> Rules:
    """The rules of this release."""
    return parse((files("processors.notices") / "rules.csv").read_text(encoding="utf-8"))


def parse(text: str) -> Rules:
    """
    Reads a table.

    Raises:
        RulesError: with all problems.

    """
    lines = list(csv.reader(io.StringIO(text)))
    if not lines or tuple(lines[0]) != COLUMNS:
        raise RulesError([f"The first line must name the columns {', '.join(COLUMNS)}."])
    problems = [problem for line, cells in enumerate(lines[1:], 2) for problem in _problems(line, cells)]
    problems += _twice([cells[0] for cells in lines[1:]])
    if problems:
        raise RulesError(problems)
    return Rules(tuple(_rule(dict(zip(COLUMNS, cells, strict=True))) for cells in lines[1:]))


def _rule(row: Mapping[str, str]) -> Rule:
    return Rule(
        id=row["id"],
        trigger=row["trigger"],
        condition=conditions.parse(row["condition"]),
        kind=cast("Kind", row["kind"]),
        audience=cast("Audience", row["audience"]),
        office=cast("Office", row["office"]),
        business=row["business"],
        deadline=row["deadline"],
        tell=int(row["tell"]) if row["tell"] else None,
        remind=int(row["remind"]) if row["remind"] else None,
        channels=cast("tuple[ChannelClass, ...]", tuple(row["channels"].split())),
        ended_by=frozenset(row["ended_by"].split()),
        basis=row["basis"],
        article=row["article"],
        status=row["status"],
        note=row["note"],
    )


def _twice(ids: list[str]) -> Iterator[str]:
    for name in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"Rule {name}, id: it stands there twice."


def _problems(line: int, cells: list[str]) -> list[str]:
    if len(cells) != len(COLUMNS):
        return [f"Line {line}: a row has {len(COLUMNS)} cells, this one {len(cells)}."]
    row = dict(zip(COLUMNS, cells, strict=True))
    found = (*_problems_of_cells(row), *_problems_of_condition(row), *_problems_of_row(row))
    return [f"Line {line}, rule {row['id']}, {column}: {problem}." for column, problem in found]


def _problems_of_cells(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(row["id"]):
        yield "id", "it must be N1 to N99, with a letter where a row holds several"
    for column, allowed in _CLOSED.items():
        if row[column] not in allowed:
            yield column, f"{row[column]!r} must be one of {', '.join(filter(None, allowed))}"
    for column, allowed in _LISTS.items():
        for word in row[column].split():
            if word not in allowed:
                yield column, f"{word!r} must be one of {', '.join(allowed)}"
    for column in ("tell", "remind"):
        if row[column] and not row[column].isdecimal():
            yield column, "it must be a number of days"


def _problems_of_condition(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    try:
        conditions.parse(row["condition"])
    except ConditionError as error:
        yield "condition", str(error)


def _problems_of_row(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What columns must not say together."""
    if (row["status"] == "verified") != bool(row["article"]):
        yield "article", "it is named where it was read (verified), and nowhere else"
    if (row["tell"] or row["remind"]) and not row["deadline"]:
        yield "deadline", "whatever is told before a day needs one"
    if row["kind"] == "guide" and not row["ended_by"]:
        yield "ended_by", "a guide needs the event that shows it done"
    if (row["audience"] == "safe_channel") != (row["channels"].split() == ["safe"]):
        yield "channels", "the audience safe_channel has the class safe, alone; no other row names it"
    if (row["audience"] == "staff") == bool(row["channels"]):
        yield "channels", "residents are told by some class, staff by none"


_TRIGGERS = (*shapes.TYPES, *TRIGGERS)
_CLOSED: Mapping[str, Collection[str]] = {
    "trigger": _TRIGGERS,
    "kind": get_args(Kind),
    "audience": get_args(Audience),
    "office": get_args(Office),
    "business": (*BUSINESSES, ""),
    "status": ("verified", "assumed"),
}
_LISTS: Mapping[str, Collection[str]] = {"channels": get_args(ChannelClass), "ended_by": _TRIGGERS}
