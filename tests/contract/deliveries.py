"""Deliveries for tests, as routing would write them."""

from typing import Any

from kairan import masks, shapes, wire
from kairan.stream import Incoming

TOPIC = "deliveries.141003.nhi"
HERE, THERE = "5a" * 16, "c3" * 16
"""Issuers of measures as this member knows them."""
HANAKO, TARO, JIRO, SABURO = (letter * 16 for letter in (b"H", b"T", b"J", b"S"))
NAME = {"text": "佐藤 花子", "kana": "サトウ ハナコ", "kana_confirmed": True}
RARE_NAME = {**NAME, "text": "佐藤 \U0010de92"}
ADDRESS = {"municipality_or_ward": "141011", "town": "鶴見中央三丁目", "lot": "20番1号"}


def ref(number: int) -> bytes:
    return number.to_bytes(16)


def date(value: str) -> dict[str, Any]:
    return {"value": value, "certain": True, "text": value}


def moved_in(number: int, person: bytes = HANAKO, **given: Any) -> Incoming:
    return delivery(number, person, "residence.MovedIn", **given)


def flag(number: int, person: bytes = HANAKO, *, kind: str = "1", measure: int = 1, **given: Any) -> Incoming:
    body = {"measure": {"id": "m1", "version": measure, "kind": kind}}
    return delivery(number, person, "protection.ProtectionChanged", body=body, **{"issuer": HERE, **given})


def annulment(number: int, of: int, person: bytes = HANAKO, **given: Any) -> Incoming:
    return moved_in(number, person, change="annulled", corrects=of, **given)


def delivery(
    number: int,
    person: bytes,
    type_: str,
    *,
    body: dict[str, Any] | None = None,
    version: int | None = None,
    offset: int | None = None,
    source: tuple[str, str] | None = ("141003", "001"),
    issuer: str | None = None,
    change: str = "created",
    corrects: int | None = None,
    protection: str | None = "none",
    related: tuple[bytes, ...] = (),
    businesses: tuple[str, ...] = ("024",),
    lane: str = "live",
) -> Incoming:
    """
    The delivery of event ``number``: its reference, version, log offset and place in the topic follow from it.

    What ``body`` names is told, be it None.
    """
    shape, given = shapes.shape("delivery", type_), {"name": NAME} if body is None else body
    envelope = {
        "event_ref": ref(number),
        "type": type_,
        "source": None if source is None else {"municipality": source[0], "business": source[1]},
        "issuer": issuer,
        "subject": {"kind": "person", "pairwise_id": person},
        "version": number if version is None else version,
        "reason": {"code": "01", "edition": "5.0"},
        "change": change,
        "corrects_ref": None if corrects is None else ref(corrects),
        "corrects_version": None,
        "protection": protection,
        "municipalities": [{"role": "destination", "code": "141003", "ward": "141011"}],
        "related": [{"role": "head", "pairwise_id": each} for each in related] or None,
        "effective": date("2026-04-01"),
        "notified": None,
        "registered": 1_775_000_000_000,
        "group": {"id": "g", "size": 2},
        "correlation": None,
        "causation": None,
        "resend": 0,
        "admitted": 1_775_000_000_000 + number,
        "policy": b"p" * 8,
        "register": b"r" * 8,
        "position": {"lane": lane, "partition": 3, "offset": number},
        "businesses": [{"business": each, "rule": f"{type_}/own/{each}"} for each in businesses],
        "told": masks.to_bytes(field.index for field in shape.body_fields if field.name in given),
        "withheld": [],
    }
    value = wire.encode(shape, envelope, given)
    return Incoming(TOPIC, 0, number if offset is None else offset, 0, person, value)
