"""
What a record of the log tells of a move, a birth or a death: codes and days; a name or an address is not even decoded.

An event of another type tells nothing, nor what ends a fact, nor what corrects or annuls one older than the bus.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kairan import scanner, shapes, wire
from kairan.identifiers import EventId
from kairan.partial_date import PartialDate
from kairan.stream import Incoming

MOVED_IN, BORN, DIED = "residence.MovedIn", "vital.Born", "vital.Died"
FIELDS = {
    MOVED_IN: ("sex", "birth_date", "arrival_kind", "moved_in_date", "planned_date"),
    BORN: ("sex",),
    DIED: ("sex",),
}
"""The events that are counted, and what of their bodies is read."""
NO_DAY = PartialDate("0000-00-00", certain=False)


@dataclass(frozen=True, slots=True)
class Told:
    """
    ``moved_out``: as planned at the origin. ``hides``: she is protected by her record of that moment, or may be.

    Of an annulment nothing of the body is read: it takes back, whatever it shows.
    """

    event: EventId
    corrects: EventId | None
    is_annulled: bool
    type: str
    municipality: str
    origin: str | None
    hides: bool
    sex: str = ""
    arrival_kind: str = ""
    born: PartialDate = NO_DAY
    moved_in: PartialDate = NO_DAY
    moved_out: PartialDate = NO_DAY


def told(record: Incoming) -> Told | None:
    """Raises what ``wire`` raises for bytes that are no event."""
    value = record.value or b""
    if shapes.by_id(wire.schema_id(value)).type not in FIELDS:
        return None
    read = wire.decode_envelope(value)
    envelope = read.record
    if envelope["subject"]["kind"] != "person" or not _is_of_the_bus(envelope):
        return None
    is_annulled = envelope["change"] == "annulled"
    return Told(
        event=EventId(envelope["id"]),
        corrects=EventId(envelope["corrects"]) if envelope["change"] != "created" else None,
        is_annulled=is_annulled,
        type=read.shape.type,
        municipality=envelope["source"]["municipality"],
        origin=_origin(envelope),
        hides=envelope["protection"] != "none",
        **({} if is_annulled else _body(read, value)),
    )


def _is_of_the_bus(envelope: Mapping[str, Any]) -> bool:
    change: str = envelope["change"]
    return change == "created" or (change in ("corrected", "annulled") and envelope["corrects"] is not None)


def _origin(envelope: Mapping[str, Any]) -> str | None:
    return next((each["code"] for each in envelope["municipalities"] if each["role"] == "origin"), None)


def _body(read: wire.Envelope, value: bytes) -> dict[str, Any]:
    boundaries = scanner.boundaries(read.shape, value, read.body_offset)
    body = wire.decode_fields(read.shape, value, boundaries, FIELDS[read.shape.type])
    return {
        "sex": body["sex"] or "",
        "arrival_kind": body.get("arrival_kind") or "",
        "born": _day(body.get("birth_date")),
        "moved_in": _day(body.get("moved_in_date")),
        "moved_out": _day(body.get("planned_date")),
    }


def _day(said: Mapping[str, Any] | None) -> PartialDate:
    return PartialDate.from_record(said) if said else NO_DAY
