"""Whom the measures and links of now hide from a member, asked by the names that its offices know."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from kairan.keys import BusKeys, ForgedPairwiseIdError
from kairan.settings import Settings
from operations.look import routing
from operations.stack.errors import StackError
from processors.routing.protection import ProtectionState


class Hiding(NamedTuple):
    """What to ask of a pairwise id of this member: whether routing hides its person now."""

    member: str
    hides: Callable[[bytes], bool]


def now(settings: Settings, member: str) -> Hiding:
    """
    As an event would be routed when it is first asked, which whoever asks does behind its lock.

    Asking it raises StackError where Kafka does not tell the measures: then nobody knows who hides.

    Raises:
        StackError: there is no key.

    """
    return by(cache(lambda: routing.protection(settings)), routing.keys(settings), member)


def by(state: Callable[[], ProtectionState], keys: BusKeys, member: str) -> Hiding:
    """By these measures; asking it raises StackError for a pairwise id that was made with another key."""

    def _hides(pairwise_id: bytes) -> bool:
        try:
            handle = keys.handle_of(member, pairwise_id)
        except ForgedPairwiseIdError:
            raise StackError(
                "Nothing was done: the bus's key of this home did not make the names of those who are parked, so it "
                "cannot tell who of them must be hidden. Ask where the key is that made them."
            ) from None
        return state().standing(handle) != "none"

    return Hiding(member, _hides)
