"""A statement as plain records, and how its envelope is made; ids are functions of the fact."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kairan import codes, municipalities
from kairan.keys import SourceKey
from producers.change import Party, Protection, Relation, milliseconds
from producers.snapshot import Day

RESIDENT_RECORD, RESIDENT_TAX, APPLICATIONS = "001", "010", "029"
BUSINESSES = {
    "tax.ResidentTaxAssessed": RESIDENT_TAX,
    "residence.MoveOutApplied": APPLICATIONS,
    "residence.VisitPlanned": APPLICATIONS,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """What will be sent: ``type`` chooses the shape."""

    type: str
    envelope: dict[str, Any]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FactName:
    """
    What the id of a statement is made of, beside municipality and 宛名番号.

    ``sub`` parts facts of one version: a notice's sequence, a measure's id, an assessment's number.
    """

    type: str
    version: int
    sub: str = ""

    def event_id(self, key: SourceKey, municipality: str, atena_number: str) -> bytes:
        sub = f"{self.type}:{self.sub}" if self.sub else self.type
        return key.event_id(municipality, business(self.type), atena_number, self.version, sub)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """All that an envelope says."""

    name: FactName
    municipality: str
    atena_number: str
    protection: Protection
    effective: Day
    registered: datetime
    change: str = "created"
    corrects: FactName | None = None
    corrects_version: int | None = None
    reason: str | None = None
    parties: tuple[Party, ...] = ()
    related: tuple[Relation, ...] = ()
    notified: Day | None = None
    group: tuple[str, int] | None = None
    correlation: str | None = None
    pairwise_id: bytes | None = None
    resend: int = 0

    def naming(self, name: FactName, *, published: bool) -> "Fact":
        """Corrects or annuls that fact; the bus knows its id only if it was published."""
        return replace(self, corrects=name if published else None, corrects_version=name.version)


def business(event_type: str) -> str:
    """Which business states this type."""
    return BUSINESSES.get(event_type, RESIDENT_RECORD)


def state(fact: Fact, body: dict[str, Any], key: SourceKey) -> Statement:
    return Statement(fact.name.type, _envelope(fact, key), body)


def _envelope(fact: Fact, key: SourceKey) -> dict[str, Any]:
    corrects = fact.corrects and fact.corrects.event_id(key, fact.municipality, fact.atena_number)
    return {
        "id": fact.name.event_id(key, fact.municipality, fact.atena_number),
        "type": fact.name.type,
        "source": {"municipality": fact.municipality, "business": business(fact.name.type)},
        "subject": {"kind": "person", "atena_number": fact.atena_number, "pairwise_id": fact.pairwise_id},
        "version": fact.name.version,
        "reason": fact.reason and {"code": fact.reason, "edition": codes.EDITION},
        "change": fact.change,
        "corrects": corrects,
        "corrects_version": fact.corrects_version,
        "protection": fact.protection,
        "municipalities": [party.model_dump() for party in merged(fact.parties)],
        "related": [relation.model_dump() for relation in fact.related],
        "effective": fact.effective.model_dump(),
        "notified": fact.notified and fact.notified.model_dump(),
        "registered": milliseconds(fact.registered),
        "group": fact.group and {"id": fact.group[0], "size": fact.group[1]},
        "correlation": fact.correlation,
        "causation": None,
        "resend": fact.resend,
    }


def merged(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Wards as city and ward; each city once in a role, the one with a ward first."""
    found: dict[tuple[str, str], Party] = {}
    for party in map(city_and_ward, parties):
        known = found.get((party.role, party.code))
        if known is None or known.ward is None:
            found[party.role, party.code] = party
    return tuple(found.values())


def city_and_ward(party: Party) -> Party:
    city = city_of(party.code)
    return party if city == party.code else Party(role=party.role, code=city, ward=party.code)


def city_of(code: str) -> str:
    """A ward's city; a code that nobody knows stays as it is, for admission to refuse."""
    try:
        return municipalities.city_of(code)
    except municipalities.UnknownMunicipalityError:
        return code
