"""
Does a back office know anything that no rule grants it?

In its body, in its envelope (ADR 3), or in what it holds of a person. What is granted but had to be hidden is looked
for in ``disclosures``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from sandbox.checker.cases import Case, Cases
from sandbox.checker.due import Due
from sandbox.checker.entitlements import own_codes
from sandbox.checker.facts import PROTECTION, RELATED, RESIDENT_RECORD, Person, is_empty
from sandbox.checker.findings import Finding
from sandbox.checker.identity import Identities
from sandbox.checker.offices import Received
from sandbox.checker.performers import Receiver, city_of

NAMED_BY: Mapping[str, frozenset[str]] = {
    "destination": frozenset({"planned_destination", "confirmed_destination", "confirmed_address", "address"}),
    "origin": frozenset({"previous_address", "last_registered_address"}),
    "registered_domicile": frozenset({"koseki"}),
}
"""A party of the envelope is named to whom one of these fields is granted."""


def unentitled(cases: Cases, identities: Identities) -> list[Finding]:
    found = [
        case.finding("unentitled_fields", path)
        for case in cases.applied
        for path in (_beyond(case.row, case.due) if case.due else _everything(case))
    ]
    parked = [waiting.finding("unentitled_fields", "delivery") for waiting in cases.parked if waiting.due is None]
    return [*found, *parked, *_unexplained(cases, identities)]


def _everything(case: Case) -> Iterator[str]:
    """Nobody entitles this business: the delivery itself is too much, with each field that it tells."""
    told = [name for name, value in case.row.body.items() if not is_empty(value)]
    yield from (f"body.{name}" for name in told)
    if not told:
        yield "delivery"


def _beyond(row: Received, due: Due) -> Iterator[str]:
    """Fields of the body and parts of the envelope without a rule."""
    told = due.grant.told
    for name, value in row.body.items():
        if name not in told and not is_empty(value):
            yield f"body.{name}"
    roles = {each["role"] for each in row.body.get(RELATED, ())} if RELATED in told else set[str]()
    yield from (f"body.{RELATED}.{role}" for role in sorted(roles - due.grant.relations))
    yield from (f"envelope.{part}" for part in _parts_beyond(row, due, told))


def _parts_beyond(row: Received, due: Due, told: frozenset[str]) -> Iterator[str]:
    is_resident_record = due.business == RESIDENT_RECORD
    granted = {
        "group": is_resident_record or "household" in told,
        "correlation": is_resident_record,
        "causation": False,
        "issuer": row.type == PROTECTION,
        RELATED: RELATED in told,
    }
    yield from (part for part, is_granted in granted.items() if row.envelope.get(part) and not is_granted)
    if row.protection is not None and not due.grant.knows_the_flag:
        yield "protection"
    own = own_codes(due.grant, due.receiver)
    for party in row.envelope.get("municipalities", ()):
        if city_of(party["code"]) not in own and not _is_named(party["role"], told, is_resident_record):
            yield f"municipalities.{party['role']}"


def _is_named(role: str, told: frozenset[str], is_resident_record: bool) -> bool:  # noqa: FBT001 - who asks
    if role == "origin" and is_resident_record:
        return True
    return not told.isdisjoint(NAMED_BY.get(role, frozenset()))


def _unexplained(cases: Cases, identities: Identities) -> Iterator[Finding]:
    """What a business holds of a person although nothing told it, and no rule grants it of any fact about him."""
    granted, owners = _granted(cases.due, identities), _owners(cases.applied, identities)
    for receiver, known in cases.known:
        bodies = (case.row.body for case in cases.told_of(receiver, known))
        told = {name for body in bodies for name, value in body.items() if value is not None}
        for name in sorted(known.fields.keys() - told):
            persons = owners[receiver.member, known.pairwise_id]
            is_granted = any(name in granted[receiver, known.business, person] for person in persons)
            if not is_granted and not is_empty(known.fields[name]):
                yield Finding("unentitled_fields", receiver, known.business, known.pairwise_id.hex(), f"person.{name}")


def _granted(due: Iterable[Due], identities: Identities) -> Mapping[tuple[Receiver, str, Person], set[str]]:
    """All fields that any fact about a person brings to a business."""
    found: dict[tuple[Receiver, str, Person], set[str]] = defaultdict(set)
    for each in due:
        found[each.receiver, each.business, identities.of(each.fact.person)] |= each.grant.told
    return found


def _owners(applied: Iterable[Case], identities: Identities) -> Mapping[tuple[str, bytes], set[Person]]:
    """Whose a member's pairwise id is, by everything told there under it."""
    found: dict[tuple[str, bytes], set[Person]] = defaultdict(set)
    for case in applied:
        if case.fact is not None:
            found[case.receiver.member, case.row.pairwise_id].add(identities.of(case.fact.person))
    return found
