"""Outboxes in memory: a clerk's, whose rows become visible in their own time, and an office's receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from connectors.postgres.turn import Channel
from kairan import topics
from kairan.stream import Outgoing, Position
from tests.journeys import in_memory
from tests.simulation.databases import Office

if TYPE_CHECKING:
    from tests.simulation.play import Play


@dataclass
class Row(in_memory.Row):
    """``visible_at``: when the clerk's transaction ends, in rounds; ``kind``: a fact, or what must be refused."""

    visible_at: int = 0


class Outbox:
    """A core system's outbox: in the order of numbers, of what is committed by now."""

    def __init__(self, play: "Play") -> None:
        self.play = play
        self.rows: list[Row] = []

    def pending(self, at_most: int) -> Sequence[tuple[Row, Outgoing]]:
        now = self.play.round
        waiting = (row for row in self.rows if row.sent_at is None and row.visible_at <= now)
        return [(row, Outgoing(row.topic, b"", row.value)) for row in islice(waiting, at_most)]

    def mark(self, rows: Sequence[Row], positions: Sequence[Position]) -> None:
        for row in rows:
            row.sent_at = self.play.tick()

    def wait(self, seconds: float) -> None:
        pass


class ReceiptOutbox:
    """The receipts of a channel that wait for the ledger; they are kept with its effects."""

    def __init__(self, office: Office, channel: Channel) -> None:
        self._office, self._channel = office, channel
        self._sent = 0

    def pending(self, at_most: int) -> Sequence[tuple[int, Outgoing]]:
        topic = topics.name(topics.RECEIPTS, self._channel.member)
        unsent = self._office.tables.receipts[self._sent :][:at_most]
        return [(place, Outgoing(topic, b"", value)) for place, value in enumerate(unsent, self._sent + 1)]

    def mark(self, rows: Sequence[int], positions: Sequence[Position]) -> None:
        self._sent = max(rows)

    def wait(self, seconds: float) -> None:
        pass
