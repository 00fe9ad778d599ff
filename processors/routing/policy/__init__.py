"""
The routing policy: a table of rules (``policy.csv``); what no rule gives is not delivered.

Rows are append-only and valid from an instant, compared with a log record's append time. Of the rules for one event,
role and business the latest valid ones stand; a rule without fields withdraws what stood before.
"""

import csv
import hashlib
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Literal, cast, get_args

from kairan import shapes
from kairan.codes import BUSINESSES, RELATIONS, ROLES
from processors.routing import conditions
from processors.routing.conditions import Condition, ConditionError, Duty

OWN = "own"
WhenProtected = Literal["full_with_flag", "masked", "nothing"]
COLUMNS = (
    *("event", "role", "business", "fields", "condition", "duty", "when_protected"),
    *("basis", "article", "status", "note", "valid_from"),
)
RELATED: Mapping[str, frozenset[str]] = {
    "related": frozenset(RELATIONS),
    "parents": frozenset({"parent"}),
    "other": frozenset({"same_person"}),
}
"""Grants that mean persons of the envelope's ``related``, by the roles of those persons."""


class PolicyError(ValueError):
    """The policy cannot be used; each problem is a sentence that names the line."""

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Rule:
    """A row: to this business of whoever has this role in the event, these fields, if the condition holds."""

    event: str
    role: str
    business: str
    fields: tuple[str, ...]
    condition: Condition
    duty: Duty
    when_protected: WhenProtected
    basis: str
    article: str
    status: str
    note: str
    valid_from: int
    text: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.event, self.role, self.business

    @property
    def name(self) -> str:
        """Finds the rule beside event and business; stands in every delivery that rests on it."""
        return f"{self.role}@{self.valid_from}" if self.valid_from else self.role

    @property
    def body_fields(self) -> frozenset[str]:
        return frozenset(self.fields) - RELATED.keys()

    @property
    def relations(self) -> frozenset[str]:
        """The roles of related persons whom the rule lets the receiver know of."""
        return frozenset[str]().union(*(RELATED[name] for name in self.fields if name in RELATED))


@dataclass(frozen=True)
class Policy:
    """All rules, or those in force at an instant."""

    rules: tuple[Rule, ...]

    def at(self, instant: int) -> "Policy":
        latest: dict[tuple[str, str, str], int] = {}
        for rule in self.rules:
            if rule.valid_from <= instant:
                latest[rule.key] = max(rule.valid_from, latest.get(rule.key, 0))
        return Policy(tuple(rule for rule in self.rules if rule.valid_from == latest.get(rule.key)))

    @cached_property
    def digest(self) -> bytes:
        """8 bytes that change with any rule."""
        return hashlib.sha256("\n".join(rule.text for rule in self.rules).encode()).digest()[:8]

    @cached_property
    def by_event(self) -> Mapping[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            found[rule.event] = (*found.get(rule.event, ()), rule)
        return found

    def instants(self) -> frozenset[int]:
        return frozenset(rule.valid_from for rule in self.rules)


def load() -> Policy:
    """The policy of this release."""
    text = (files("processors.routing.policy") / "policy.csv").read_text(encoding="utf-8")
    return parse(text, {name: _fields_of(name) for name in shapes.TYPES})


def parse(text: str, fields_of: Mapping[str, Collection[str]]) -> Policy:
    """
    Reads a table; ``fields_of`` tells the body fields of each event.

    Raises:
        PolicyError: with all problems.

    """
    lines = list(csv.reader(io.StringIO(text)))
    if not lines or tuple(lines[0]) != COLUMNS:
        raise PolicyError([f"The first line must name the columns {', '.join(COLUMNS)}."])
    problems: list[str] = []
    rules = [rule for place, cells in enumerate(lines[1:], 2) if (rule := _read(cells, place, fields_of, problems))]
    if problems:
        raise PolicyError(problems)
    return Policy(tuple(rules))


def _fields_of(event: str) -> frozenset[str]:
    return frozenset(field.name for field in shapes.shape("event", event).body_fields)


def _read(cells: list[str], line: int, fields_of: Mapping[str, Collection[str]], problems: list[str]) -> Rule | None:
    found = [f"Line {line}: {problem}." for problem in _problems(cells, fields_of)]
    problems += found
    if found:
        return None
    row = dict(zip(COLUMNS, cells, strict=True))
    return Rule(
        event=row["event"],
        role=row["role"],
        business=row["business"],
        fields=tuple(row["fields"].split()),
        condition=conditions.parse(row["condition"]),
        duty=cast("Duty", row["duty"]),
        when_protected=cast("WhenProtected", row["when_protected"]),
        basis=row["basis"],
        article=row["article"],
        status=row["status"],
        note=row["note"],
        valid_from=int(row["valid_from"]),
        text="\x1f".join(cells),
    )


def _problems(cells: list[str], fields_of: Mapping[str, Collection[str]]) -> Iterator[str]:
    if len(cells) != len(COLUMNS):
        yield f"a row has {len(COLUMNS)} cells, this one {len(cells)}"
        return
    row = dict(zip(COLUMNS, cells, strict=True))
    known = fields_of.get(row["event"])
    if known is None:
        yield f"there is no event {row['event']!r}"
    else:
        yield from _problems_of_fields(row, frozenset(known) | RELATED.keys())
    for column, allowed in _CLOSED.items():
        if row[column] not in allowed:
            yield f"{column} is {row[column]!r}, but must be one of {', '.join(allowed)}"
    if not row["valid_from"].isdecimal():
        yield "valid_from is not a number of milliseconds"


def _problems_of_fields(row: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    for field in row["fields"].split():
        if field not in known:
            yield f"{row['event']} has no field {field!r}"
    try:
        condition = conditions.parse(row["condition"])
    except ConditionError as error:
        yield str(error)
    else:
        for field in sorted(condition.mentions.difference(known)):
            yield f"the condition asks for {field!r}, which {row['event']} does not have"


_CLOSED: Mapping[str, Collection[str]] = {
    "role": (OWN, *ROLES),
    "business": BUSINESSES,
    "duty": get_args(Duty),
    "when_protected": get_args(WhenProtected),
    "status": ("verified", "assumed"),
}
