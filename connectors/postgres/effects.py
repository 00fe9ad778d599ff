"""
What a back office knows of a person, as a pure function of what it received.

``fold`` is the law; ``overlay`` is its short way for the usual case, a newer delivery that annuls nothing.
Within one source the newest version wins, field by field; between sources the order of the log does. A field that
is not told keeps what was known; one that is told to be empty (None) is known no more. An annulment takes away what
its event and the events that one had corrected told, and tells its own restored snapshot if it has one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from kairan import shapes

PROTECTION_CHANGED = "protection.ProtectionChanged"
RECORD_LOADED = "residence.RecordLoaded"
HIDDEN = ""
"""The source of a delivery that does not say where it comes from: its versions are compared with nobody's."""

ACTIVE = frozenset({"1", "2"})
ENDED = "3"
_FLAG = "@protection"
_NOT_TOLD = {"id": "", "version": 0, "kind": "unknown"}


class Order(NamedTuple):
    """The order of the log: when admitted, then the live lane after the bulk lane, then the offset."""

    admitted: int = 0
    live: int = 0
    offset: int = 0


START = Order()


@dataclass(frozen=True, slots=True)
class Told:
    """What one received delivery told one business of one person; ``body``: the told fields, None where empty."""

    event_ref: bytes
    type: str
    change: str
    corrects_ref: bytes | None
    version: int
    source: str
    issuer: str | None
    order: Order
    protection: str | None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """What one business knows of one person now; ``annulled`` names the annulment of each annulled delivery."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    protection: str | None = None
    measures: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    latest: Order = START
    annulled: Mapping[bytes, bytes] = field(default_factory=dict)


def fold(received: Iterable[Told]) -> Person:
    """What is known after all of these, in whatever order and however often they came."""
    rows = {row.event_ref: row for row in received}
    annulled = annulments(rows)
    resident = [row for row in rows.values() if row.type != PROTECTION_CHANGED]
    facts = _facts(row for row in resident if row.event_ref not in annulled)
    measures = _measures((row for row in rows.values() if _is_measure(row)), annulled)
    told = facts.pop(_FLAG, None)
    fields = _not_empty(facts)
    return Person(fields, _protection(told, measures), measures, _versions(resident), _latest(resident), annulled)


def overlay(person: Person, row: Told) -> Person | None:
    """The same person with one more delivery; None where only ``fold`` can tell."""
    if not _is_next(person, row):
        return None
    return Person(
        _not_empty({**person.fields, **row.body}),
        person.protection if row.protection is None else row.protection,
        person.measures,
        person.versions if row.source == HIDDEN else {**person.versions, row.source: row.version},
        row.order,
        person.annulled,
    )


def _is_next(person: Person, row: Told) -> bool:
    """Newer than everything known, and no other delivery's effect hangs on it."""
    return (
        row.change != "annulled"
        and row.type != PROTECTION_CHANGED
        and not person.measures
        and row.event_ref not in person.annulled
        and row.order > person.latest
        and row.version >= person.versions.get(row.source, row.version)
    )


def annulments(rows: Mapping[bytes, Told]) -> dict[bytes, bytes]:
    """
    Which deliveries are annulled, and by which.

    Newest annulment first, so that an annulled annulment annuls nothing. What an annulled correction had
    corrected goes with it: the correction had taken its place.
    """
    found: dict[bytes, bytes] = {}
    for row in sorted(rows.values(), key=lambda row: (row.order, row.event_ref), reverse=True):
        if row.change == "annulled" and row.event_ref not in found:
            for ref in _with_corrected(row.corrects_ref, rows):
                found.setdefault(ref, row.event_ref)
    return found


def _with_corrected(ref: bytes | None, rows: Mapping[bytes, Told]) -> Iterable[bytes]:
    seen: set[bytes] = set()
    while ref is not None and ref not in seen:
        yield ref
        seen.add(ref)
        row = rows.get(ref)
        ref = row.corrects_ref if row is not None and row.change == "corrected" else None


def tells_to_hide(row: Told) -> bool:
    """Is it a flag that does not end its measure? One that does not say what it is hides, too."""
    return _is_measure(row) and _measure(row)["kind"] != ENDED


def _facts(rows: Iterable[Told]) -> dict[str, Any]:
    """The newest told value of each field within its source; between sources the one the log has last."""
    best: dict[str, tuple[Order, Any]] = {}
    for told in _by_source(rows).values():
        for name, (order, value) in _newest(told).items():
            if name not in best or best[name][0] < order:
                best[name] = (order, value)
    return {name: value for name, (_, value) in best.items()}


def _newest(rows: Iterable[Told]) -> dict[str, tuple[Order, Any]]:
    found: dict[str, tuple[Order, Any]] = {}
    for row in sorted(rows, key=_rank):
        found |= {name: (row.order, value) for name, value in _stated(row)}
        if row.protection is not None:
            found[_FLAG] = (row.order, row.protection)
    return found


def _stated(row: Told) -> Iterable[tuple[str, Any]]:
    """An annulment states the restored record alone: its other fields are not there, which does not make them empty."""
    if row.change != "annulled":
        return row.body.items()
    restored = _restored(row.type)
    return ((name, value) for name, value in row.body.items() if value is not None or name in restored)


@cache
def _restored(event_type: str) -> frozenset[str]:
    """The record's fields, if this type of event carries the record."""
    loaded, fields = (
        {field.name for field in shapes.shape("delivery", name).body_fields} for name in (RECORD_LOADED, event_type)
    )
    record = loaded - {"as_of"}
    return frozenset(record if record <= fields else ())


def _not_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _rank(row: Told) -> tuple[int, Order, bytes]:
    return (0 if row.source == HIDDEN else row.version, row.order, row.event_ref)


def _by_source(rows: Iterable[Told]) -> dict[str, list[Told]]:
    grouped: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        grouped[row.source].append(row)
    return grouped


def _versions(rows: Iterable[Told]) -> dict[str, int]:
    return {source: max(row.version for row in told) for source, told in _by_source(rows).items() if source != HIDDEN}


def _latest(rows: Iterable[Told]) -> Order:
    return max((row.order for row in rows), default=START)


def _is_measure(row: Told) -> bool:
    """Tells of a measure, be it only that there is one; a bare annulment tells of none."""
    return row.type == PROTECTION_CHANGED and (row.change != "annulled" or row.body.get("measure") is not None)


def _measure(row: Told) -> dict[str, Any]:
    return dict(row.body.get("measure") or _NOT_TOLD)


def _measures(rows: Iterable[Told], annulled: Mapping[bytes, bytes]) -> dict[str, Any]:
    """The newest version of each measure; an annulled one is unknown, so that only a human decision ends it."""
    newest: dict[str, tuple[tuple[int, Order, bytes], dict[str, Any]]] = {}
    for row in rows:
        measure = _measure(row)
        if row.event_ref in annulled:
            measure["kind"] = "unknown"
        key = f"{row.issuer or row.source.partition('/')[0]}/{measure['id']}"
        rank = (measure["version"], row.order, row.event_ref)
        if key not in newest or newest[key][0] < rank:
            newest[key] = (rank, {**_not_empty(row.body), "measure": measure})
    return {key: told for key, (_, told) in newest.items()}


def _protection(told: str | None, measures: Mapping[str, Any]) -> str | None:
    """Protected while any measure is active; in doubt unknown; else what was told."""
    kinds = {measure["measure"]["kind"] for measure in measures.values()}
    if kinds & ACTIVE:
        return "protected"
    if kinds - {ENDED}:
        return told if told == "protected" else "unknown"
    return told
