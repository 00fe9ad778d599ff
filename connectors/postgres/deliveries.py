"""Deliveries as a sink reads them: decoded once, with their JSON for the database."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from connectors.postgres.effects import HIDDEN, PROTECTION_CHANGED, Order, Told
from kairan import wire
from kairan.receipts import LogPosition
from kairan.shapes import UnknownSchemaIdError

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Exact code points, nothing escaped that need not be."""
_KEPT = ("reason", "corrects_version", "municipalities", "effective", "notified", "group", "correlation", "resend")
"""Envelope fields that an office keeps without a column of their own."""


class UnreadableError(Exception):
    """These bytes are no delivery; ``reason`` says why, as a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Delivery(NamedTuple):
    """What a channel receives of an event. ``body`` holds only what was told."""

    event_ref: bytes
    type: str
    change: str
    corrects_ref: bytes | None
    version: int
    source: tuple[str, str] | None
    pairwise_id: bytes
    protection: str | None
    effective: str
    registered: int
    admitted: int
    at: LogPosition
    businesses: tuple[tuple[str, str], ...]
    related: tuple[bytes, ...]
    body: Mapping[str, Any]
    decided_by: bytes
    envelope_json: str
    body_json: str
    withheld_json: str
    offset: int
    value: bytes

    @property
    def order(self) -> Order:
        return Order(self.admitted, int(self.at.lane == "live"), self.at.offset)

    def told(self) -> Told:
        return Told(
            self.event_ref,
            self.type,
            self.change,
            self.corrects_ref,
            self.version,
            HIDDEN if self.source is None else "/".join(self.source),
            self.order,
            self.protection,
            self.body,
        )


class Key(NamedTuple):
    """One business's view of one person: the unit of order and of parking."""

    business: str
    pairwise_id: bytes


class Row(NamedTuple):
    """A delivery to one of the businesses that it entitles: the unit of the inbox."""

    delivery: Delivery
    business: str
    rule: str

    @property
    def key(self) -> Key:
        return Key(self.business, self.delivery.pairwise_id)

    @property
    def identity(self) -> tuple[bytes, str]:
        return (self.delivery.event_ref, self.business)

    @property
    def overtakes(self) -> bool:
        """A flag is applied at once, even when the person is parked."""
        return self.delivery.type == PROTECTION_CHANGED


def rows(deliveries: Iterable[Delivery]) -> list[Row]:
    return [Row(delivery, business, rule) for delivery in deliveries for business, rule in delivery.businesses]


def decode(value: bytes | None, offset: int) -> Delivery:
    """
    A delivery from the bytes at this offset of its channel's topic.

    Raises:
        UnreadableError: they are none.

    """
    if value is None:
        raise UnreadableError("no-value")
    try:
        shape, envelope, start = wire.decode_envelope(value)
        body = wire.decode_body(shape, value, start)
    except (wire.NotFramedError, wire.NotDecodableError, UnknownSchemaIdError) as error:
        raise UnreadableError(type(error).__name__.removesuffix("Error")) from None
    if shape.stage != "delivery":
        raise UnreadableError("NotADelivery")
    return _delivery(envelope, {name: told for name, told in body.items() if told is not None}, offset, value)


def _delivery(envelope: dict[str, Any], body: dict[str, Any], offset: int, value: bytes) -> Delivery:
    source, at, related = envelope["source"], envelope["position"], envelope["related"]
    if related is not None:
        body["related"] = [{"role": each["role"], "pairwise_id": each["pairwise_id"].hex()} for each in related]
    return Delivery(
        event_ref=envelope["event_ref"],
        type=envelope["type"],
        change=envelope["change"],
        corrects_ref=envelope["corrects_ref"],
        version=envelope["version"],
        source=None if source is None else (source["municipality"], source["business"]),
        pairwise_id=envelope["subject"]["pairwise_id"],
        protection=envelope["protection"],
        effective=envelope["effective"]["value"],
        registered=envelope["registered"],
        admitted=envelope["admitted"],
        at=LogPosition(at["lane"], at["partition"], at["offset"]),
        businesses=tuple((each["business"], each["rule"]) for each in envelope["businesses"]),
        related=tuple(each["pairwise_id"] for each in related or ()),
        body=body,
        decided_by=envelope["policy"] + envelope["register"],
        envelope_json=to_json({name: told for name in _KEPT if (told := envelope[name])}),
        body_json=to_json(body),
        withheld_json=to_json(envelope["withheld"]) if envelope["withheld"] else "[]",
        offset=offset,
        value=value,
    )


def without_location(value: bytes, member: str) -> bytes:
    """
    The same delivery with everything taken out that tells where the person is.

    For deliveries that were parked when a flag overtook them: what they had been granted before the flag must
    not take effect after it. Foreign municipalities go too: the source of a 転入通知 is where the person went.
    """
    shape, envelope, start = wire.decode_envelope(value)
    body = wire.decode_body(shape, value, start)
    hidden = [field.name for field in shape.body_fields if field.reveals_location and body[field.name] is not None]
    source = envelope["source"]
    stripped = envelope | {
        "source": source if source is None or source["municipality"] == member else None,
        "municipalities": [each for each in envelope["municipalities"] if each["code"] == member],
        "related": None,
        "group": None,
        "withheld": envelope["withheld"] + [{"field": name, "reason": "protection"} for name in hidden],
    }
    return wire.encode(shape, stripped, body | dict.fromkeys(hidden))
