"""
What a record of the log tells for notices: codes, days, flags and ids; a name or an address is not even decoded.

Of somebody in whose event nobody is told of anything, and of what corrects or annuls a record that is older than the
bus, only the protection is told. Of other businesses than 001 an application (029) tells that a move is planned, never
that its person needs no protection; what a tax office knows nobody may look at who was not asked.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from kairan import scanner, wire
from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.measures import CLAIM, LINK, Measure
from kairan.partial_date import PartialDate
from kairan.stream import Incoming
from processors.notices import ages
from processors.notices.ages import Truth
from processors.notices.facts import Doubted, Entitlement, Measured, Party, Period, Protection, Resident, Stated
from processors.notices.kinds import (
    BY_STATUS,
    COUPLE,
    ITEMS,
    KINDS,
    RESIDENT_RECORD,
    SPECIAL_PERMANENT,
    Json,
    Kind,
    Record,
    day,
    days_ahead,
    is_resident,
    last_day,
    of_everybody,
)
from processors.notices.triggers import BY_ITSELF, DIED, MEASURED

Days = Mapping[str, PartialDate]

_OLDEST_MINOR = 17
_PARTIES: Mapping[str, Party] = {
    "head": "head",
    "recipient": "recipient",
    "parent": "guardian",
    "legal_representative": "guardian",
}
_ENTITLEMENTS: tuple[Entitlement, ...] = ("nhi", "late_elderly", "care", "pension", "child_allowance")


def told(record: Incoming, at: int) -> Stated | Protection | None:
    """For its subject; ``at``: when it happened. Raises what ``wire`` raises for bytes that are no event."""
    read = wire.decode_envelope(record.value or b"")
    envelope, kind = read.record, KINDS.get(read.shape.type)
    business = kind.business if kind else RESIDENT_RECORD
    if envelope["subject"]["kind"] != "person" or envelope["source"]["business"] != business:
        return None
    found = _decoded(read, record.value or b"", kind) if kind and _is_of_the_bus(envelope, read.shape.type) else None
    if kind and found and _says_more(found):
        return _stated(found, kind, at)
    is_said = business == RESIDENT_RECORD
    return Protection(Handle(envelope["subject"]["handle"]), envelope["protection"], at) if is_said else None


def _says_more(record: Record) -> bool:
    """A record of somebody who is no resident calls for nothing; what it corrects might have."""
    type_, is_first = str(record.envelope["type"]), record.envelope["change"] == "created"
    if type_ == MEASURED:
        return record.body["measure"] is not None
    return not (type_ in BY_ITSELF and is_first) or is_resident(record)


def of_protection(record: Incoming, at: int) -> Measured | Doubted | None:
    """For whose partition of ``protection`` it lies in; a record without a value takes no measure away."""
    if record.value is None:
        return None
    name, found = wire.decode_record(record.value)
    if name in (LINK, CLAIM):
        other = Handle(found["same_as" if name == LINK else "claimed"])
        return Doubted(Handle(found["handle"]), at, other, is_claim=name == CLAIM)
    return Measured(Handle(found["handle"]), Measure.of_record(found), at)


def _is_of_the_bus(envelope: Json, type_: str) -> bool:
    """Each version of a measure says how it stands from then on, its end too; it corrects the one before it."""
    change = str(envelope["change"])
    if type_ == MEASURED:
        return change != "annulled"
    return change == "created" or (change in ("corrected", "annulled") and envelope["corrects"] is not None)


def _decoded(read: wire.Envelope, value: bytes, kind: Kind) -> Record:
    at = scanner.boundaries(read.shape, value, read.body_offset)
    names = dict.fromkeys((*(ITEMS if kind.is_snapshot else ()), *kind.days.values(), *kind.fields))
    body = wire.decode_fields(read.shape, value, at, names)
    if not kind.is_snapshot:
        return Record(read.record, dict.fromkeys(ITEMS) | body)
    part = partial(wire.decode_part, read.shape, value, at)
    return Record(
        read.record,
        body,
        part("household", "relationship"),
        part("foreign_status", "category"),
        part("foreign_status", "expiry"),
        part("notifier", "relationship") if read.shape.type == DIED else None,
    )


def _stated(record: Record, kind: Kind, at: int) -> Stated:
    envelope, subject = record.envelope, Handle(record.envelope["subject"]["handle"])
    source = MunicipalityCode(envelope["source"]["municipality"])
    stated = Stated(
        event=EventId(envelope["id"]),
        at=at,
        trigger=envelope["type"],
        about=subject,
        protection=envelope["protection"],
        effective=day(envelope["effective"]),
        source=source,
        origin=source if kind.source_is == "origin" else _municipality(envelope, "origin"),
        destination=source if kind.source_is == "destination" else _municipality(envelope, "destination"),
        notified=day(envelope["notified"]) if envelope["notified"] else None,
        days=_days(record, kind),
        resident=_resident(record, kind),
        change=envelope["change"],
        corrects=EventId(envelope["corrects"]) if envelope["corrects"] else None,
    )
    if envelope["type"] == MEASURED:
        return _version(stated, record)
    if not kind.is_snapshot:
        return stated
    related = frozenset(Handle(each["handle"]) for each in envelope["related"])
    return replace(stated, related=related, parties=_parties(record, stated))


def _version(stated: Stated, record: Record) -> Stated:
    """Of a measure: it takes the place of the version before it, whatever else stands of the person."""
    measure = record.body["measure"]
    said = [
        _of_version(stated.source, measure["id"], number) for number in (measure["version"], measure["version"] - 1)
    ]
    return replace(stated, event=said[0], change="corrected" if measure["version"] > 1 else "created", corrects=said[1])


def _of_version(municipality: str, measure: str, version: int) -> EventId:
    said = f"{municipality}\x1f{measure}\x1f{version}".encode()
    return EventId(hashlib.sha256(b"version of a measure\x1f" + said).digest()[:16])


def _days(record: Record, kind: Kind) -> Days:
    found = {word: record.body[name] for word, name in kind.days.items()}
    if kind.notified_as:
        found[kind.notified_as] = record.envelope["notified"]
    days = {word: day(said) for word, said in found.items() if said}
    return days | dict(days_ahead(record)) if is_resident(record) else days | dict(last_day(record))


def _resident(record: Record, kind: Kind) -> Resident:
    return Resident(
        born=day(record.body["birth_date"]) if record.body["birth_date"] else None,
        kind=_kind(record),
        entitlements=_entitlements(record.body["entitlements"] or {}),
        flags=frozenset((*kind.flags(record), *of_everybody(record))),
    )


def _kind(record: Record) -> Any:
    """Foreign: only somebody whose class is told, or else special permanent residents would be told of other duties."""
    if record.body["resident_kind"] == "japanese":
        return "japanese"
    return "foreign" if record.category in (BY_STATUS, SPECIAL_PERMANENT) else None


def _entitlements(body: Json) -> Mapping[Entitlement, Period]:
    return {name: _period(body[name]) for name in _ENTITLEMENTS if body.get(name)}


def _period(found: Json) -> Period:
    return Period(_certain(found["start"]), _certain(found["end"]) if found["end"] else None)


def _certain(text: str) -> date:
    """An error of it would tell no value."""
    return PartialDate.parse(text, certain=True).earliest


def _parties(record: Record, stated: Stated) -> Mapping[Party, frozenset[Handle]]:
    """Parents and 法定代理人 are told of nobody who is surely grown up."""
    found: dict[Party, frozenset[Handle]] = {}
    for related in record.envelope["related"]:
        party = _PARTIES.get(related["role"])
        if party and (party != "guardian" or _may_be_minor(stated)):
            found[party] = found.get(party, frozenset()) | {Handle(related["handle"])}
    if "is_head" in stated.resident.flags:
        found["head"] = frozenset({stated.about})
    spouses = frozenset(Handle(each["handle"]) for each in record.envelope["related"] if each["role"] == "spouse")
    if record.notifier in COUPLE and len(spouses) == 1:
        found["notifier"] = spouses
    return found


def _may_be_minor(stated: Stated) -> bool:
    born = stated.resident.born or ages.ANY_DAY
    return ages.aged(0, _OLDEST_MINOR, born).covers(stated.effective) is not Truth.NO


def _municipality(envelope: Json, role: str) -> MunicipalityCode | None:
    codes = (each["code"] for each in envelope["municipalities"] if each["role"] == role)
    return next((MunicipalityCode(code) for code in codes), None)
