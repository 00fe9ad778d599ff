"""
The one port by which residents are told, whatever the means.

A channel is handed words that are ready and whom to reach; who may be told what, and when, was decided before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeAlias


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """
    What one address is told.

    ``id``: the same whenever the same is sent there again, so that a double is known; 16 bytes, of this address alone.
    ``target``: a mailbox, a subscription, a user. ``language``: its BCP 47 tag. ``link``: the page on which the notices
    stand, the same for everybody. ``stop``: where one click ends it; empty where nothing can be ended. ``at``: the time
    (milliseconds since 1970 UTC); ``lasts``: for how many seconds it is worth keeping for who is not reached at once.
    """

    id: bytes
    target: Mapping[str, Any]
    title: str
    body: str
    language: str
    link: str
    stop: str
    at: int
    lasts: int


class Delivered(NamedTuple):
    """Whoever carries it on has taken it; nobody tells whether it is read."""


class Gone(NamedTuple):
    """There is nobody any more at this address, or never was: it need not be tried again."""


class Later(NamedTuple):
    """Not now; ``seconds``: before which the other side does not want to be asked again, where it says so."""

    seconds: int | None = None


Outcome: TypeAlias = Delivered | Gone | Later
DELIVERED: Final = Delivered()
GONE: Final = Gone()


class DownError(Exception):
    """The channel itself cannot be reached: it says nothing of the message in hand, nor of those behind it."""


class Channel(Protocol):
    """By which means somebody is told."""

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        """
        Of each message what came of it, in their order; the next is taken when the one before it has its answer.

        So whoever hands them over may think better of it until the last moment: protection may begin between two.
        Whatever a target holds is that message's outcome: anybody may write anything there, and the others are told.

        Raises:
            DownError: no further one can be tried now.

        """
        ...
