"""
Corrections: whoever was entitled to a former record only is told that it no longer holds, and nothing else.

Today's policy and the corrected facts decide who gets the new values (docs/adr/0004). Whom a former record had
entitled is asked of the edition that was in force when it was admitted, which routed it, and of today's.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kairan import wire
from kairan.keys import BusKeys
from kairan.stream import Outgoing
from processors.routing import facts
from processors.routing.bundle import Bundle, Outcome
from processors.routing.editions import Edition, Receiver
from processors.routing.envelopes import delivery_shape, issuer
from processors.routing.events import Event, parties_of
from processors.routing.grants import is_told_source
from processors.routing.plans import Source

NOTHING: Mapping[str, Any] = {}


class Annulment(NamedTuple):
    """Takes back, at these businesses of a receiver, the newest former record that had entitled them."""

    receiver: Receiver
    former: Mapping[str, Any]
    source: Source | None
    businesses: tuple[tuple[str, str], ...]


def annulments(event: Event, bundle: Bundle, outcome: Outcome) -> tuple[Annulment, ...]:
    """For all whom the lineage entitles and the event itself does not."""
    now = bundle.at(event.record.timestamp)
    told = set(outcome.shares)
    found: dict[tuple[Receiver, int, Source | None], list[tuple[str, str]]] = {}
    for place, former in enumerate(event.lineage):
        for then in _outcomes(event, former, bundle, hides=outcome.hides):
            for key, share in then.shares.items():
                if key not in told and now.reaches(share.receiver):
                    told.add(key)
                    source = event.source if is_told_source(then.plan, share, hides=outcome.hides) else None
                    found.setdefault((share.receiver, place, source), []).append((share.business, share.rule))
    lineage = event.lineage
    return tuple(
        Annulment(receiver, lineage[place], source, tuple(businesses))
        for (receiver, place, source), businesses in found.items()
    )


def write(
    event: Event, annulment: Annulment, digests: bytes, keys: BusKeys, instead: Mapping[str, Any] = NOTHING
) -> Outgoing:
    """
    A reference to what the receiver holds, with the former record's own date; the body is empty.

    ``instead``: fields of the envelope that are not those of the event.
    """
    shape = delivery_shape(event.shape)
    envelope = _envelope(event, annulment, digests, keys) | dict(instead)
    value = wire.frame_envelope(shape, envelope) + wire.NULL * len(shape.body_fields)
    return Outgoing(annulment.receiver.topic, envelope["subject"]["pairwise_id"], value)


def _outcomes(event: Event, former: Mapping[str, Any], bundle: Bundle, *, hides: bool) -> Iterator[Outcome]:
    asked = facts.of_former(former)
    for edition in _editions(event, former, bundle):
        plan = bundle.plan(edition, event.shape.type, event.source, parties_of(former))
        answers = tuple(question.of(asked) for question in plan.questions)
        yield bundle.outcome(plan, answers, hides=hides)


def _editions(event: Event, former: Mapping[str, Any], bundle: Bundle) -> tuple[Edition, ...]:
    routed = former["registered"] if former["admitted"] is None else former["admitted"]
    return tuple(dict.fromkeys((bundle.at(routed), bundle.at(event.record.timestamp))))


def _envelope(event: Event, annulment: Annulment, digests: bytes, keys: BusKeys) -> dict[str, Any]:
    """Nothing of the new facts: whoever gets this is not entitled to them."""
    stated, former, member = event.envelope, annulment.former, annulment.receiver.member
    return {
        "event_ref": keys.event_ref(member, stated["id"]),
        "type": stated["type"],
        "source": annulment.source and annulment.source._asdict(),
        "issuer": issuer(event, member, keys),
        "subject": {
            "kind": stated["subject"]["kind"],
            "pairwise_id": keys.pairwise_id(member, stated["subject"]["handle"]),
        },
        "version": stated["version"],
        "reason": None,
        "change": "annulled",
        "corrects_ref": keys.event_ref(member, former["id"]),
        "corrects_version": former["version"],
        "protection": None,
        "municipalities": [],
        "related": None,
        "effective": former["effective"],
        "notified": None,
        "registered": stated["registered"],
        "group": None,
        "correlation": None,
        "causation": None,
        "resend": stated["resend"],
        "admitted": stated["admitted"],
        "policy": digests[:8],
        "register": digests[8:],
        "position": {"lane": event.lane, "partition": event.record.partition, "offset": event.record.offset},
        "businesses": [{"business": business, "rule": rule} for business, rule in annulment.businesses],
        "told": b"",
        "withheld": [],
    }
