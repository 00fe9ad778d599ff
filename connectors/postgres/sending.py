"""Receipts and answers on their way: stored with the effect, sent by the relay loop, marked when confirmed."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from connectors.postgres import statements
from connectors.postgres.answers import Answer
from connectors.postgres.columns import Bytes, Ints, Longs, Texts, columns
from connectors.postgres.database import Database
from kairan import topics
from kairan.stream import Outgoing, Position

GATHER_SECONDS = 0.5
"""Each receipt by itself would cost the bus more than the deliveries that it acknowledges."""
LOOKS = 20
"""Every so many times answers are asked for unasked: of what a clerk sets by hand no sink tells."""


class OfChannel(Protocol):
    """A row of one of the member's channels."""

    @property
    def channel(self) -> str: ...


Waiting = TypeVar("Waiting", bound=OfChannel)


class _Outbox(ABC, Generic[Waiting]):
    """
    What all channels of a member have stored and not sent (``kairan.loops.Outbox``).

    It is asked for and marked together: a question for each channel, and a wait for the disk, twice a second would
    cost as much as many a delivery, and every sink of the member would wait its turn behind them.
    """

    _marked_by: ClassVar[Sequence[type[list[Any]]]]

    def __init__(self, database: Database, question: bytes, marks: Mapping[str, bytes]) -> None:
        self._database = database
        self._question = question
        self._marks = marks
        self._perhaps = set(marks)

    def stored_in(self, channel: str) -> None:
        """This channel has perhaps stored something."""
        self._perhaps.add(channel)

    def mark(self, rows: Sequence[Waiting], positions: Sequence[Position]) -> None:
        sent = list(zip(rows, positions, strict=True))
        with self._database.transaction():
            for channel in {row.channel for row in rows}:
                values = [self._mark(row, at) for row, at in sent if row.channel == channel]
                self._database.run(self._marks[channel], *columns(self._marked_by, values))
        self._perhaps.update(row.channel for row in rows)  # there may be more than were asked for

    def wait(self, seconds: float) -> None:
        """``pending`` has waited."""

    def _gathered(self, at_most: int) -> list[tuple[Any, ...]]:
        """What was gathered since the last time."""
        Event().wait(GATHER_SECONDS)
        if not self._perhaps:
            return []
        self._perhaps.clear()  # before reading: what is stored from now on is seen next time
        return self._database.all(self._question, max(at_most // len(self._marks), 1))

    @abstractmethod
    def _mark(self, row: Waiting, at: Position) -> tuple[Any, ...]:
        """By what its statement marks a row."""


class Receipted(NamedTuple):
    """A receipt's row: of which channel, its number there."""

    channel: str
    sequence: int


class ReceiptOutbox(_Outbox[Receipted]):
    """Receipts for the ledger."""

    _marked_by = (Longs, Ints, Longs)

    def __init__(self, database: Database, member: str, channels: Sequence[str]) -> None:
        marks = {channel: statements.of(channel)["sent"] for channel in channels}
        super().__init__(database, statements.unsent_of(tuple(channels)), marks)
        self._member = member

    def pending(self, at_most: int) -> Sequence[tuple[Receipted, Outgoing]]:
        topic = topics.name(topics.RECEIPTS, self._member)
        return [
            (Receipted(channel, sequence), Outgoing(topic, f"{self._member}.{channel}".encode(), value))
            for channel, sequence, value in self._gathered(at_most)
        ]

    def _mark(self, row: Receipted, at: Position) -> tuple[Any, ...]:
        return row.sequence, at.partition, at.offset


class AnswerOutbox(_Outbox[Answer]):
    """Answers for the moving procedure; one whose reason a clerk changed while it was sent stays unanswered."""

    _marked_by = (Bytes, Texts, Texts)

    def __init__(self, database: Database, member: str, channels: Sequence[str]) -> None:
        marks = {channel: statements.of(channel)["answered"] for channel in channels}
        super().__init__(database, statements.unanswered_of(tuple(channels)), marks)
        self._member = member
        self._looks = 0

    def pending(self, at_most: int) -> Sequence[tuple[Answer, Outgoing]]:
        self._looks += 1
        if self._looks % LOOKS == 0:
            self._perhaps.update(self._marks)
        answers = [Answer(*row) for row in self._gathered(at_most)]
        return [(answer, answer.outgoing(self._member)) for answer in answers]

    def _mark(self, row: Answer, at: Position) -> tuple[Any, ...]:
        del at
        return row.event_ref, row.business, row.cannot_undo
