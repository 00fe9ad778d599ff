"""
What the core systems registered: facts, as an auditor takes them from the tables of a municipality.

Nothing here knows how the bus maps, admits or routes; the words are those of the contract and the policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Json = Mapping[str, Any]
Change = Literal["created", "corrected", "annulled", "ended"]

RESIDENT_RECORD, RESIDENT_TAX = "001", "010"
LOADED = "residence.RecordLoaded"
DECLARED = "residence.MoveOutDeclared"
APPLIED = "residence.MoveOutApplied"
VISIT = "residence.VisitPlanned"
MOVED_IN = "residence.MovedIn"
NOTIFIED = "residence.MoveInNotified"
CLOSED = "residence.MoveOutConfirmed"
RELOCATED = "residence.Relocated"
AMENDED = "residence.RecordAmended"
BORN = "vital.Born"
DIED = "vital.Died"
ASSESSED = "tax.ResidentTaxAssessed"
PROTECTION = "protection.ProtectionChanged"

BULK = frozenset({LOADED, ASSESSED})
SNAPSHOT = (
    *("name", "former_surname", "alias", "birth_date", "sex", "address", "address_since", "resident_since"),
    *("household", "koseki", "foreign_status", "resident_state", "resident_kind", "entitlements"),
)
RELATED = "related"
LOCATION = frozenset(
    {"address", "address_since", "household", "koseki", RELATED, "planned_destination", "previous_address"}
    | {"last_registered_address", "confirmed_address", "confirmed_destination", "previous_household", "notifier"}
    | {"mailing_address", "visit_date", "perpetrators", "safe_contact", "forwarded_to", "first_received_by"}
)
"""What tells where somebody is: the fields that shapes.md marks, and what a form tells of places and perpetrators."""
HIDING = frozenset({"protected", "unknown"})


class Source(NamedTuple):
    """A business of a member."""

    municipality: str
    business: str


class Person(NamedTuple):
    """Somebody under one member's own number."""

    member: str
    atena: str


class Record(NamedTuple):
    """Which row of a core system registered a fact: its table and key."""

    member: str
    table: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of a fact's outbox row; instants in milliseconds. ``sequence``: the order of the core system."""

    sequence: int
    created_at: float
    sent_at: float | None
    refused: bool
    event_id: bytes | None
    protection: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """
    A fact at 本登録. ``body`` holds what the record states of it, by field of the contract; absent fields are empty.

    ``corrects``: the fact that it corrects or annuls, None also where that one is older than the bus.
    ``announced_as``: the pairwise id under which the bus had announced this person, as the clerk entered it.
    ``sending``: None where the outbox has no row of it. ``is_malformed``: the bus has to refuse it, whatever it did.
    """

    record: Record
    source: Source
    person: Person
    version: int
    type: str
    change: Change
    reason: str | None
    effective: Json
    body: Json
    parties: tuple[tuple[str, str], ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    protection: str = "unknown"
    corrects: Record | None = None
    announced_as: bytes | None = None
    sending: Sending | None = None
    is_malformed: bool = False

    @property
    def is_bulk(self) -> bool:
        return self.type in BULK

    @property
    def is_refused(self) -> bool:
        """Was, or has to be."""
        return self.is_malformed or (self.sending is not None and self.sending.refused)

    @property
    def registered_at(self) -> float:
        """When the core system wrote it, by its outbox row."""
        return 0.0 if self.sending is None else self.sending.created_at

    @property
    def sequence(self) -> int:
        return 0 if self.sending is None else self.sending.sequence

    @property
    def place(self) -> str:
        """Where to look for it; holds no person's number."""
        return f"{self.record.member} outbox {self.sequence}" if self.sending else f"{self.record.member} no outbox row"


def stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are not empty."""
    return {name: value for name, value in values.items() if not is_empty(value)}


def is_empty(value: object) -> bool:
    """Nothing is told: null, or a group or list with nothing in it."""
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    return value is None or value == []
