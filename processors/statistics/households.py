"""
What a record says of households. Pure.

Each person of a household has a record of her own, and each household has one head: so it is counted at the head, and
nobody has to know who lives with whom.
"""

from processors.statistics.reading import Told

HEAD = "02"
KINDS = {"50": "formed", "51": "dissolved", "52": "changed", "53": "head-changed"}
"""By 異動事由: 世帯分離, 世帯合併, 世帯変更, 世帯主変更."""


def change(told: Told) -> str | None:
    """What corrects a fact has a reason of its own (42 to 44): the reason is that of the first record which has one."""
    return next((KINDS[each] for each in told.reasons if each in KINDS), None)


def kind(told: Told) -> str | None:
    """None for whoever heads nothing. Of a household that is no more the head is who headed it before."""
    found = change(told)
    relationship = told.former_relationship if found == "dissolved" else told.relationship
    return found if found == "changed" or relationship == HEAD else None
