"""転入: 01 from another municipality, 02 from abroad, 06 ex officio."""

from typing import Any

from producers.change import ResidentChange, parse
from producers.snapshot import Group, MaybeAddress, MaybeDay

KINDS = {"02": "国外", "06": "職権"}
"""What the reason alone tells; 01 says it in the particulars (特例, 証明書, 未届)."""


class Particulars(Group):
    """Fields beside SNAP."""

    moved_in_date: MaybeDay = None
    arrival_kind: str | None = None
    previous_address: MaybeAddress = None
    last_registered_address: MaybeAddress = None
    planned_date: MaybeDay = None
    card_continued: bool | None = None


def own_fields(change: ResidentChange) -> dict[str, Any]:
    record = change.record
    told = parse(Particulars, record.particulars, "record.particulars")
    derived = {
        "moved_in_date": told.moved_in_date or record.effective,
        "arrival_kind": told.arrival_kind or KINDS.get(record.reason),
    }
    return told.model_copy(update=derived).model_dump()
