"""異動 → statement: the snapshot, the fact's own fields, and who else is concerned."""

from collections.abc import Callable, Mapping
from typing import Any

from kairan.keys import SourceKey
from producers import snapshot
from producers.change import Party, ResidentChange, in_bytes, parse
from producers.reasons import AMENDED, Meaning, meaning
from producers.residence import departures, moved_in, record_amended, relocated
from producers.statement import Fact, FactName, Statement, city_of, state
from producers.vital import born, died

OWN_FIELDS: Mapping[str, Callable[[ResidentChange], dict[str, Any]]] = {
    "residence.MoveOutDeclared": departures.declared_fields,
    "residence.MovedIn": moved_in.own_fields,
    "residence.MoveOutConfirmed": departures.confirmed_fields,
    "residence.Relocated": relocated.own_fields,
    AMENDED: record_amended.own_fields,
    "vital.Born": born.own_fields,
    "vital.Died": died.own_fields,
}
HOME_ROLES = {
    "residence.MovedIn": "destination",
    "residence.MoveOutDeclared": "origin",
    "residence.MoveOutConfirmed": "origin",
}
"""The part that the stating municipality itself plays in a move."""


def statement(payload: Mapping[str, Any], key: SourceKey) -> Statement:
    """An annulment carries the restored record alone: what the cancelled fact said no longer holds."""
    change = parse(ResidentChange, payload)
    meant = meaning(change)
    own = {} if meant.change == "annulled" else OWN_FIELDS[meant.type](change)
    return state(_fact(change, meant, own), snapshot.body(change.record) | own, key)


def _fact(change: ResidentChange, meant: Meaning, own: dict[str, Any]) -> Fact:
    record = change.record
    return _naming(
        meant,
        Fact(
            name=FactName(meant.type, record.version),
            municipality=change.municipality,
            atena_number=record.atena_number,
            protection=record.protection,
            effective=record.effective,
            registered=record.registered,
            change=meant.change,
            reason=record.reason,
            parties=(*record.parties, *_implied(change, meant, own)),
            related=record.related,
            notified=record.notified,
            group=None if record.group_id is None else (record.group_id, record.group_size or 1),
            correlation=record.procedure_id,
            pairwise_id=in_bytes(record.pairwise_id),
        ),
    )


def _naming(meant: Meaning, fact: Fact) -> Fact:
    """Which statement it corrects or annuls; its id has the type that it was stated with."""
    if meant.named is None:
        return fact
    return fact.naming(FactName(meant.type, meant.named.version), published=meant.named.published)


def _implied(change: ResidentChange, meant: Meaning, own: dict[str, Any]) -> tuple[Party, ...]:
    """What a clerk need not repeat: the own municipality's part, and the destination that the fields name."""
    role = HOME_ROLES.get(meant.type)
    home = () if role is None else (Party(role=role, code=change.municipality, ward=_own_ward(change)),)
    named = any(party.role == "destination" for party in change.record.parties)
    return home if named else (*home, *departures.destination_party(own))


def _own_ward(change: ResidentChange) -> str | None:
    address = change.record.address
    ward = None if address is None else address.municipality_or_ward
    if ward is None or ward == change.municipality:
        return None
    return ward if city_of(ward) == change.municipality else None
