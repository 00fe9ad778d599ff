"""The log read again for one channel, into the topic that its sink reads (docs/adr/0015)."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

from kairan.settings import Settings
from kairan.stream import Incoming, Writer
from operations.look import databases, reading, recalling, routing, unrouting
from operations.stack.errors import StackError
from processors.ledger import recalls
from processors.ledger.reconcile import Channel
from processors.routing import measures
from processors.routing.disclosing import Way
from processors.routing.editions import Receiver
from processors.routing.measures import Measures
from processors.routing.refill import CannotBeRoutedError, Refill

PRINCIPAL = "routing"


class Progress(NamedTuple):
    """How many records of the log were read, of how many, and how many deliveries were written."""

    read: int
    of: int
    written: int


def refill(settings: Settings, receiver: Receiver, since: int | None, now: int) -> Iterator[Progress]:
    """
    Writes everything that is due to this channel by what the log has now; after each batch, how far it is.

    ``since``: of what was admitted from then on (None: all); ``now``: by which the entries know this refill.

    Raises:
        StackError: Kafka does not answer, or what routing decided cannot be decided again.

    """
    bundle, keys = routing.bundle(settings), routing.keys(settings)
    routing.verify(settings, bundle, keys)
    with ExitStack() as opened:
        protection = opened.enter_context(reading.reader(settings, "protection", [measures.TOPIC]))
        log = opened.enter_context(reading.reader(settings, "refill", routing.LANES))
        writer = opened.enter_context(reading.writer(settings, PRINCIPAL))
        waiting = unrouting.positions(settings)
        until = reading.kept(log, since)
        done = Progress(0, sum(max(end - first, 0) for first, end in until.values()), 0)
        way = Way("refill", now)
        again = Refill(receiver, bundle, keys, Measures(protection), way)
        for batch in reading.batches(log, until):
            routed = [each for each in batch if each.at not in waiting] if waiting else batch
            written = _written(again, routed, writer)
            done = Progress(done.read + len(batch), done.of, done.written + written)
            yield done
        yield done._replace(written=done.written + _recalled(settings, receiver, writer, way))


def _recalled(settings: Settings, receiver: Receiver, writer: Writer, way: Way) -> int:
    """What was recalled from the channel came again with the rest, so its annulments come again behind it."""
    with databases.opened(settings, databases.BUS) as connection:
        kept = recalling.is_kept(connection)
        these = recalls.of_channel(connection, Channel(*receiver)) if kept else []
    recalling.tell(these, routing.keys(settings), writer, way)
    return len(these)


def _written(again: Refill, batch: list[Incoming], writer: Writer) -> int:
    """
    How many; they are stored before the next batch is read, so that no measure stays unheeded for long.

    That they will be told is stored before (docs/adr/0037).
    """
    try:
        due = list(again.routed(batch))
    except CannotBeRoutedError as error:
        raise StackError(f"The log cannot be routed again: {error}.") from error
    writer.send_all(each.entry for each in due if each.entry is not None)
    writer.confirm()
    writer.send_all(delivery for each in due for delivery in each.deliveries)
    writer.confirm()
    return sum(len(each.deliveries) for each in due)
