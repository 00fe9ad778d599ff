"""What a clerk does: one business transaction in one core system, as plain values that SQL can take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sandbox.people import Address, Record

Into = Literal[
    "book",
    "announced",
    "restore",
    "resend_notice",
    "record_load",
    "resident_history",
    "move_in_notice",
    "application",
    "support_measure",
    "suppression_lift",
    "household_decision",
    "tax_assessment",
]

Brought = Literal["announcement", "notice", "annulled notice"]


@dataclass(frozen=True, slots=True)
class Step:
    """
    A function of the clerk's screen, or a row of a table.

    ``announced`` books with the pairwise id that the bus brought.

    ``facts``: how many facts are registered for the bus by it; 0 where nothing may be published.
    """

    into: Into
    values: Mapping[str, Any]
    facts: int = 1


@dataclass(frozen=True, slots=True)
class Mover:
    """How the clerk finds somebody in what the bus brought: as 転出証明書情報 and 転入通知 name him."""

    name: str
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True)
class Waits:
    """An act that cannot be done before the bus has brought this, for each of these persons, to the member's 001."""

    of: Brought
    movers: tuple[Mover, ...]
    day: str
    """Of an announcement the planned date, of a notice the date of arrival: which of several it is."""


@dataclass(frozen=True, slots=True)
class Act:
    """Done whole or not at all; acts that share a person are done in their order."""

    what: str
    member: str
    on: date
    persons: frozenset[int]
    steps: tuple[Step, ...]
    waits: Waits | None = None

    @property
    def facts(self) -> int:
        return sum(step.facts for step in self.steps)


@dataclass(frozen=True, slots=True)
class Changed:
    """A record before a fact and after it; ``before`` None: the fact made the record."""

    before: Record | None
    after: Record


@dataclass(frozen=True, slots=True)
class Booked:
    """
    What one act changed, kept because it may turn out to be wrong.

    ``cancel``: the 異動事由 that takes it back, None where others depend on it.
    """

    changes: tuple[Changed, ...]
    mistake: Literal["address", "name"]
    cancel: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The last assessment of a payer at a member; ``version`` counts the payer's."""

    member: str
    person: int
    atena: str
    number: str
    year: int
    revision: int
    version: int
    income: int
    kind: str
    address: Address
