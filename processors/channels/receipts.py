"""What the notices are told of a sending, when nothing of it waits any more."""

from collections.abc import Collection

from kairan.stream import Outgoing
from processors.channels.addresses import letter
from processors.channels.sendings import Sending
from processors.notices.facts import Receipt

DELIVERED = "delivered"
NOBODY = "gone"
"""Also of who has named no address for this class."""
_MOST_TELLING = (DELIVERED, "hidden", "failed", "expired", "unwanted", NOBODY, "withdrawn")


def how(ends: Collection[str]) -> str:
    """What became of a sending whose copies ended like this: delivered, if it reached one address."""
    return next((each for each in _MOST_TELLING if each in ends), NOBODY)


def receipt(sending: Sending, its: str, at: int) -> Outgoing:
    return letter(sending.handle, Receipt(sending.id, its == DELIVERED, at))
