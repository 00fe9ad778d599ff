"""
Grants: what a receiver is told of an event, body and envelope (docs/adr/0003).

Businesses of one channel that are granted exactly the same share a delivery; others never do.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kairan import shapes
from processors.routing.decisions import RELATED, Share, Shares
from processors.routing.editions import Receiver
from processors.routing.plans import PROTECTION_CHANGED, Party, Plan, Source, city_of

RESIDENT_RECORD = "001"
NAMED_BY: Mapping[str, frozenset[str]] = {
    "destination": frozenset({"planned_destination", "confirmed_destination", "confirmed_address", "address"}),
    "origin": frozenset({"previous_address", "last_registered_address"}),
    "registered_domicile": frozenset({"koseki"}),
}
"""A party's entry is given beside any of these body fields, which name the municipality anyway."""


class Grant(NamedTuple):
    """Equal grants may share a delivery; what is not granted is null or empty there."""

    fields: frozenset[str]
    relations: frozenset[str]
    withheld: tuple[tuple[str, str], ...]
    sees_flag: bool
    source: Source | None
    municipalities: tuple[Party, ...]
    group: bool
    correlation: bool


class Parcel(NamedTuple):
    """One delivery of an event: to whom, what, and each entitled business with the rule that entitles it."""

    receiver: Receiver
    grant: Grant
    businesses: tuple[tuple[str, str], ...]


def parcels(plan: Plan, shares: Shares, *, hides: bool) -> tuple[Parcel, ...]:
    """In the order of the policy's rows."""
    granted: dict[tuple[Receiver, Grant], list[tuple[str, str]]] = {}
    for share in shares.values():
        key = (share.receiver, grant(plan, share, hides=hides))
        granted.setdefault(key, []).append((share.business, share.rule))
    return tuple(Parcel(*key, tuple(businesses)) for key, businesses in granted.items())


def grant(plan: Plan, share: Share, *, hides: bool) -> Grant:
    """What follows for the envelope from a business's share of the body."""
    is_masked = hides and not share.sees_flag
    is_resident_record = share.business == RESIDENT_RECORD and not is_masked
    return Grant(
        fields=share.fields,
        relations=share.relations,
        withheld=_withheld(plan.event, share),
        sees_flag=share.sees_flag,
        source=plan.source if is_told_source(plan, share, hides=hides) else None,
        municipalities=tuple(_told(plan, share, is_masked=is_masked)),
        group=is_resident_record or "household" in share.fields,
        correlation=is_resident_record,
    )


def is_told_source(plan: Plan, share: Share, *, hides: bool) -> bool:
    """Who issued a measure is usually where she went: whatever the flag grants, only 001 learns it from elsewhere."""
    if city_of(plan.source.municipality) in share.municipalities:
        return True
    is_masked = hides and not share.sees_flag
    return not is_masked and (plan.event != PROTECTION_CHANGED or share.business == RESIDENT_RECORD)


def _withheld(event: str, share: Share) -> tuple[tuple[str, str], ...]:
    """Only those entitled to the flag learn that protection is the reason."""
    reason = "protection" if share.sees_flag else "policy"
    names = (*(field.name for field in shapes.shape("event", event).body_fields), RELATED)
    return tuple((name, reason) for name in names if name in share.hidden)


def _told(plan: Plan, share: Share, *, is_masked: bool) -> list[Party]:
    """A masked receiver does not even learn the ward of its own city."""
    told = [party for party in plan.parties if _is_told(party, share, is_masked=is_masked)]
    return [party._replace(ward=None) for party in told] if is_masked else told


def _is_told(party: Party, share: Share, *, is_masked: bool) -> bool:
    if city_of(party.code) in share.municipalities:
        return True
    if party.role == "origin" and share.business == RESIDENT_RECORD and not is_masked:
        return True
    return not share.fields.isdisjoint(NAMED_BY.get(party.role, ()))
