"""Stores of the whole front door in memory: they keep the contract of those on PostgreSQL (tests/contract)."""

from collections.abc import Collection, Sequence

from gateway.hiding import Leg
from kairan.identifiers import Handle


class MemoryMoving:
    """``gateway.hiding.Moving``."""

    def __init__(self) -> None:
        self.legs: list[Leg] = []

    def of(self, people: Collection[Handle]) -> Sequence[Leg]:
        return [leg for leg in self.legs if leg.person in set(people)]

    def together(self, groups: Collection[str]) -> Sequence[Leg]:
        return [leg for leg in self.legs if leg.groups & set(groups)]
