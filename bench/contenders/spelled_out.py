"""
Routing's job as one would write it at first: decode the record, decide, build each delivery, encode it.

Decisions come from the same plan (``processors.routing``); that the bytes are the same too is tested.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kairan import masks, wire
from kairan.keys import BusKeys
from kairan.measures import Standing, stricter
from kairan.stream import Incoming, Outgoing
from processors.routing import events, facts, grants
from processors.routing.bundle import Bundle
from processors.routing.envelopes import delivery_shape
from processors.routing.grants import Parcel
from processors.routing.plans import PROTECTION_CHANGED, Party, Plan, Source
from processors.routing.protection import ProtectionState

Record = Mapping[str, Any]
LANES = {"life-events": "live", "life-events.bulk": "bulk"}


def deliveries(record: Incoming, state: ProtectionState, bundle: Bundle, keys: BusKeys) -> list[Outgoing]:
    """As ``processors.routing.deliveries.route``, for events that correct nothing."""
    shape, envelope, body_offset = wire.decode_envelope(record.value or b"")
    body = wire.decode_body(shape, record.value or b"", body_offset)
    source, parties = Source(**envelope["source"]), events.parties_of(envelope)
    plan = bundle.plan(bundle.at(record.timestamp), shape.type, source, parties)
    asked = facts.of_event(envelope, body)
    standing = _standing(envelope, state)
    hides = standing != "none"
    outcome = bundle.outcome(plan, tuple(question.of(asked) for question in plan.questions), hides=hides)
    found = []
    for parcel in grants.parcels(plan, outcome.shares, hides=hides):
        told = {"told": masks.to_bytes(field.index for field in shape.body_fields if field.name in parcel.grant.fields)}
        delivered = _envelope(record, envelope, parcel, standing, keys) | _decided(plan) | told
        granted = {name: value for name, value in body.items() if name in parcel.grant.fields}
        value = wire.encode(delivery_shape(shape), delivered, granted)
        found.append(Outgoing(parcel.receiver.topic, delivered["subject"]["pairwise_id"], value))
    return found


def _standing(envelope: Record, state: ProtectionState) -> Standing:
    result = stricter(envelope["protection"], state.standing(envelope["subject"]["handle"]))
    for related in envelope["related"]:
        if state.standing(related["handle"]) != "none":
            same = related["role"] == "same_person"
            result = stricter(result, state.standing(related["handle"]) if same else "unknown")
    return result


def _envelope(record: Incoming, event: Record, parcel: Parcel, standing: Standing, keys: BusKeys) -> dict[str, Any]:
    grant, member = parcel.grant, parcel.receiver.member
    subject = event["subject"]
    copied = ("type", "version", "reason", "change", "corrects_version", "effective", "notified", "registered")
    return {name: event[name] for name in (*copied, "resend", "admitted")} | {
        "event_ref": keys.event_ref(member, event["id"]),
        "source": grant.source and grant.source._asdict(),
        "subject": {"kind": subject["kind"], "pairwise_id": keys.pairwise_id(member, subject["handle"])},
        "issuer": _issuer(event, member, keys),
        "corrects_ref": event["corrects"] and keys.event_ref(member, event["corrects"]),
        "protection": standing if grant.sees_flag else None,
        "municipalities": _listed(grant.municipalities),
        "related": _related(event["related"], parcel, keys),
        "group": _group(event["group"], parcel, keys),
        "correlation": _procedure(event["correlation"], parcel, keys),
        "causation": None,
        "position": {"lane": LANES[record.topic], "partition": record.partition, "offset": record.offset},
        "businesses": [{"business": business, "rule": rule} for business, rule in parcel.businesses],
        "withheld": [{"field": field, "reason": reason} for field, reason in grant.withheld],
    }


def _decided(plan: Plan) -> dict[str, bytes]:
    return {"policy": plan.digests[:8], "register": plan.digests[8:]}


def _listed(parties: Iterable[Party]) -> list[dict[str, Any]]:
    return [party._asdict() for party in parties]


def _related(people: Iterable[Record], parcel: Parcel, keys: BusKeys) -> list[dict[str, Any]] | None:
    if not parcel.grant.relations:
        return None
    return [
        {"role": each["role"], "pairwise_id": keys.pairwise_id(parcel.receiver.member, each["handle"])}
        for each in people
        if each["role"] in parcel.grant.relations
    ]


def _issuer(event: Record, member: str, keys: BusKeys) -> str | None:
    if event["type"] != PROTECTION_CHANGED:
        return None
    return keys.issuer(member, event["subject"]["handle"], event["source"]["municipality"])


def _procedure(procedure: str | None, parcel: Parcel, keys: BusKeys) -> str | None:
    if procedure is None or not parcel.grant.correlation:
        return None
    return keys.opaque(parcel.receiver.member, procedure)


def _group(group: Record | None, parcel: Parcel, keys: BusKeys) -> dict[str, Any] | None:
    if group is None or not parcel.grant.group:
        return None
    return {"id": keys.opaque(parcel.receiver.member, group["id"]), "size": group["size"]}
