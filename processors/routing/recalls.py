"""
Recalls: an event went to businesses that today's policy and register do not entitle to it; there it is annulled.

Who had it follows from the rows of its append time, as everything that is due; who may have it from those of now. The
annulment is bare, like one for a former receiver (``corrections``): it names what it takes back, and tells nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kairan.keys import BusKeys
from kairan.stream import Incoming, Outgoing
from processors.routing import corrections
from processors.routing.bundle import Bundle
from processors.routing.corrections import Annulment
from processors.routing.decisions import Shares
from processors.routing.deliveries import OtherKeyVersionError, explain
from processors.routing.editions import Receiver
from processors.routing.events import Event
from processors.routing.plans import PROTECTION_CHANGED
from processors.routing.protection import ProtectionState


class NotRecallableError(Exception):
    """An annulment of this event would do something else than take back what it told."""


class Wrong(NamedTuple):
    """
    What one receiver got of an event without today's right to it.

    ``businesses`` with the rules by which they got it. ``is_reached``: whether its member is still on the bus.
    """

    receiver: Receiver
    businesses: tuple[tuple[str, str], ...]
    is_reached: bool


class Beyond(NamedTuple):
    """A business that is entitled to the event, but to fewer fields than it was told."""

    receiver: Receiver
    business: str
    fields: frozenset[str]


class Recall(NamedTuple):
    """Of one event: ``digests`` are those of today's policy and register, by which it is recalled at ``instant``."""

    event: Event
    wrong: tuple[Wrong, ...]
    beyond: tuple[Beyond, ...]
    digests: bytes
    instant: int


def recall(record: Incoming, bundle: Bundle, instant: int) -> Recall:
    """
    Who was told of a record by the rows of its append time, and would not be by those of ``instant``.

    As ``due`` does, it leaves the state of protection aside.
    """
    then, now = (explain(each, ProtectionState(), bundle) for each in (record, record._replace(timestamp=instant)))
    told, entitled = then.outcome.shares, now.outcome.shares
    reaches = bundle.at(instant).reaches
    wrong = tuple(Wrong(receiver, its, reaches(receiver)) for receiver, its in _wrongly(told, entitled).items())
    return Recall(then.event, wrong, tuple(_beyond(told, entitled)), now.outcome.plan.digests, instant)


def write(recall: Recall, wrong: Wrong, keys: BusKeys) -> Outgoing:
    """
    The annulment for one receiver; newer than the event, under a reference that follows from the event.

    Raises:
        NotRecallableError: it is itself an annulment, or a protection measure.
        OtherKeyVersionError: the event's handle was made with another key.

    """
    event, member = recall.event, wrong.receiver.member
    _demand_recallable(event)
    if event.key_version != keys.version:
        raise OtherKeyVersionError(f"key version {event.key_version}, not {keys.version}")
    annulment = Annulment(wrong.receiver, event.envelope, None, wrong.businesses)
    own = {"event_ref": keys.event_ref(member, keys.recall_id(event.id)), "admitted": recall.instant}
    return corrections.write(event, annulment, recall.digests, keys, own)


def _wrongly(told: Shares, entitled: Shares) -> dict[Receiver, tuple[tuple[str, str], ...]]:
    found: dict[Receiver, tuple[tuple[str, str], ...]] = {}
    for key, share in told.items():
        if key not in entitled:
            found[share.receiver] = (*found.get(share.receiver, ()), (share.business, share.rule))
    return found


def _beyond(told: Shares, entitled: Shares) -> Iterator[Beyond]:
    for key, share in told.items():
        if key in entitled and (fields := share.fields - entitled[key].fields):
            yield Beyond(share.receiver, share.business, fields)


def _demand_recallable(event: Event) -> None:
    if event.envelope["change"] == "annulled":
        raise NotRecallableError("It is an annulment: taken back, what it annuls would be in effect again.")
    if event.shape.type == PROTECTION_CHANGED:
        raise NotRecallableError("It is a protection measure: taken back, it would still hide; only 001 ends it.")
