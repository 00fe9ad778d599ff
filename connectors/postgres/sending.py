"""Receipts on their way to the ledger: stored with the effect, sent by the relay loop, marked when confirmed."""

from collections.abc import Iterable, Sequence
from threading import Event
from typing import NamedTuple

from connectors.postgres import statements
from connectors.postgres.database import Database
from kairan import topics
from kairan.stream import Outgoing, Position

GATHER_SECONDS = 0.5
"""Each receipt by itself would cost the bus more than the deliveries that it acknowledges."""


class Receipted(NamedTuple):
    """A receipt's row: of which channel, its number there."""

    channel: str
    sequence: int


class ReceiptOutbox:
    """The unsent receipts of all channels of a member (``kairan.loops.Outbox``)."""

    def __init__(self, database: Database, member: str, channels: Iterable[str]) -> None:
        self._database = database
        self._member = member
        self._statements = {channel: statements.of(channel) for channel in channels}
        self._perhaps = set(self._statements)

    def stored_in(self, channel: str) -> None:
        """This channel has stored a receipt."""
        self._perhaps.add(channel)

    def pending(self, at_most: int) -> Sequence[tuple[Receipted, Outgoing]]:
        """What was gathered since the last time."""
        Event().wait(GATHER_SECONDS)
        found: list[tuple[Receipted, Outgoing]] = []
        for channel in sorted(self._perhaps):
            self._perhaps.discard(channel)  # before reading: what is stored from now on is seen next time
            found += self._of(channel, at_most)
        return found

    def mark(self, rows: Sequence[Receipted], positions: Sequence[Position]) -> None:
        sent = list(zip(rows, positions, strict=True))
        for channel in {row.channel for row in rows}:
            of_channel = [(row.sequence, at.partition, at.offset) for row, at in sent if row.channel == channel]
            columns = zip(*of_channel, strict=True)
            self._database.run(self._statements[channel]["sent"], *map(list, columns))
            self._perhaps.add(channel)

    def wait(self, seconds: float) -> None:
        """``pending`` has waited."""

    def _of(self, channel: str, at_most: int) -> list[tuple[Receipted, Outgoing]]:
        key = f"{self._member}.{channel}".encode()
        topic = topics.name(topics.RECEIPTS, self._member)
        unsent = self._database.all(self._statements[channel]["unsent"], at_most)
        return [(Receipted(channel, sequence), Outgoing(topic, key, value)) for sequence, value in unsent]
