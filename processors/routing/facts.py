"""What the policy's conditions may ask of an event, or of a former record that it corrects."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kairan.partial_date import PartialDate
from processors.routing.spans import ANY_DAY, Interval, Span, period

ENTITLEMENTS = ("nhi", "late_elderly", "care", "pension", "child_allowance")
NO_SPANS: Mapping[str, Span] = {}


@dataclass(frozen=True, slots=True)
class Facts:
    """Dates as intervals; a birth date that is not told may be any day."""

    effective: Interval
    born: Interval = ANY_DAY
    reason: str | None = None
    resident_kind: str | None = None
    arrival_kind: str | None = None
    procedure: str | None = None
    entitlements: Mapping[str, Span] = field(default_factory=lambda: NO_SPANS)
    amended: frozenset[str] = frozenset()


def of_event(envelope: Mapping[str, Any], body: Mapping[str, Any]) -> Facts:
    """From an event's envelope and the body fields that were decoded for it."""
    told = {name: READ[name](body[name]) for name in READ.keys() & body.keys()}
    return of_read({name: READ[name](envelope[name]) for name in OF_ENVELOPE} | told)


def of_read(read: Mapping[str, Any]) -> Facts:
    """From what ``READ`` made of these fields, those of the envelope at least."""
    return Facts(
        effective=read["effective"],
        born=read.get("birth_date", ANY_DAY),
        reason=read["reason"],
        resident_kind=read.get("resident_kind"),
        arrival_kind=read.get("arrival_kind"),
        procedure=read.get("procedure"),
        entitlements=read.get("entitlements", NO_SPANS),
        amended=read.get("amended", frozenset()),
    )


def of_former(former: Mapping[str, Any]) -> Facts:
    """From what admission copied of a corrected record."""
    return of_event(former, former)


def _code(reason: Mapping[str, Any] | None) -> str | None:
    return reason["code"] if reason else None


def _text(value: str | None) -> str | None:
    return value


def _names(amended: Sequence[str] | None) -> frozenset[str]:
    return frozenset(amended or ())


def _interval(value: Mapping[str, Any] | None) -> Interval:
    if value is None:
        return ANY_DAY
    read = PartialDate(value["value"], value["certain"], value["text"])
    return Interval(read.earliest, read.latest)


def _spans(entitlements: Mapping[str, Any] | None) -> Mapping[str, Span]:
    if entitlements is None:
        return NO_SPANS
    return {name: _span(found) for name in ENTITLEMENTS if (found := entitlements[name]) is not None}


def _span(found: Mapping[str, Any]) -> Span:
    return period(date.fromisoformat(found["start"]), date.fromisoformat(found["end"]) if found["end"] else None)


READ: Mapping[str, Callable[[Any], Any]] = {
    "reason": _code,
    "effective": _interval,
    "birth_date": _interval,
    "resident_kind": _text,
    "arrival_kind": _text,
    "procedure": _text,
    "entitlements": _spans,
    "amended": _names,
}
"""What conditions make of each field that they may ask of."""
OF_ENVELOPE = ("reason", "effective")
