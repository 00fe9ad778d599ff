"""Entries as routing writes them, for the tests of whoever keeps and shows them."""

from collections.abc import Sequence
from typing import Any

from kairan import masks, wire
from kairan.stream import Incoming
from processors.disclosures.entries import SHAPE, TOPIC

EDOGAWA, HAYAMA, KANAGAWA = "131237", "143014", "140007"
WRITTEN = 1_800_000_000_000
MOVED_IN = "residence.MovedIn"
FLAG = "protection.ProtectionChanged"


def told(
    member: str = EDOGAWA, business: str = "027", rule: str = "own", fields: int = 3, **stated: Any
) -> dict[str, Any]:
    return {
        "member": member, "channel": "desk", "business": business, "rule": rule,
        "fields": masks.to_bytes(range(fields)), "takes_back": False,
    } | stated  # fmt: skip


def entry(
    person: bytes,
    *them: dict[str, Any],
    related: Sequence[bytes] = (),
    written: int = WRITTEN,
    at: int = 0,
    **stated: Any,
) -> Incoming:
    """Of a person's event at this offset of the log; to 児童手当 of her own municipality unless said otherwise."""
    people = [{"role": "child", "handle": each} for each in related]
    plain = {
        "type": MOVED_IN, "municipality": EDOGAWA, "business": "001", "told": list(them) or [told()],
        "related": people, "way": "routed", "run": 0, "lane": "live", "partition": 5, "offset": at,
    }  # fmt: skip
    return Incoming(TOPIC, 5, at, written, person, wire.encode_record(SHAPE, plain | stated))
