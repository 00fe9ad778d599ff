"""
What a record of the log tells of what is counted: codes and days; a name or an address is not even decoded.

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
AMENDED, RELOCATED, DECLARED = "residence.RecordAmended", "residence.Relocated", "residence.MoveOutDeclared"
APPLIED, VISIT_PLANNED = "residence.MoveOutApplied", "residence.VisitPlanned"
ASSESSED = "tax.ResidentTaxAssessed"
FIELDS = {
    MOVED_IN: ("sex", "birth_date", "arrival_kind", "moved_in_date", "planned_date"),
    BORN: ("sex",),
    DIED: ("sex",),
    DECLARED: ("planned_date",),
    ASSESSED: ("income_total",),
    **dict.fromkeys((AMENDED, RELOCATED, APPLIED, VISIT_PLANNED), ()),
}
"""The events that are counted, and what of their bodies is read."""
PARTS = {
    AMENDED: (("household", "relationship"), ("previous_household", "relationship")),
}
"""What is read of fields that are records, without what stands beside it."""
NO_DAY = PartialDate("0000-00-00", certain=False)


@dataclass(frozen=True, slots=True)
class Told:
    """
    ``moved_out``: as planned at the origin. ``hides``: she is protected by her record of that moment, or may be.

    ``reasons``: 異動事由 of what it corrects, the oldest first, its own last. ``relationship``: 続柄 to the head.

    Of an annulment nothing of the body is read: it takes back, whatever it shows.
    """

    event: EventId
    corrects: EventId | None
    is_annulled: bool
    type: str
    municipality: str
    origin: str | None
    destination: str | None
    hides: bool
    sex: str = ""
    arrival_kind: str = ""
    born: PartialDate = NO_DAY
    moved_in: PartialDate = NO_DAY
    moved_out: PartialDate = NO_DAY
    reasons: tuple[str, ...] = ()
    relationship: str = ""
    former_relationship: str = ""
    income: int | None = None


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
        origin=_party(envelope, "origin"),
        destination=_party(envelope, "destination"),
        hides=envelope["protection"] != "none",
        reasons=_reasons(envelope),
        **({} if is_annulled else _body(read, value)),
    )


def _is_of_the_bus(envelope: Mapping[str, Any]) -> bool:
    change: str = envelope["change"]
    return change == "created" or (change in ("corrected", "annulled") and envelope["corrects"] is not None)


def _party(envelope: Mapping[str, Any], role: str) -> str | None:
    return next((each["code"] for each in envelope["municipalities"] if each["role"] == role), None)


def _reasons(envelope: Mapping[str, Any]) -> tuple[str, ...]:
    chain = [*reversed(envelope["lineage"]), envelope]
    return tuple(each["reason"]["code"] for each in chain if each["reason"])


def _body(read: wire.Envelope, value: bytes) -> dict[str, Any]:
    shape = read.shape
    boundaries = scanner.boundaries(shape, value, read.body_offset)
    body = wire.decode_fields(shape, value, boundaries, FIELDS[shape.type])
    parts = {name: wire.decode_part(shape, value, boundaries, name, part) for name, part in PARTS.get(shape.type, ())}
    return {
        "sex": body.get("sex") or "",
        "arrival_kind": body.get("arrival_kind") or "",
        "born": _day(body.get("birth_date")),
        "moved_in": _day(body.get("moved_in_date")),
        "moved_out": _day(body.get("planned_date")),
        "relationship": parts.get("household") or "",
        "income": body.get("income_total"),
        "former_relationship": parts.get("previous_household") or "",
    }


def _day(said: Mapping[str, Any] | None) -> PartialDate:
    return PartialDate.from_record(said) if said else NO_DAY
