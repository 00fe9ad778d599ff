"""
The three loops, each written once: transform, effect, relay.

Features are functions handed to one of them. What is not confirmed is not marked; what is marked
was confirmed. A loop ends when ``stop`` says so, between two batches.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import groupby
from typing import Protocol, TypeVar

from kairan.failpoints import failpoint
from kairan.stream import Incoming, Outgoing, Position, Reader, TopicPartition, Writer

POLL_SECONDS = 0.3
BATCH = 5000

Waves = Generator[Iterable[Outgoing], Sequence[Position], None]
"""Each yielded wave is stored before the generator goes on; what stands behind the last yield runs before the mark."""

Stop = Callable[[], bool]
Row = TypeVar("Row")


def next_offsets(batch: Iterable[Incoming]) -> dict[TopicPartition, int]:
    """Where to read on after a batch."""
    last = {record[:2]: record.offset for record in batch}
    return {TopicPartition(*at): offset + 1 for at, offset in last.items()}


def transform(
    name: str, reader: Reader, writer: Writer, handle: Callable[[Sequence[Incoming]], Waves], stop: Stop
) -> None:
    """From topics to topics: read a batch, write what ``handle`` yields, mark the batch as read."""
    while not stop():
        if batch := reader.poll(POLL_SECONDS, BATCH):
            transform_batch(name, writer, handle(batch))
            failpoint(f"{name}.before-mark")
            reader.commit(next_offsets(batch))


def transform_batch(name: str, writer: Writer, waves: Waves) -> None:
    """Writes wave after wave, each only when the one before it is stored."""
    wave = next(waves, None)
    while wave is not None:
        writer.send_all(wave)
        positions = writer.confirm()
        failpoint(f"{name}.after-confirm")
        try:
            wave = waves.send(positions)
        except StopIteration:
            wave = None


class Effect(Protocol):
    """What a batch does to a database: positions, effects and outbox rows in one transaction."""

    def apply(self, batch: Sequence[Incoming]) -> None:
        """All of the batch or nothing; commits its own transaction with the positions read."""
        ...


def effect(name: str, reader: Reader, target: Effect, stop: Stop) -> None:
    """From topics to a database: the database holds the position, Kafka's is only a hint for lag tools."""
    while not stop():
        if batch := reader.poll(POLL_SECONDS, BATCH):
            failpoint(f"{name}.before-effect")
            target.apply(batch)
            failpoint(f"{name}.before-mark")
            reader.commit(next_offsets(batch))


class Outbox(Protocol[Row]):
    """Rows stored with a change that wait to be sent, in the order they were won."""

    def pending(self, at_most: int) -> Sequence[tuple[Row, Outgoing]]:
        """The oldest rows that are not marked, with the bytes to send."""
        ...

    def mark(self, rows: Sequence[Row], positions: Sequence[Position]) -> None:
        """These rows were stored there."""
        ...

    def wait(self, seconds: float) -> None:
        """Until somebody calls or the time is over."""
        ...


def relay(name: str, outbox: Outbox[Row], writer: Writer, stop: Stop) -> None:
    """From an outbox to topics: marked after confirmation, so a crash repeats and never loses."""
    while not stop():
        if not relay_batch(name, outbox, writer):
            outbox.wait(POLL_SECONDS)


def relay_batch(name: str, outbox: Outbox[Row], writer: Writer, at_most: int = 500) -> int:
    """
    Sends and marks one batch; how many rows it had.

    What goes to another topic than the row before it is sent when that one is stored: nobody reads it any earlier.
    """
    rows = outbox.pending(at_most)
    if rows:
        failpoint(f"{name}.before-send")
        positions: list[Position] = []
        for _, of_one_topic in groupby(rows, key=lambda row: row[1].topic):
            writer.send_all(record for _, record in of_one_topic)
            positions += writer.confirm()
        failpoint(f"{name}.before-mark")
        outbox.mark([row for row, _ in rows], positions)
    return len(rows)
