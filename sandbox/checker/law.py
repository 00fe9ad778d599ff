"""The policy as an auditor reads it: the CSV, row by row, nothing else of the routing."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.checker import conditions
from sandbox.checker.conditions import Condition
from sandbox.checker.facts import LOCATION, RELATED

POLICY = Path(__file__).parents[2] / "processors" / "routing" / "policy" / "policy.csv"
OF_PERSONS: Mapping[str, frozenset[str]] = {
    "related": frozenset(
        {"head", "spouse", "parent", "child", "recipient", "co_owner", "legal_representative", "same_person"}
    ),
    "parents": frozenset({"parent"}),
    "other": frozenset({"same_person"}),
}
"""What the policy calls persons of the event; they stand in the envelope's ``related``, each with its role."""
FULL, MASKED, NOTHING = "full_with_flag", "masked", "nothing"


class UnknownProtectionError(ValueError):
    """A row does not say what it gives of a protected person; there is no default."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the policy."""

    event: str
    role: str
    business: str
    fields: frozenset[str]
    relations: frozenset[str]
    condition: Condition
    duty: str
    when_protected: str
    valid_from: int

    @property
    def told_of_a_protected(self) -> frozenset[str]:
        """What is left of the mask when the person is protected or unknown."""
        if self.when_protected == NOTHING:
            return frozenset()
        return self.fields - LOCATION if self.when_protected == MASKED else self.fields


class Law:
    """All rows; at any instant the newest of each event, role and business are in force."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[str, dict[tuple[str, str], list[Rule]]] = defaultdict(lambda: defaultdict(list))
        for rule in rules:
            self._rules[rule.event][rule.role, rule.business].append(rule)

    def rules(self, event: str, instant: float) -> list[Rule]:
        """What concerns this type of event then."""
        found = []
        for rows in self._rules[event].values():
            valid = [row for row in rows if row.valid_from <= instant]
            newest = max((row.valid_from for row in valid), default=0)
            found += [row for row in valid if row.valid_from == newest]
        return found


def read(path: Path = POLICY) -> Law:
    with path.open(encoding="utf-8", newline="") as file:
        return Law(rule(line) for line in csv.DictReader(file))


def rule(line: Mapping[str, str]) -> Rule:
    """Raises UnknownTermError or UnknownProtectionError."""
    if line["when_protected"] not in {FULL, MASKED, NOTHING}:
        raise UnknownProtectionError(line["when_protected"])
    named = line["fields"].split()
    return Rule(
        event=line["event"],
        role=line["role"],
        business=line["business"],
        fields=frozenset(RELATED if field in OF_PERSONS else field for field in named),
        relations=frozenset().union(*(OF_PERSONS[field] for field in named if field in OF_PERSONS)),
        condition=conditions.parse(line["condition"]),
        duty=line["duty"],
        when_protected=line["when_protected"],
        valid_from=int(line.get("valid_from") or 0),
    )
