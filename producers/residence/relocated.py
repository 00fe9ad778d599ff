"""転居, and 区間異動 inside a designated city (same 宛名番号, new 世帯番号)."""

from typing import Annotated, Any

from producers.change import ResidentChange, parse
from producers.snapshot import Absent, Group, Household, MaybeAddress, MaybeDay, MaybeHousehold


class Scope(Group):
    """転居 or 区間異動 with both wards."""

    kind: str = "転居"
    former_ward: str | None = None
    new_ward: str | None = None


class Particulars(Group):
    """Fields beside SNAP; the former address and household are otherwise those of the version before."""

    relocated_date: MaybeDay = None
    previous_address: MaybeAddress = None
    previous_household: MaybeHousehold = None
    scope: Annotated[Scope | None, Absent] = None


def own_fields(change: ResidentChange) -> dict[str, Any]:
    record, previous = change.record, change.previous
    told = parse(Particulars, record.particulars, "record.particulars")
    derived = {
        "relocated_date": told.relocated_date or record.effective,
        "previous_address": told.previous_address or (previous and previous.address),
        "previous_household": told.previous_household or _left_household(change),
        "scope": told.scope or Scope(),
    }
    return told.model_copy(update=derived).model_dump()


def _left_household(change: ResidentChange) -> Household | None:
    former = change.previous and change.previous.household
    present = change.record.household
    return former if former and (present is None or present.number != former.number) else None
