"""
What is wrong at the end of a run, as sentences; nothing, if the bus kept its promises.

The separate checker says whether anything was lost, doubled, out of order, unentitled, disclosed or altered. Beside it:
the receipts add up to what the log says was due, every refusal was told, names were known, what an office knows is what
it was told, read from its topic without the sink's code, and nobody was told what was not written down.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache, partial
from hashlib import sha256

from connectors.postgres.deliveries import Key
from connectors.postgres.effects import fold
from kairan import masks, topics, wire
from kairan.measures import CLAIM, LINK
from kairan.receipts import Bucket, LogPosition, bucket_of
from processors.ledger import reconcile
from processors.ledger.reconcile import Channel, Due, Held
from processors.routing import deliveries
from processors.routing.bundle import Bundle
from sandbox.checker import FAULTS
from tests.journeys.audit import findings
from tests.journeys.in_memory import LOG
from tests.simulation import disclosures, procedures
from tests.simulation.play import Play, play
from tests.simulation.processes import SinkSlot

ENDED = "3"
REPLAY = "python -m tests.simulation"
FLAG = "protection.ProtectionChanged"


def wrong(its: Play) -> list[str]:
    """Everything that a run broke."""
    beside = [*procedures.wrong(its), *disclosures.untold(its, its.chance.one_of(its.sinks))]
    return [*_promises(its), *_receipts(its), *_answers(its), *_standings(its), *_offices(its), *beside]


def failure(seed: int, bundle: Bundle | None = None) -> str | None:
    """What is wrong with a seed, and how to see it again; a process that ends where it should not is wrong, too."""
    try:
        return told(play(seed, bundle))
    except Exception as error:  # noqa: BLE001 - whatever it is, the run did not end well
        return f"{REPLAY} {seed}: {type(error).__name__} {error}"


def told(its: Play) -> str | None:
    """The same of a run."""
    found = wrong(its)
    return f"{REPLAY} {its.seed}: {'; '.join(found)}" if found else None


def _promises(its: Play) -> Iterator[str]:
    found = findings(its)
    for name in FAULTS:
        if getattr(found, name):
            first = next(each for each in found.examples if each.fault == name)
            yield f"{name} {getattr(found, name)} ({first.receiver.member} {first.business} {first.path})"
    if found.parked:
        yield f"still parked {found.parked}"


def _receipts(its: Play) -> Iterator[str]:
    """Receipts against the log, bucket by bucket (``kairan reconcile``)."""
    due = list(_due(its))
    held = partial(_held, {Channel(each.channel.member, each.channel.name): each for each in its.sinks})
    answer = reconcile.reconcile(lambda: due, its.ledger.tallies(), its.ledger.exceptions(), held)
    if answer.findings:
        yield f"log and offices differ {Counter(each.kind for each in answer.findings)}"
    if answer.unreceipted:
        yield f"receipts do not add up {len(answer.unreceipted)}"
    if seams := its.ledger.seams():
        yield f"receipts do not join {len(seams)}"


def _due(its: Play) -> Iterator[Due]:
    for lane, topic in zip(("live", "bulk"), LOG, strict=True):
        for record in its.broker.records(topic):
            at = LogPosition(lane, record.partition, record.offset)
            for due in deliveries.due(record, its.bundle, its.keys):
                yield Due(Channel(due.member, due.channel), due.event_ref, due.business, at)


def _held(sinks: dict[Channel, SinkSlot], channel: Channel, bucket: Bucket) -> Iterator[Held]:
    for (event_ref, business), row in sinks[channel].office.tables.received.items():
        if bucket_of(row.delivery.at) == bucket:
            yield Held(event_ref, business, row.delivery.at)


def _answers(its: Play) -> Iterator[str]:
    """Whoever stated what is refused hears of it, and nobody else."""
    for member, outbox in its.outboxes.items():
        told = {
            wire.decode_record(record.value or b"")[1]["digest"]
            for record in its.broker.records(topics.name(topics.REFUSALS, member))
        }
        due = {sha256(row.value).digest() for row in outbox.rows if row.kind != "fact"}
        if told != due:
            yield f"refusals of {member}: {len(due - told)} untold, {len(told - due)} undue"
    unread = {(each.channel.topic, offset) for each in its.sinks for offset in each.office.tables.refused}
    if unread != set(its.garbage):
        yield f"no deliveries: {len(set(its.garbage) - unread)} untold, {len(unread - set(its.garbage))} undue"


def _standings(its: Play) -> Iterator[str]:
    """Routing knows of each measure what its newest version says, in any order of coming; who is linked hides more."""
    newest: dict[tuple[bytes, str, str], tuple[int, str]] = {}
    linked: set[bytes] = set()
    for record in its.broker.records(topics.name(topics.PROTECTION)):
        name, told = wire.decode_record(record.value or b"")
        if name in (LINK, CLAIM):
            linked |= {told["handle"], told["same_as" if name == LINK else "claimed"]}
            continue
        key = (told["handle"], told["municipality"], told["measure"])
        if told["kind"] != "unknown":
            newest[key] = max(newest.get(key, (0, "")), (told["version"], told["kind"]))
    protected = {handle for (handle, *_), (_, kind) in newest.items() if kind != ENDED}
    for lane in its.lanes:
        state = lane.lane.measures.catch_up()
        alone = {handle for handle, *_ in newest} - linked
        if any((state.standing(handle) == "protected") != (handle in protected) for handle in alone):
            yield f"standing is not what the measures say ({lane.topic})"


def _offices(its: Play) -> Iterator[str]:
    for each in its.sinks:
        if each.nameless:
            yield f"names unknown {len(each.nameless)} ({each.channel.topic})"
        yield from _folded(each)
    looked_into = its.chance.one_of(its.sinks)  # reading every delivery again would take as long as the run
    if gone := _gone(its, looked_into):
        yield f"forgotten {gone[:3]} ({looked_into.channel.topic})"


def _folded(each: SinkSlot) -> Iterator[str]:
    """What an office knows of a person is the fold of its inbox."""
    keys = {row.key for row in each.office.tables.received.values()}
    for key, told in each.office.history(keys).items():
        known, folded = each.office.tables.people.get(key), fold(told)
        if known is None or (known.fields, known.protection) != (folded.fields, folded.protection):
            yield f"effect is not that of the inbox ({each.channel.topic} {key.business})"


def _gone(its: Play, each: SinkSlot) -> list[str]:
    """Fields that a delivery told and none told to be empty, of whom nothing was annulled: they are still known."""
    came: dict[Key, set[str]] = defaultdict(set)
    emptied: dict[Key, set[str]] = defaultdict(set)
    annulled, applied = set(), each.office.tables.received
    for record in its.broker.records(each.channel.topic):
        for key, ref, told, empty, is_annulled in _told(record.value or b""):
            if (ref, key.business) in applied and applied[ref, key.business].delivery.value == record.value:
                came[key] |= told
                emptied[key] |= empty
                annulled |= {key} if is_annulled else set()
    known = each.office.tables.people
    return [
        f"{key.business} {name}"
        for key, names in came.items()
        if key not in annulled
        for name in sorted(names - emptied[key] - (known[key].fields.keys() if key in known else set()))
    ]


@lru_cache(maxsize=4096)
def _told(value: bytes) -> list[tuple[Key, bytes, frozenset[str], frozenset[str], bool]]:
    """Of each business: the fields that a delivery tells, those it tells to be empty, and whether it annuls."""
    try:
        shape, envelope, start = wire.decode_envelope(value)
    except (wire.NotFramedError, wire.NotDecodableError, LookupError, ValueError):
        return []
    if shape.type == FLAG:
        return []
    body, granted = wire.decode_body(shape, value, start), masks.of_bytes(envelope["told"])
    names = {field.name for field in shape.body_fields if field.index in granted}
    told = frozenset(name for name in names if body[name] is not None)
    is_annulled = envelope["change"] == "annulled"
    subject, ref = envelope["subject"]["pairwise_id"], envelope["event_ref"]
    return [
        (Key(each["business"], subject), ref, told, frozenset(names - told), is_annulled)
        for each in envelope["businesses"]
    ]
