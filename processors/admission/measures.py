"""
Protection first: what ``protection`` is told before an event of it is appended, and when a flag is refused.

A refused flag becomes a measure of kind ``unknown``: under the measure's own key where it could be read, under a key
of its own statement where not. What settles a doubt is routing's to say, of the records beside each other: no record
takes away a doubt about another measure, nor one doubt another.

Whom a link joins hides with the other from then on; no record ever parts them here (docs/adr/0013). A claim is what a
refused statement leaves in place of a link: it hides, and tells of a flag no more than a doubt (docs/adr/0022).
"""

from collections.abc import Collection, Mapping
from typing import Any

from kairan.stream import Outgoing
from processors.admission import records
from processors.admission.facts import FLAG
from processors.admission.reading import Flag, Reading
from processors.admission.statement import Statement

LINKED = "identity.SubjectsLinked"


def told(statement: Statement, envelope: Mapping[str, Any], handles: Collection[bytes], now: int) -> list[Outgoing]:
    """
    What must be stored before this event: its measure, or the link that it states.

    Args:
        statement: what was admitted.
        envelope: of its event.
        handles: of a flag's person, under which measures of this number may lie; what ends under one does not end
            under another.
        now: in milliseconds.

    """
    if statement.shape.type == FLAG:
        return [stated(statement, handle, now) for handle in sorted(handles)]
    if statement.shape.type == LINKED and envelope["change"] != "annulled":
        municipality, handle = statement.sender.municipality, envelope["subject"]["handle"]
        same = [each["handle"] for each in envelope["related"] if each["role"] == "same_person"]
        return [joined(municipality, handle, each, envelope["id"]) for each in same]
    return []


def joined(municipality: str, handle: bytes, same_as: bytes, event: bytes) -> Outgoing:
    """Both are one person; ``event``: the id of the statement that says so."""
    return records.link({"handle": handle, "same_as": same_as, "municipality": municipality, "event": event})


def claimed(municipality: str, handle: bytes, claimed: bytes, event: bytes) -> Outgoing:
    """Both may be one person; ``event``: the id of the refused statement that says so."""
    return records.claim({"handle": handle, "claimed": claimed, "municipality": municipality, "event": event})


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
