"""
Protection first: what ``protection`` is told before an event of it is appended, and when a flag is refused.

A refused flag becomes a measure of kind ``unknown``: under the measure's own key where it could be read, under the
empty one where not. The next valid record of that measure takes its place; the empty key is taken over by the next
valid measure that protects, because the end of one measure says nothing of another that could not be read.
"""

from collections.abc import Iterator
from typing import Any

from kairan.stream import Outgoing
from processors.admission import records
from processors.admission.reading import Flag
from processors.admission.rules.protection import ACTIVE
from processors.admission.statement import Statement

NOT_READ = ""


def stated(statement: Statement, handle: bytes) -> Iterator[Outgoing]:
    """The state of a measure after a valid statement."""
    envelope, measure = statement.envelope, statement.body["measure"]
    record = {
        "handle": handle,
        "municipality": statement.sender.municipality,
        "measure": measure["id"],
        "version": measure["version"],
        "kind": measure["kind"],
        "event": envelope["id"],
        "registered": envelope["registered"],
    }
    yield records.measure(record)
    if measure["kind"] in ACTIVE:
        yield records.measure(record, under=NOT_READ)


def doubted(flag: Flag, municipality: str, handle: bytes, event_id: bytes | None, now: int) -> Outgoing:
    """In doubt, hide: a flag that was refused."""
    record: dict[str, Any] = {
        "handle": handle,
        "municipality": municipality,
        "measure": flag.measure,
        "version": flag.version,
        "kind": "unknown",
        "event": event_id,
        "registered": min(flag.registered, now),
    }
    return records.measure(record)
