"""死亡 23: when, never why or where."""

from typing import Annotated, Any

from producers.change import ResidentChange, parse
from producers.snapshot import Absent, Group, MaybeDay, Name


class Notifier(Group):
    """届出人."""

    name: Name
    relationship: str | None = None


class Particulars(Group):
    """Fields beside SNAP."""

    death_date: MaybeDay = None
    was_head: bool | None = None
    notifier: Annotated[Notifier | None, Absent] = None


def own_fields(change: ResidentChange) -> dict[str, Any]:
    told = parse(Particulars, change.record.particulars, "record.particulars")
    return told.model_copy(update={"death_date": told.death_date or change.record.effective}).model_dump()
