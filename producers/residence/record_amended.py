"""修正 42–44, 世帯 50–53, 旧氏 54–56, 通称 57 58, and 帰化・国籍喪失 (04 05 with the row they replace)."""

from collections import Counter
from typing import Any

from producers.change import ResidentChange, parse
from producers.reasons import NATURALISATION
from producers.snapshot import Group, changed

RELATED = "related"
"""The envelope's part that a rule may watch too (``fields_changed(…,related)``)."""


class Particulars(Group):
    """Nothing is told: which fields changed is seen by comparing with the record before."""


def own_fields(change: ResidentChange) -> dict[str, Any]:
    parse(Particulars, change.record.particulars, "record.particulars")
    former = change.previous and change.previous.household
    return {
        "amended": amended(change),
        "previous_household": former.model_dump() if former and former != change.record.household else None,
    }


def amended(change: ResidentChange) -> list[str]:
    """A replaced row was removed only for the moment between the two: its state is no change."""
    found = changed(change.previous, change.record)
    replaced = change.previous is not None and change.previous.reason in NATURALISATION.values()
    told = [name for name in found if not (replaced and name == "resident_state")]
    return [*told, RELATED] if _relations_changed(change) else told


def _relations_changed(change: ResidentChange) -> bool:
    """Who is related, whatever the order in which they were written down."""
    former = change.previous.related if change.previous else ()
    return Counter(former) != Counter(change.record.related)
