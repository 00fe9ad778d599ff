"""
What an office answers: of each live event of a move what it did, so that the procedure can end (docs/adr/0027).

It is stored with the effect, like a receipt. The bulk lane tells nobody's move.
"""

from typing import NamedTuple

from connectors.postgres.deliveries import Delivery
from kairan import topics, wire
from kairan.stream import Outgoing

OF_A_MOVE = (
    "residence.MoveOutApplied",
    "residence.VisitPlanned",
    "residence.MoveOutDeclared",
    "residence.MovedIn",
    "residence.MoveInNotified",
    "residence.MoveOutConfirmed",
    "vital.Died",
)
"""The events that ``processors.moving`` reads; stated here because no connector knows a processor."""


DISCARDED = "discarded"
"""Of what people of the office gave up: it never took effect."""


class Answer(NamedTuple):
    """A row of ``answer``; ``cannot_undo``: the clerk's reason why an annulment was not undone."""

    channel: str
    event_ref: bytes
    business: str
    pairwise_id: bytes
    outcome: str
    cannot_undo: str | None = None

    def outgoing(self, member: str) -> Outgoing:
        told = {
            "event_ref": self.event_ref,
            "pairwise_id": self.pairwise_id,
            "channel": self.channel,
            "business": self.business,
            "outcome": self.outcome if self.cannot_undo is None else "cannot_undo",
            "reason": self.cannot_undo or "",
        }
        topic = topics.name(topics.ANSWERS, member)
        return Outgoing(topic, self.pairwise_id, wire.encode_record("kairan.bus.Answer", told))


def is_answered(delivery: Delivery) -> bool:
    return delivery.type in OF_A_MOVE and delivery.at.lane == "live"


def outcome(delivery: Delivery) -> str:
    """Until a clerk says otherwise."""
    return "undone" if delivery.change == "annulled" else "applied"
