"""出生 03; the parents stand in ``related``, the name may be 未定."""

from typing import Any

from producers.change import ResidentChange, parse
from producers.snapshot import Group


class Particulars(Group):
    """Fields beside SNAP."""

    birth_kind: str | None = None
    notice_route: str | None = None


def own_fields(change: ResidentChange) -> dict[str, Any]:
    return parse(Particulars, change.record.particulars, "record.particulars").model_dump()
