"""
Plausible bugs: each is a function that could stand in the product's place, and looks right on a quiet day.

``plants.py`` says what each replaces. Where the product's own is SQL, a fake's function is replaced.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from connectors.postgres.deliveries import Delivery, Row, UnreadableError, decode, to_json
from connectors.postgres.office import Refused
from connectors.postgres.sink import Batch, Sink
from connectors.postgres.turn import Turn
from kairan import loops, shapes
from kairan.loops import BATCH, POLL_SECONDS, Stop, Waves
from kairan.measures import ENDED, Measure, Standing, standing
from kairan.stream import Incoming, Outgoing, Reader, TopicPartition, Writer
from processors.admission import batch
from processors.admission.decisions import Decisions
from processors.admission.memory import Memory, Notes
from processors.ledger.store import noted
from processors.routing import corrections, grants
from processors.routing.corrections import Annulment
from processors.routing.events import Event
from processors.routing.process import Lane, Ready
from processors.routing.protection import ProtectionState
from processors.runtime import clock, inputs
from processors.runtime.behind import Behind
from processors.runtime.process import Journal, Stand, TakenError
from tests.simulation import broker, databases, outboxes
from tests.simulation.databases import Office
from tests.simulation.journals import Connection

STANDING, GRANT, ANNULMENT, DECIDE = standing, grants.grant, corrections.write, batch.Batch.decide
MASKS: dict[Any, Any] = {}


def commit_first(
    name: str, reader: Reader, writer: Writer, handle: Callable[[Sequence[Incoming]], Waves], stop: Stop
) -> None:
    while not stop():
        if batch := reader.poll(POLL_SECONDS, BATCH):
            reader.commit(loops.next_offsets(batch))
            loops.transform_batch(name, writer, handle(batch))


def mark_first(name: str, outbox: Any, writer: Writer, at_most: int = 500) -> int:
    rows = outbox.pending(at_most)
    if rows:
        outbox.mark([row for row, _ in rows], [])
    for _, record in rows:
        writer.send(record)
    writer.confirm()
    return len(rows)


def without_inbox(office: Office, rows: Sequence[Row]) -> Mapping[tuple[bytes, str], bool]:
    """Whatever comes is new."""
    received = office.tables.received
    for row in rows:
        received[row.delivery.event_ref, f"{row.business} {len(received)}"] = row
    return {row.identity: False for row in rows}


def undone_but_for(office: Office, table: str) -> AbstractContextManager[None]:
    """A transaction whose failure leaves this table as it is: it had one of its own."""

    @contextmanager
    def transaction() -> Iterator[None]:
        before = office.tables.copy()
        try:
            yield
            databases.may_break(office._chance, "office, undone")
        except BaseException as error:
            if isinstance(error, broker.Killed | databases.DatabaseLostError):
                setattr(before, table, getattr(office.tables, table))
            office.tables = before
            raise

    return transaction()


def with_inbox_outside(office: Office) -> AbstractContextManager[None]:
    return undone_but_for(office, "received")


def with_receipt_outside(office: Office) -> AbstractContextManager[None]:
    return undone_but_for(office, "receipts")


def by_serial_id(outbox: outboxes.Outbox, at_most: int) -> Sequence[tuple[outboxes.Row, Outgoing]]:
    """Beyond the highest number sent: whoever drew a lower one and commits later is never seen."""
    sent = max((row.sequence for row in outbox.rows if row.sent_at is not None), default=0)
    waiting = [row for row in outbox.rows if row.sequence > sent and row.visible_at <= outbox.play.round]
    return [(row, Outgoing(row.topic, b"", row.value)) for row in waiting][:at_most]


def known_measures_only(event: Event, state: ProtectionState) -> Standing:
    """What the source says it does not know counts as none."""
    return state.standing(event.handle)


def last_come_wins(state: ProtectionState, record: Mapping[str, Any]) -> None:
    """A measure is what was heard of it last."""
    new = Measure.of_record(record)
    known = state._measures.get(record["handle"], frozenset())
    others = {each for each in known if (each.municipality, each.measure) != (new.municipality, new.measure)}
    state._know(record["handle"], frozenset({*others, new}))


def any_end_ends(measures: Sequence[Measure]) -> Standing:
    """An end ends all that is known of its measure, newer versions too (目黒区 2025)."""
    ended = {(each.municipality, each.measure) for each in measures if each.kind == ENDED}
    return STANDING([each for each in measures if (each.municipality, each.measure) not in ended])


def mask_by_business(plan: Any, share: Any, *, hides: bool) -> Any:
    """Of all masks that a business ever had, the one it had first."""
    key = (plan, share.receiver, share.business)
    if key not in MASKS:
        MASKS[key] = GRANT(plan, share, hides=hides)
    return MASKS[key]


def with_body(event: Event, annulment: Annulment, digests: bytes, keys: Any) -> Outgoing:
    """Who is only told that a record no longer holds is told what holds instead."""
    bare = ANNULMENT(event, annulment, digests, keys)
    nulls = len(event.shape.body_fields)
    body = (event.record.value or b"")[event.boundaries[0] :]
    return bare._replace(value=(bare.value or b"")[:-nulls] + body)


def withheld_is_null(value: bytes | None, offset: int) -> Delivery:
    """What a delivery does not tell is read as empty."""
    read = decode(value, offset)
    names = [field.name for field in shapes.shape("delivery", read.type).body_fields]
    return read._replace(body_json=to_json(dict.fromkeys(names) | dict(read.body)))


def past_a_gap(reader: Reader, memory: Memory, keys: Any) -> int:
    """Takes for noted whatever lies in the log."""
    memory.note(Notes(watermarks=dict(reader.ends())))
    return 0


def swallow(batch: Sequence[Incoming]) -> Batch:
    """Skips what it cannot read, and says nothing."""
    readable = []
    for record in batch:
        try:
            readable.append(decode(record.value, record.offset))
        except UnreadableError:
            continue
    return Batch(batch[0].topic, batch[0].partition, batch[0].offset, batch[-1].offset, readable, list[Refused]())


def overtaking(its: Sink, due: list[Row], turn: Turn) -> list[Row]:
    """Who is parked does not keep what is newer from taking effect."""
    return due


def wave_reordered(name: str, writer: Writer, waves: Waves) -> None:
    """What a retry sends again comes behind what was not to wait."""
    wave = next(waves, None)
    while wave is not None:
        records = list(wave)
        for record in records[1:] + records[:1]:
            writer.send(record)
        positions = writer.confirm()
        try:
            wave = waves.send([*positions[-1:], *positions[:-1]])
        except StopIteration:
            wave = None


def names_behind(its: batch.Batch, readings: Sequence[Any]) -> Decisions:
    """Measures and names are written when the events are."""
    decided = DECIDE(its, readings)
    late = [*decided.protection, *(record for record, _ in decided.names)]
    decided.events = [*decided.events, *((record, None) for record in late)]
    decided.protection, decided.names = [], []
    return decided


def measure_behind(lane: Lane, batch: Sequence[Incoming]) -> Waves:
    """Routes by the measures of before, and reads the new ones when all is sent."""
    yield from lane._routed(batch)
    lane.measures.catch_up()


def told_first(lane: Lane, batch: Sequence[Incoming]) -> Waves:
    """Tells, and writes down whom afterwards."""
    ready: list[Ready] = []
    entries = list(lane._entries(batch, ready))
    yield (delivery for each in ready for delivery in each.routed.deliveries)
    yield entries


def from_the_end(reader: broker.Reader, at: TopicPartition) -> int:
    """A group without a committed offset begins at the end."""
    return reader._broker.committed.get((reader._group, at), reader._broker.end(at))


def no_lineage(corrected: bytes) -> list[dict[str, Any]]:
    """A correction inherits nothing."""
    return []


def no_digest(ledger: databases.Ledger, batch: Sequence[Incoming]) -> None:
    """A receipt counts as often as it comes."""
    for record in batch:
        read = noted(record)
        ledger.receipts[read.digest + len(ledger.receipts).to_bytes(2)] = read.receipt
    ledger.consumed |= loops.next_offsets(batch)


def always_accepted(known: Any, told: Any, days: Any) -> bool:
    """A timer that comes is told, whoever set it and whatever happened since."""
    return True


def whoever_comes_last(connection: Connection) -> None:
    """Of a batch that somebody else has consumed, too, what does not collide is kept (``on conflict do nothing``)."""
    with connection.kept.transaction():
        for write in connection.writes:
            with suppress(TakenError):
                write()


def whatever_waits(now: int, ends: Mapping[TopicPartition, int], stands: Mapping[TopicPartition, Stand]) -> int:
    """By the clock alone."""
    return now


def asked_first(process: str, journal: Journal, writer: Writer, until: int) -> int:
    """Timers are marked, then appended."""
    due = journal.due(until, clock.AT_ONCE)
    with journal.transaction():
        journal.asked(due)
    writer.send_all(inputs.letter(process, timer.instance, timer.told) for timer in due)
    writer.confirm()
    return len(due)


def protection_last(behind: Behind, timeout: float, at_most: int) -> list[Incoming]:
    """What there is most of is read first."""
    return behind._then.poll(timeout, at_most) or behind._first.poll(timeout, at_most)
