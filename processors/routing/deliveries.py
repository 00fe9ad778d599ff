"""
Routing: a pure function of a log record, the protection state, and the policy and register of its append time.

``explain`` is the decision; ``route`` writes it down as deliveries and their entry, ``route_to`` those of one receiver,
``due`` as what every channel must hold.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kairan.identifiers import EventRef
from kairan.keys import BusKeys
from kairan.measures import Standing
from kairan.stream import Incoming, Outgoing
from processors.routing import corrections, disclosing, events, protection
from processors.routing.bundle import Bundle, Outcome
from processors.routing.corrections import Annulment
from processors.routing.decisions import Decision, Share
from processors.routing.disclosing import Way
from processors.routing.editions import Receiver
from processors.routing.envelopes import Envelopes, Packed
from processors.routing.events import Event
from processors.routing.protection import ProtectionState


class OtherKeyVersionError(Exception):
    """The event's handle was made with another key than this process has: what it wrote could not be joined."""


class Due(NamedTuple):
    """What a channel must hold of an event."""

    member: str
    channel: str
    event_ref: EventRef
    business: str


class Routed(NamedTuple):
    """What a record makes routing write: first who will be told what of it, then the deliveries."""

    entry: Outgoing | None
    deliveries: list[Outgoing]


class Explanation(NamedTuple):
    """Of one event: the person's standing, a decision for every rule that was considered, and what follows."""

    event: Event
    standing: Standing
    outcome: Outcome
    annulments: tuple[Annulment, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return self.outcome.decisions

    @property
    def shares(self) -> tuple[Share, ...]:
        """What each business gets."""
        return tuple(self.outcome.shares.values())


def explain(record: Incoming, state: ProtectionState, bundle: Bundle) -> Explanation:
    """Raises UnroutableError."""
    event = events.read(record)
    standing = protection.of_event(event, state)
    plan = bundle.plan_of(event)
    outcome = bundle.outcome(plan, bundle.answers(plan, event), hides=standing != "none")
    annulled = corrections.annulments(event, bundle, outcome) if event.lineage else ()
    return Explanation(event, standing, outcome, annulled)


def route(record: Incoming, state: ProtectionState, bundle: Bundle, keys: BusKeys) -> Routed:
    """The same whenever the record is read with the same state."""
    explained = explain(record, state, bundle)
    event, outcome, annulments = explained.event, explained.outcome, explained.annulments
    deliveries = _written(explained, outcome.packed(event.shape), annulments, keys)
    return Routed(disclosing.write(event, outcome.prepared(event.shape), annulments), deliveries)


def route_to(
    receiver: Receiver, record: Incoming, state: ProtectionState, bundle: Bundle, keys: BusKeys, way: Way
) -> Routed:
    """What one receiver gets of it, again."""
    explained, topic = explain(record, state, bundle), receiver.topic
    event, outcome = explained.event, explained.outcome
    packed = tuple(each for each in outcome.packed(event.shape) if each.topic == topic)
    annulments = [each for each in explained.annulments if each.receiver == receiver]
    shares = (each for each in explained.shares if each.receiver == receiver)
    told = disclosing.prepare(outcome.plan, shares, event.shape)
    return Routed(disclosing.write(event, told, annulments, way), _written(explained, packed, annulments, keys))


def _written(
    explained: Explanation, packed: tuple[Packed, ...], annulments: Iterable[Annulment], keys: BusKeys
) -> list[Outgoing]:
    event, digests = explained.event, explained.outcome.plan.digests
    if event.key_version != keys.version:
        raise OtherKeyVersionError(f"key version {event.key_version}, not {keys.version}")
    deliveries = Envelopes(event, digests, keys).write(packed, explained.standing)
    return deliveries + [corrections.write(event, each, digests, keys) for each in annulments]


def due(record: Incoming, bundle: Bundle, keys: BusKeys, state: ProtectionState | None = None) -> set[Due]:
    """
    Every (event, business) of every channel.

    It does not depend on the protection state, except for rules that give ``nothing`` when the person is protected.
    """
    explained = explain(record, state or ProtectionState(), bundle)
    event_id = explained.event.id
    entitled = [(share.receiver, share.business) for share in explained.shares]
    entitled += [(each.receiver, business) for each in explained.annulments for business, _ in each.businesses]
    return {
        Due(receiver.member, receiver.channel, keys.event_ref(receiver.member, event_id), business)
        for receiver, business in entitled
    }
