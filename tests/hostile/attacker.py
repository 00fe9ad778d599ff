"""
Who wants to know what is hidden: has all releases, knows the rules, asks a linear program of the cells at the bottom.

Shares no code with what hides: unknown are the finest counts of the newest vintage, everything shown is a sum of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron

from processors.statistics.publishing.releases import Release

Place = tuple[str, ...]
MUCH = 100_000


@dataclass(frozen=True)
class Told:
    """
    A release, and by how much the newest vintage's finest counts differ from it: the attacker knows each change.

    ``is_first``: of its measure; nothing hidden is zero in it.
    """

    release: Release
    changes: Mapping[Place, int] = field(default_factory=dict)
    is_first: bool = True


def groups(dimension: str, value: str) -> list[str]:
    """What a finest value belongs to, one word for each: itself, one step up, the total."""
    if dimension in ("municipality", "origin", "destination") and len(value) == 6:
        return [value, value[:2], "all"]
    if dimension == "age" and "-" in value:
        lower = int(value.split("-", maxsplit=1)[0])
        return [value, f"{lower - lower % 10}-{lower - lower % 10 + 9}", "all"]
    return [value, value, "all"]


def publics(release: Release, dimensions: Sequence[str], leaf: Place) -> list[Place]:
    """All places of a release that a finest cell counts at."""
    values = dict(zip(dimensions, leaf, strict=True))
    finest = zip(release.dimensions, release.finest, strict=True)
    return list(product(*(dict.fromkeys(groups(each, values[each])[fine:]) for each, fine in finest)))


class Attacker:
    """``leaves``: every finest place that there could be, in ``dimensions``."""

    def __init__(self, dimensions: Sequence[str], leaves: Sequence[Place], told: Sequence[Told]) -> None:
        self.sums: dict[tuple[int, Place], list[int]] = {}
        self.told = told
        self.leaves = leaves
        for number, leaf in enumerate(leaves):
            for which, each in enumerate(told):
                for place in publics(each.release, dimensions, leaf):
                    self.sums.setdefault((which, place), []).append(number)

    def intervals(self) -> dict[tuple[int, Place], float]:
        """How wide each hidden cell of each release is, all asked at once: a copy of the world for each end of each."""
        hidden = [(which, place) for which, place in self.sums if place in self.told[which].release.hidden]
        shown = [each for each in self.sums if each[1] not in self.told[each[0]].release.hidden]
        if not hidden:
            return {}
        asked, equal = self._rows(hidden), self._rows(shown)
        values = [self._newest(each, self.told[each[0]].release.shown.get(each[1], 0)) for each in shown]
        least = [self._newest(each, self._at_least(each)) for each in hidden]
        worlds = eye_array(2 * len(hidden))
        ends = np.concatenate([each for row in asked.toarray() for each in (-row, row)])
        found = linprog(
            ends, A_eq=kron(worlds, equal), b_eq=np.tile(values, 2 * len(hidden)),
            A_ub=kron(worlds, -asked), b_ub=-np.tile(least, 2 * len(hidden)), bounds=(0, MUCH),
        )  # fmt: skip
        assert found.x is not None, "what is shown contradicts itself"
        far = (ends * found.x).reshape(2 * len(hidden), -1).sum(axis=1)
        return {each: -float(far[2 * at] + far[2 * at + 1]) for at, each in enumerate(hidden)}

    def _rows(self, cells: Sequence[tuple[int, Place]]) -> csr_array:
        rows = np.zeros((len(cells), len(self.leaves)))
        for row, each in enumerate(cells):
            rows[row, self.sums[each]] = 1
        return csr_array(rows)

    def _newest(self, cell: tuple[int, Place], value: int) -> int:
        changes = self.told[cell[0]].changes
        return value + sum(changes.get(self.leaves[number], 0) for number in self.sums[cell])

    def _at_least(self, cell: tuple[int, Place]) -> int:
        """A zero is not hidden, unless it was hidden before."""
        told = self.told[cell[0]]
        return 1 if told.release.vintage == 1 and told.is_first else 0


def narrow(
    dimensions: Sequence[str], leaves: Sequence[Place], told: Sequence[Told], count: Callable[[int, Place], int]
) -> dict[tuple[int, Place], float]:
    """The hidden cells that are given back, with their intervals; ``count`` tells what they are in truth."""
    found = Attacker(dimensions, leaves, told).intervals()
    return {each: wide for each, wide in found.items() if wide < max(10, 0.2 * count(*each)) - 1e-6}
