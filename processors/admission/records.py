"""The records that admission appends, topic by topic."""

from collections.abc import Sequence
from typing import Any

from kairan import topics, wire
from kairan.free_text import INDIVIDUAL_NUMBER, RESIDENT_CODE
from kairan.partitioning import partition_of
from kairan.shapes import Shape
from kairan.stream import Outgoing
from processors.admission import splicing
from processors.admission.facts import Entry
from processors.admission.members import Lane
from processors.admission.quarantine import may_hold_individual_number
from processors.admission.reading import MOST_BYTES, Reading
from processors.admission.reasons import Problem

LOG: dict[Lane, str] = {"live": topics.name(topics.LIFE_EVENTS), "bulk": topics.name(topics.LIFE_EVENTS_BULK)}
PROTECTION = topics.name(topics.PROTECTION)
QUARANTINE = topics.name(topics.QUARANTINE)
FOUND = (INDIVIDUAL_NUMBER, RESIDENT_CODE)
"""Of what must never enter, only digest and length are kept."""
MOST_PROBLEMS = 256
"""A list of 60,000 wrong codes must not become an answer that no topic takes: the first ones will do."""


def event(shape: Shape, envelope: dict[str, Any], reading: Reading) -> Outgoing:
    """The body's bytes are the statement's own."""
    handle = envelope["subject"]["handle"]
    value = splicing.event(shape, envelope, reading.value, reading.boundaries)
    return Outgoing(LOG[shape.lane], handle, value, partition_of(handle))


def entry(pairwise_id: bytes, entry: Entry) -> Outgoing:
    record = {"pairwise_id": pairwise_id, "atena_number": entry.atena_number, "kind": "person"}
    topic = topics.name(topics.SUBJECTS, entry.municipality)
    return Outgoing(topic, pairwise_id, wire.encode_record("kairan.bus.SubjectEntry", record))


def measure(record: dict[str, Any], unread: bytes = b"") -> Outgoing:
    """
    One version of one measure; all measures of a person lie in the partition of its events.

    The version is part of the key: if an old record is doubled after a newer one, compaction keeps both, and
    whoever reads the topic anew still knows which is newer. ``unread`` is the digest of a statement whose measure could
    not be read: eight bytes of it are the key, so that nothing ever replaces the doubt.
    """
    version = record["version"].to_bytes(8, "big", signed=True)
    which = unread[:8] or record["measure"].encode() + version
    key = record["handle"] + record["municipality"].encode() + which
    value = wire.encode_record("kairan.bus.Measure", record)
    return Outgoing(PROTECTION, key, value, partition_of(record["handle"]))


def link(record: dict[str, Any]) -> Outgoing:
    """In the partition of the one that states it; no measure's key has this sign behind the handle."""
    key = record["handle"] + b"=" + record["same_as"] + record["municipality"].encode()
    value = wire.encode_record("kairan.bus.Link", record)
    return Outgoing(PROTECTION, key, value, partition_of(record["handle"]))


def claim(record: dict[str, Any]) -> Outgoing:
    """As a link, under a sign of its own: neither replaces the other."""
    key = record["handle"] + b"?" + record["claimed"] + record["municipality"].encode()
    value = wire.encode_record("kairan.bus.Claim", record)
    return Outgoing(PROTECTION, key, value, partition_of(record["handle"]))


def refusal(reading: Reading, problems: Sequence[Problem], now: int) -> Outgoing:
    """The typed answer to the source: what is wrong and where, never a value."""
    record = reading.record
    answer = {
        "id": reading.event_id,
        "type": reading.type,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "problems": [each._asdict() for each in problems[:MOST_PROBLEMS]],
        "refused": now,
        "digest": reading.digest,
    }
    topic = topics.name(topics.REFUSALS, reading.sender.municipality)
    return Outgoing(topic, reading.event_id, wire.encode_record("kairan.bus.Refusal", answer))


def quarantined(reading: Reading, problems: Sequence[Problem], now: int) -> Outgoing | None:
    """Bytes that nobody could read, and the trace of those that must not be kept; None for all other refusals."""
    found = next((each.code for each in problems if each.code in FOUND), None)
    if reading.statement is not None and found is None:
        return None
    record, value = reading.record, reading.value
    kept = not (found or len(value) > MOST_BYTES or may_hold_individual_number(value))
    answer = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "code": found or problems[0].code,
        "length": len(value),
        "digest": reading.digest,
        "bytes": value if kept else None,
        "quarantined": now,
    }
    return Outgoing(QUARANTINE, None, wire.encode_record("kairan.bus.Quarantined", answer))
