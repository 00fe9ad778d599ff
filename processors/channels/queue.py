"""
What waits to be told, and what came of it: a sending has a copy for each address that it goes to.

``tables.py`` keeps it in PostgreSQL, ``testing.py`` in memory; both pass ``tests/contract/queue_suite.py``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple, Protocol, TypeAlias

from kairan.identifiers import Handle
from kairan.stream import Incoming, Outgoing, TopicPartition
from processors.channels.addresses import Address, Means
from processors.channels.sendings import Sending

PAGE: Literal["page"] = "page"
Way: TypeAlias = Means | Literal["page"]
End = Literal["delivered", "gone", "unwanted", "hidden", "expired", "withdrawn", "failed"]
"""
Of a copy: taken by whoever carries it on; nobody is there; she wants nothing there any more; her protection began;
nobody could be reached in time; its notice was taken back; a mistake of ours, twice. Expired and failed ones are the
dead letters.
"""


MOST_DAYS = 7
DAY = 24 * 3_600_000


class Copy(NamedTuple):
    """``address`` None: of the page, or it was taken back since. ``number``: of the address, 0 of the page."""

    sending: Sending
    number: int
    means: Way
    due: int
    failures: int = 0
    address: Address | None = None

    @property
    def key(self) -> "Key":
        return Key(self.sending.id, self.number)

    @property
    def days(self) -> int:
        """For how many whole days it is worth telling when it is due; the fewer, the sooner it goes."""
        return min(MOST_DAYS, max(0, self.sending.expires - self.due) // DAY)


class Key(NamedTuple):
    """Of a copy."""

    sending: bytes
    number: int


class Settled(NamedTuple):
    """What a try brought: an end, or (``end`` None) when it is due again."""

    key: Key
    end: End | None
    due: int = 0
    failures: int = 0


class Queue(Protocol):
    """Of all channels; each takes what goes by its own means."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing."""
        ...

    def positions(self) -> Mapping[TopicPartition, int]:
        """How far the topic was read."""
        ...

    def advance(self, positions: Mapping[TopicPartition, int]) -> None: ...

    def reach(self, whom: Iterable[tuple[Handle, str]]) -> Mapping[tuple[Handle, str], Sequence[Address]]:
        """The addresses of these persons and classes that are wanted."""
        ...

    def put(self, sendings: Mapping[Sending, Sequence[Copy]]) -> None:
        """Those that it does not know."""
        ...

    def take_back(self, notice: bytes, at: int) -> list[bytes]:
        """What waits of this notice is told to nobody any more; the sendings."""
        ...

    def hide(self, persons: Collection[Handle], at: int) -> list[bytes]:
        """What waits for these, but by a safe channel, is dropped; the sendings."""
        ...

    def expire(self, means: Way, at: int) -> list[bytes]:
        """What waits and is worth nothing any more is given up, and kept; the sendings."""
        ...

    def due(self, means: Way, at: int, at_most: int) -> list[Copy]:
        """
        What waits by these means until now: first what is worth telling for the fewest days, of that the oldest.

        So a mass mailing does not stand before a notice whose day ends.
        """
        ...

    def waits(self, key: Key) -> bool:
        """Still, and where it goes is hers still."""
        ...

    def settle(self, settled: Iterable[Settled], at: int) -> None:
        """What has ended stays so; but what was delivered was delivered."""
        ...

    def ended(self, sendings: Collection[bytes]) -> Mapping[Sending, frozenset[str]]:
        """Of these the ones of which nothing waits any more and that are not closed, by how their copies ended."""
        ...

    def close(self, sendings: Mapping[bytes, str], at: int) -> None:
        """Their notices are told; one that was delivered after all is not closed yet."""
        ...

    def post(self, letters: Iterable[Outgoing]) -> None:
        """To be sent when the transaction is over."""
        ...

    def set_aside(self, record: Incoming, error: str) -> None:
        """A record that nobody can read: its bytes are kept."""
        ...

    def lose(self, number: int, at: int) -> None:
        """Nobody is at this address any more."""
        ...
