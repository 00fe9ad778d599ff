"""
What a record of the log tells of a move: codes, days and ids; a name or an address is not even decoded.

An event of another type tells nothing, nor what corrects or annuls a record that is older than the bus.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from kairan import scanner, shapes, wire
from kairan.identifiers import EventId, MunicipalityCode
from kairan.partial_date import PartialDate
from kairan.stream import Incoming
from processors.moving.facts import (
    Annulment,
    Application,
    Arrival,
    Closing,
    Death,
    Departure,
    Fact,
    Group,
    Notice,
    Receiver,
    Visit,
)
from processors.moving.steps import RESIDENT_RECORD

Json = Mapping[str, Any]


class Entitled(Protocol):
    """By policy and register as they were when a record was appended."""

    def awaited(self, record: Incoming) -> frozenset[Receiver]:
        """The offices that hold this event, and so have to answer."""
        ...

    def group(self, municipality: MunicipalityCode, number: str) -> str:
        """A name for its 異動単位 that tells nobody anything."""
        ...

    def is_member(self, municipality: MunicipalityCode, instant: int) -> bool:
        """Is its resident record on the bus, so that what is booked there will be seen?"""
        ...


ABROAD = "22"
"""異動事由 国外転出."""
BY_CARD = "特例"
CONFIRMED = "confirmed"
RETURNED = "returned"
UNKNOWN_DAY = PartialDate("0000-00-00", certain=False)
FIELDS = {
    "residence.MoveOutApplied": ("stage", "planned_date", "planned_destination"),
    "residence.VisitPlanned": ("visit_date",),
    "residence.MoveOutDeclared": ("planned_date", "planned_destination", "procedure"),
    "residence.MovedIn": ("moved_in_date",),
    "residence.MoveInNotified": ("moved_in_date", "notice"),
    "residence.MoveOutConfirmed": ("closing",),
    "vital.Died": (),
}
"""The events of a move, and what of their bodies is read."""


def fact(record: Incoming, entitled: Entitled, at: int) -> Fact | None:
    """``at``: when it happened. Raises what ``wire`` raises for bytes that are no event."""
    shape = shapes.by_id(wire.schema_id(record.value or b""))
    if shape.type not in FIELDS:
        return None
    read = wire.decode_envelope(record.value or b"")
    envelope = read.record
    if envelope["change"] != "created" and not envelope["corrects"]:
        return None
    corrects, group = _id(envelope["corrects"]), _group(envelope, entitled)
    stated = (EventId(envelope["id"]), at, corrects, entitled.awaited(record), group, record.offset, _hides(envelope))
    if envelope["change"] == "annulled":
        return Annulment(*stated)
    found = _FACTS[shape.type](stated, envelope, _body(read, record.value or b""))
    return _among_members(found, lambda code: code is None or entitled.is_member(code, record.timestamp))


def _among_members(found: Fact | None, is_member: Callable[[MunicipalityCode | None], bool]) -> Fact | None:
    match found:
        case Departure():
            return replace(found, is_to_member=is_member(found.destination))
        case Arrival():
            return replace(found, is_from_member=is_member(found.origin))
    return found


def _body(read: wire.Envelope, value: bytes) -> Json:
    boundaries = scanner.boundaries(read.shape, value, read.body_offset)
    return wire.decode_fields(read.shape, value, boundaries, FIELDS[read.shape.type])


def _application(stated: Any, envelope: Json, body: Json) -> Fact:
    return Application(
        *stated,
        origin=_source(envelope),
        destination=_planned(body),
        planned=_day(body["planned_date"]),
        is_returned=body["stage"] == RETURNED,
    )


def _departure(stated: Any, envelope: Json, body: Json) -> Fact:
    return Departure(
        *stated,
        origin=_source(envelope),
        destination=_planned(body),
        planned=_day(body["planned_date"]),
        by_card=body["procedure"] == BY_CARD,
        is_abroad=envelope["reason"] is not None and envelope["reason"]["code"] == ABROAD,
    )


def _visit(stated: Any, envelope: Json, body: Json) -> Fact | None:
    """Either side may state it: the counter is the destination's."""
    destination = _party(envelope, "destination")
    return Visit(*stated, destination=destination, day=_day(body["visit_date"])) if destination else None


def _arrival(stated: Any, envelope: Json, body: Json) -> Fact:
    origin, moved_in = _party(envelope, "origin"), _day(body["moved_in_date"])
    return Arrival(*stated, destination=_source(envelope), origin=origin, moved_in=moved_in)


def _notice(stated: Any, envelope: Json, body: Json) -> Fact | None:
    origin = _party(envelope, "origin")
    if origin is None:
        return None
    sequence = (body["notice"] or {}).get("sequence", 0)
    moved_in = _day(body["moved_in_date"])
    return Notice(*stated, destination=_source(envelope), origin=origin, moved_in=moved_in, sequence=sequence)


def _closing(stated: Any, envelope: Json, body: Json) -> Fact:
    return Closing(*stated, origin=_source(envelope), is_confirmed=(body["closing"] or {}).get("stage") == CONFIRMED)


_FACTS: Mapping[str, Callable[[Any, Json, Json], Fact | None]] = {
    "residence.MoveOutApplied": _application,
    "residence.MoveOutDeclared": _departure,
    "residence.VisitPlanned": _visit,
    "residence.MovedIn": _arrival,
    "residence.MoveInNotified": _notice,
    "residence.MoveOutConfirmed": _closing,
    "vital.Died": lambda stated, *_: Death(*stated),
}


def _hides(envelope: Json) -> bool:
    """That somebody needs no protection only a resident record can say: of others ``unknown`` tells nothing."""
    said: str = envelope["protection"]
    return said == "protected" or (said == "unknown" and envelope["source"]["business"] == RESIDENT_RECORD)


def _source(envelope: Json) -> MunicipalityCode:
    return MunicipalityCode(envelope["source"]["municipality"])


def _planned(body: Json) -> MunicipalityCode | None:
    code = (body["planned_destination"] or {}).get("municipality")
    return MunicipalityCode(code) if code else None


def _group(envelope: Json, entitled: Entitled) -> Group | None:
    found, source = envelope["group"], _source(envelope)
    return Group(source, entitled.group(source, found["id"]), found["size"]) if found else None


def _party(envelope: Json, role: str) -> MunicipalityCode | None:
    codes = (each["code"] for each in envelope["municipalities"] if each["role"] == role)
    return next((MunicipalityCode(code) for code in codes), None)


def _day(record: Json | None) -> PartialDate:
    return PartialDate.from_record(record) if record else UNKNOWN_DAY


def _id(value: bytes | None) -> EventId | None:
    return EventId(value) if value else None
