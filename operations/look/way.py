"""Gathers the way of an event: its record, its deliveries, what offices and ledger hold of it."""

from collections.abc import Iterable, Iterator, Mapping

from kairan import topics, wire
from kairan.settings import Settings
from kairan.stream import Incoming, TopicPartition
from operations.look import databases, offices, reading, refusing, routing
from operations.look.finding import Found, OutboxRow
from operations.look.offices import Offices
from operations.look.reading import Ranges
from operations.look.refusing import Refusal
from operations.look.steps import Delivered, Receipted, Way
from operations.look.times import milliseconds
from processors.routing import deliveries
from processors.routing.deliveries import Due
from processors.routing.editions import Receiver
from processors.routing.protection import ProtectionState

_END = 1 << 62
_RECEIPTED = """
select "first", "last", noted_at from ledger.range
where (member, channel) = (%s, %s) and "first" <= %s and "last" >= %s order by "first" desc limit 1"""


def gather(settings: Settings, found: Found) -> Way:
    """Reads everything that tells of this event."""
    stated = [record for row in found.rows if (record := _stated(settings, row)) is not None]
    refused = list(_refusals(settings, found))
    if found.record is None or found.event_id is None:
        return Way(found.rows, stated, refused)
    bundle, keys, event_id = routing.bundle(settings), routing.keys(settings), found.event_id
    considered = routing.considered(deliveries.explain(found.record, ProtectionState(), bundle))
    refs = {receiver: keys.event_ref(receiver.member, event_id) for receiver in considered}
    due = frozenset(deliveries.due(found.record, bundle, keys))
    held = offices.look(settings, refs)
    delivered = list(_delivered(settings, _ranges(due, held), refs))
    receipted = dict.fromkeys(_receipted(settings, delivered))
    return Way(found.rows, stated, refused, found.record, due, delivered, held, list(receipted))


def _stated(settings: Settings, row: OutboxRow) -> Incoming | None:
    """The statement in its topic; None when it was not sent or is not kept any more."""
    if row.topic is None or row.partition is None or row.offset is None:
        return None
    with reading.reader(settings, "trace", [row.topic]) as reader:
        return reading.one(reader, TopicPartition(row.topic, row.partition), row.offset)


def _refusals(settings: Settings, found: Found) -> Iterator[tuple[Refusal, Incoming]]:
    """Those that name the event, or where one of its rows lies: unreadable bytes name nothing."""
    sent = [row for row in found.rows if row.sent is not None]
    names = {topics.name(topics.REFUSALS, row.member) for row in sent}
    places = {f"{row.topic} {row.partition}/{row.offset}" for row in sent}
    if not names:
        return
    with reading.reader(settings, "trace", names) as reader:
        for record in reading.everything(reader):
            refusal = refusing.by_admission(record)
            if refusal.where in places or (refusal.event_id is not None and refusal.event_id == found.event_id):
                yield refusal, record


def _ranges(due: Iterable[Due], held: Offices) -> Ranges:
    """Where the deliveries lie that offices hold; where something is missing, also what they have not read yet."""
    ranges = {}
    for receiver, office in held.items():
        missing = {each.business for each in due if each[:2] == receiver} - office.businesses()
        offsets = sorted(office.offsets() | ({office.read} if missing else set()))
        if offsets:
            ranges[TopicPartition(receiver.topic, 0)] = (offsets[0], _END if missing else offsets[-1] + 1)
    return ranges


def _delivered(settings: Settings, ranges: Ranges, refs: Mapping[Receiver, bytes]) -> Iterator[Delivered]:
    if not ranges:
        return
    by_topic = {receiver.topic: receiver for receiver in refs}
    with reading.reader(settings, "trace", [at.topic for at in ranges]) as reader:
        for record in reading.between(reader, ranges):
            envelope = wire.decode_envelope(record.value or b"").record
            receiver = by_topic[record.topic]
            if envelope["event_ref"] == refs[receiver]:
                businesses = tuple(each["business"] for each in envelope["businesses"])
                yield Delivered(receiver, record.offset, record.timestamp, businesses)


def _receipted(settings: Settings, delivered: Iterable[Delivered]) -> Iterator[Receipted]:
    with databases.opened(settings, databases.BUS) as connection:
        if not databases.has(connection, "ledger.range"):
            return
        for each in delivered:
            row = connection.execute(_RECEIPTED, (*each.receiver, each.offset, each.offset)).fetchone()
            if row is not None:
                yield Receipted(each.receiver, row[0], row[1], milliseconds(row[2]))
