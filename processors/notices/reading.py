"""
What a record of the log tells for notices: codes, days, flags and ids; a name or an address is not even decoded.

Of somebody in whose event nobody is told of anything, and of what corrects or annuls a record that is older than the
bus, only the protection is told. What was stated by another business than 001 tells nothing: it does not know who is
protected, and what it knows (a tax) nobody may look at who was not asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal, NamedTuple

from kairan import scanner, wire
from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.measures import CLAIM, LINK, Measure
from kairan.partial_date import PartialDate
from kairan.stream import Incoming
from processors.notices import ages
from processors.notices.ages import Truth
from processors.notices.facts import Doubted, Entitlement, Measured, Party, Period, Protection, Resident, Stated

Json = Mapping[str, Any]
Days = Mapping[str, PartialDate]

RESIDENT_RECORD = "001"
ABROAD = "22"
"""異動事由 国外転出."""
BY_CARD, ON_PAPER = "特例", frozenset({"証明書", "準ずる証明書"})
HEAD = "世帯主"
BY_STATUS, SPECIAL_PERMANENT = "中長期在留者", "特別永住者"
"""30条の45区分; who is of another class, or of none that is told, counts as neither."""
_OLDEST_MINOR = 17
_PARTIES: Mapping[str, Party] = {
    "head": "head",
    "recipient": "recipient",
    "parent": "guardian",
    "legal_representative": "guardian",
}
_ENTITLEMENTS: tuple[Entitlement, ...] = ("nhi", "late_elderly", "care", "pension", "child_allowance")


class _Record(NamedTuple):
    """What is decoded; ``relationship`` (続柄) and ``category`` alone of the records that they stand in."""

    envelope: Json
    body: Json
    relationship: str | None
    category: str | None


class _Kind(NamedTuple):
    """
    A type of event that calls for notices.

    ``days``: body fields by the words of ``processors.deadlines``; ``notified_as``: its word for the day of 届出.
    ``flags``: what the record says beside its dates; ``fields``: body fields that are asked for it.
    """

    days: Mapping[str, str]
    flags: Callable[[_Record], Iterable[str]]
    fields: tuple[str, ...] = ()
    notified_as: str = ""
    source_is: Literal["", "origin", "destination"] = ""


def _of_departure(record: _Record) -> Iterator[str]:
    reason = record.envelope["reason"]
    if reason is not None and reason["code"] == ABROAD:
        yield "abroad"
    yield from _by_way(record.body["procedure"])


def _of_arrival(record: _Record) -> Iterator[str]:
    yield from _by_way(record.body["arrival_kind"])
    if record.body["arrival_kind"] == BY_CARD and record.body["card_continued"] is False:
        yield "card_not_continued"


def _of_death(record: _Record) -> Iterator[str]:
    if record.body["was_head"]:
        yield "was_head"


def _by_way(way: str | None) -> Iterator[str]:
    if way == BY_CARD:
        yield "by_card"
    if way in ON_PAPER:
        yield "on_paper"


_RESIDENT = ("birth_date", "resident_kind", "entitlements")
KINDS: Mapping[str, _Kind] = {
    "residence.MoveOutDeclared": _Kind(
        {"planned_departure": "planned_date"}, _of_departure, ("procedure",), source_is="origin"
    ),
    "residence.MovedIn": _Kind(
        {"moved_in": "moved_in_date", "planned_departure": "planned_date"},
        _of_arrival,
        ("arrival_kind", "card_continued"),
        notified_as="arrival_notified",
        source_is="destination",
    ),
    "residence.MoveOutConfirmed": _Kind({"departed": "confirmed_date"}, lambda _: (), source_is="origin"),
    "residence.Relocated": _Kind({"relocated": "relocated_date"}, lambda _: ()),
    "vital.Born": _Kind({"born": "birth_date"}, lambda _: ()),
    "vital.Died": _Kind({"died": "death_date"}, _of_death, ("was_head",)),
}


def told(record: Incoming, at: int) -> Stated | Protection | None:
    """For its subject; ``at``: when it happened. Raises what ``wire`` raises for bytes that are no event."""
    read = wire.decode_envelope(record.value or b"")
    envelope, kind = read.record, KINDS.get(read.shape.type)
    if envelope["subject"]["kind"] != "person" or envelope["source"]["business"] != RESIDENT_RECORD:
        return None
    if kind is None or not _is_of_the_bus(envelope):
        return Protection(Handle(envelope["subject"]["handle"]), envelope["protection"], at)
    return _stated(_decoded(read, record.value or b"", kind), kind, at)


def of_protection(record: Incoming, at: int) -> Measured | Doubted | None:
    """For whose partition of ``protection`` it lies in; a record without a value takes no measure away."""
    if record.value is None:
        return None
    name, found = wire.decode_record(record.value)
    if name in (LINK, CLAIM):
        return Doubted(Handle(found["handle"]), at, Handle(found["same_as" if name == LINK else "claimed"]))
    return Measured(Handle(found["handle"]), Measure.of_record(found), at)


def _is_of_the_bus(envelope: Json) -> bool:
    change = envelope["change"]
    return change == "created" or (change in ("corrected", "annulled") and envelope["corrects"] is not None)


def _decoded(read: wire.Envelope, value: bytes, kind: _Kind) -> _Record:
    at = scanner.boundaries(read.shape, value, read.body_offset)
    names = dict.fromkeys((*_RESIDENT, *kind.days.values(), *kind.fields))
    return _Record(
        read.record,
        wire.decode_fields(read.shape, value, at, names),
        wire.decode_part(read.shape, value, at, "household", "relationship"),
        wire.decode_part(read.shape, value, at, "foreign_status", "category"),
    )


def _stated(record: _Record, kind: _Kind, at: int) -> Stated:
    envelope, subject = record.envelope, Handle(record.envelope["subject"]["handle"])
    source = MunicipalityCode(envelope["source"]["municipality"])
    stated = Stated(
        event=EventId(envelope["id"]),
        at=at,
        trigger=envelope["type"],
        about=subject,
        protection=envelope["protection"],
        effective=_day(envelope["effective"]),
        source=source,
        origin=source if kind.source_is == "origin" else _municipality(envelope, "origin"),
        destination=source if kind.source_is == "destination" else _municipality(envelope, "destination"),
        notified=_day(envelope["notified"]) if envelope["notified"] else None,
        days=_days(record, kind),
        related=frozenset(Handle(each["handle"]) for each in envelope["related"]),
        resident=_resident(record, kind),
        change=envelope["change"],
        corrects=EventId(envelope["corrects"]) if envelope["corrects"] else None,
    )
    return replace(stated, parties=_parties(envelope, stated))


def _days(record: _Record, kind: _Kind) -> Days:
    found = {word: record.body[name] for word, name in kind.days.items()}
    if kind.notified_as:
        found[kind.notified_as] = record.envelope["notified"]
    return {word: _day(day) for word, day in found.items() if day}


def _resident(record: _Record, kind: _Kind) -> Resident:
    return Resident(
        born=_day(record.body["birth_date"]) if record.body["birth_date"] else None,
        kind=_kind(record),
        entitlements=_entitlements(record.body["entitlements"] or {}),
        flags=frozenset((*kind.flags(record), *_of_everybody(record))),
    )


def _kind(record: _Record) -> Any:
    """Foreign: only somebody whose class is told, or else special permanent residents would be told of other duties."""
    if record.body["resident_kind"] == "japanese":
        return "japanese"
    return "foreign" if record.category in (BY_STATUS, SPECIAL_PERMANENT) else None


def _of_everybody(record: _Record) -> Iterator[str]:
    if record.relationship == HEAD:
        yield "is_head"
    if record.category == SPECIAL_PERMANENT:
        yield "special_permanent"


def _entitlements(body: Json) -> Mapping[Entitlement, Period]:
    return {name: _period(body[name]) for name in _ENTITLEMENTS if body.get(name)}


def _period(found: Json) -> Period:
    return Period(_certain(found["start"]), _certain(found["end"]) if found["end"] else None)


def _certain(text: str) -> date:
    """An error of it would tell no value."""
    return PartialDate.parse(text, certain=True).earliest


def _parties(envelope: Json, stated: Stated) -> Mapping[Party, frozenset[Handle]]:
    """Parents and 法定代理人 are told of nobody who is surely grown up."""
    found: dict[Party, frozenset[Handle]] = {}
    for related in envelope["related"]:
        party = _PARTIES.get(related["role"])
        if party and (party != "guardian" or _may_be_minor(stated)):
            found[party] = found.get(party, frozenset()) | {Handle(related["handle"])}
    if "is_head" in stated.resident.flags:
        found["head"] = frozenset({stated.about})
    return found


def _may_be_minor(stated: Stated) -> bool:
    born = stated.resident.born or ages.ANY_DAY
    return ages.aged(0, _OLDEST_MINOR, born).covers(stated.effective) is not Truth.NO


def _municipality(envelope: Json, role: str) -> MunicipalityCode | None:
    codes = (each["code"] for each in envelope["municipalities"] if each["role"] == role)
    return next((MunicipalityCode(code) for code in codes), None)


def _day(record: Json) -> PartialDate:
    """Without its words, which may be anything: where only they tell which days are meant, more days are."""
    return PartialDate.parse(record["value"], record["certain"])
