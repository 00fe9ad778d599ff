"""
Protection first: what ``protection`` is told before an event of it is appended, and when a flag is refused.

A refused flag becomes a measure of kind ``unknown``: under the measure's own key where it could be read, under a key
of its own statement where not. What settles a doubt is routing's to say, of the records beside each other: no record
takes away a doubt about another measure, nor one doubt another.
"""

from typing import Any

from kairan.stream import Outgoing
from processors.admission import records
from processors.admission.reading import Flag, Reading
from processors.admission.statement import Statement


def stated(statement: Statement, handle: bytes, now: int) -> Outgoing:
    """The state of a measure after a valid statement; no clock that is ahead lets it answer later doubts."""
    envelope, measure = statement.envelope, statement.body["measure"]
    record: dict[str, Any] = {
        "handle": handle,
        "municipality": statement.sender.municipality,
        "measure": measure["id"],
        "version": measure["version"],
        "kind": measure["kind"],
        "event": envelope["id"],
        "registered": min(envelope["registered"], now),
    }
    return records.measure(record)


def doubted(reading: Reading, flag: Flag, handle: bytes, now: int) -> Outgoing:
    """In doubt, hide: a flag that was refused."""
    record: dict[str, Any] = {
        "handle": handle,
        "municipality": reading.sender.municipality,
        "measure": flag.measure,
        "version": flag.version,
        "kind": "unknown",
        "event": reading.event_id,
        "registered": min(flag.registered, now),
    }
    return records.measure(record, unread=b"" if flag.measure else reading.digest)
