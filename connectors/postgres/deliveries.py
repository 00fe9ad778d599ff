"""Deliveries as a sink reads them: decoded once, with their JSON for the database."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from connectors.postgres.effects import ENDED, HIDDEN, PROTECTION_CHANGED, Order, Told
from connectors.postgres.transcode import BREAKS, reader
from kairan import masks, shapes, wire
from kairan.receipts import LogPosition
from kairan.shapes import UnknownSchemaIdError

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Exact code points, nothing escaped that need not be."""


class UnreadableError(Exception):
    """These bytes are no delivery; ``reason`` says why, as a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Delivery(NamedTuple):
    """What a channel receives of an event; its JSON holds only what was told, null where that is ``empty``."""

    event_ref: bytes
    type: str
    change: str
    corrects_ref: bytes | None
    version: int
    source: tuple[str, str] | None
    issuer: str | None
    pairwise_id: bytes
    protection: str | None
    effective: str
    registered: int
    admitted: int
    at: LogPosition
    businesses: list[tuple[str, str]]
    related: tuple[bytes, ...]
    decided_by: bytes
    envelope_json: str
    body_json: str
    empty: tuple[str, ...]
    withheld_json: str
    offset: int
    value: bytes

    @property
    def body(self) -> Mapping[str, Any]:
        told: dict[str, Any] = json.loads(self.body_json)
        return told

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
            self.issuer,
            self.order,
            self.protection,
            self.body,
        )


class Key(NamedTuple):
    """One business's view of one person: the unit of order and of parking."""

    business: str
    pairwise_id: bytes


class Row(NamedTuple):
    """A delivery to one of the businesses that it entitles: the unit of the inbox, unique by ``identity``."""

    delivery: Delivery
    business: str
    rule: str
    key: Key
    identity: tuple[bytes, str]

    @property
    def overtakes(self) -> bool:
        """A flag is applied at once, even when the person is parked."""
        return self.delivery.type == PROTECTION_CHANGED


def rows(deliveries: Iterable[Delivery]) -> list[Row]:
    return [
        Row(delivery, business, rule, Key(business, delivery.pairwise_id), (delivery.event_ref, business))
        for delivery in deliveries
        for business, rule in delivery.businesses
    ]


def decode(value: bytes | None, offset: int) -> Delivery:
    """
    A delivery from the bytes at this offset of its channel's topic.

    Raises:
        UnreadableError: they are none.

    """
    if value is None:
        raise UnreadableError("no-value")
    try:
        shape = shapes.by_id(wire.schema_id(value))
        if shape.stage == "delivery":
            return _delivery(reader(shape)(value), offset, value)
        reason = "not-a-delivery"
    except (wire.NotFramedError, UnknownSchemaIdError):
        reason = "not-of-the-bus"
    except BREAKS:
        reason = "not-decodable"
    raise UnreadableError(reason)  # outside the handlers: what they caught may hold the bytes


def _delivery(read: dict[str, Any], offset: int, value: bytes) -> Delivery:
    return Delivery(
        event_ref=read["event_ref"],
        type=read["type"],
        change=read["change"],
        corrects_ref=read["corrects_ref"],
        version=read["version"],
        source=read["source"],
        issuer=read["issuer"],
        pairwise_id=read["subject"][1],
        protection=read["protection"],
        effective=read["effective"][0],
        registered=read["registered"],
        admitted=read["admitted"],
        at=LogPosition(*read["position"]),
        businesses=read["businesses"],
        related=tuple(pairwise_id for _, pairwise_id in read["related"] or ()),
        decided_by=read["policy"] + read["register"],
        envelope_json=read["kept"],
        body_json=read["body"],
        empty=tuple(read["empty"]),
        withheld_json=read["withheld_text"],
        offset=offset,
        value=value,
    )


def without_location(value: bytes, member: str) -> bytes:
    """
    The same delivery with everything taken out that tells where the person is.

    For deliveries that were parked when a flag overtook them: what they had been granted before the flag must
    not take effect after it. Foreign municipalities go too: the source of a 転入通知 is where the person went.
    Only who is told of the protection learns that it is the reason.
    A parked flag that hides stays as it is: routing knew of it. Of one that ends its measure the issuer is left.
    """
    shape, envelope, start = wire.decode_envelope(value)
    body = wire.decode_body(shape, value, start)
    if shape.type == PROTECTION_CHANGED and (body["measure"] or {}).get("kind") != ENDED:
        return value
    revealing = {field.index: field.name for field in shape.body_fields if field.reveals_location}
    told = masks.of_bytes(envelope["told"])
    hidden = [name for index, name in revealing.items() if index in told]
    reason = "protection" if envelope["protection"] is not None else "policy"
    source = envelope["source"]
    stripped = envelope | {
        "source": source if source is None or source["municipality"] == member else None,
        "municipalities": [each for each in envelope["municipalities"] if each["code"] == member],
        "related": None,
        "group": None,
        "told": masks.to_bytes(told - revealing.keys()),
        "withheld": envelope["withheld"] + [{"field": name, "reason": reason} for name in hidden],
    }
    return wire.encode(shape, stripped, body | dict.fromkeys(revealing.values()))
