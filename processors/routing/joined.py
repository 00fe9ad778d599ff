"""Handles that are one person, or may be: how many of them have which standing, and who has a neighbour that hides."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

Mark = TypeVar("Mark", bound=str)
Claim: TypeAlias = tuple[bytes, bytes]
"""One handle of a set, and one of its neighbour."""


@dataclass(slots=True, eq=False)
class _Set(Generic[Mark]):
    handles: list[bytes]
    counts: Counter[Mark]
    claims: set[Claim] = field(default_factory=set)
    hiding: int = 0
    """How many of the claims lead to a set that hides."""

    def __len__(self) -> int:
        return len(self.handles) + len(self.claims)


class Joined(Generic[Mark]):
    """
    Disjoint sets of marked handles; no set is ever parted. Claims make two sets neighbours, and nobody beyond.

    The smaller set goes into the larger one, so no handle moves more often than sets can double. Marks are counted, and
    so are neighbours that hide: asking costs the same for a set of two and of ten thousand. A set that begins to hide,
    or ends, tells its neighbours.

    Args:
        silent: the mark that hides nobody.

    """

    def __init__(self, silent: Mark) -> None:
        self._silent = silent
        self._sets: dict[bytes, _Set[Mark]] = {}

    def join(self, one: bytes, other: bytes, marks: tuple[Mark, Mark]) -> None:
        """``marks``: of a handle that is in no set yet."""
        small, large = sorted(self._both(one, other, marks), key=len)
        if small is large:
            return
        if (hides := self._hides(small)) != self._hides(large):
            self._tell(large if hides else small, 1)
        large.handles += small.handles
        large.counts.update(small.counts)
        large.claims |= small.claims
        large.hiding += small.hiding
        self._sets |= dict.fromkeys(small.handles, large)

    def claim(self, one: bytes, other: bytes, marks: tuple[Mark, Mark]) -> None:
        """Makes the sets of both neighbours; ``marks`` as in `join`."""
        of_one, of_other = self._both(one, other, marks)
        for found, claim, neighbour in ((of_one, (one, other), of_other), (of_other, (other, one), of_one)):
            if claim not in found.claims:
                found.claims.add(claim)
                found.hiding += self._hides(neighbour)

    def change(self, handle: bytes, former: Mark, mark: Mark) -> None:
        """A handle has another mark now."""
        if (found := self._sets.get(handle)) is None:
            return
        hid = self._hides(found)
        found.counts[former] -= 1
        found.counts[mark] += 1
        if (hides := self._hides(found)) != hid:
            self._tell(found, 1 if hides else -1)

    def __contains__(self, handle: bytes) -> bool:
        """Is it in a set?"""
        return handle in self._sets

    def has(self, handle: bytes, mark: Mark) -> bool:
        """Has anybody of the handle's set this mark? False for a handle in no set."""
        found = self._sets.get(handle)
        return found is not None and found.counts[mark] > 0

    def is_beside(self, handle: bytes) -> bool:
        """Does a neighbour of the handle's set hide? False for a handle in no set."""
        found = self._sets.get(handle)
        return found is not None and found.hiding > 0

    def around(self, handle: bytes) -> frozenset[bytes]:
        """Whose standing hers is, or may follow from it: her set and its neighbours; herself alone in no set."""
        found = self._sets.get(handle)
        if found is None:
            return frozenset({handle})
        beside = (self._sets[other].handles for _, other in found.claims)
        return frozenset(found.handles).union(*beside)

    def _hides(self, found: _Set[Mark]) -> bool:
        return found.counts[self._silent] < len(found.handles)

    def _tell(self, found: _Set[Mark], change: int) -> None:
        for _, other in found.claims:
            self._sets[other].hiding += change

    def _both(self, one: bytes, other: bytes, marks: tuple[Mark, Mark]) -> tuple[_Set[Mark], _Set[Mark]]:
        return self._set(one, marks[0]), self._set(other, marks[1])

    def _set(self, handle: bytes, mark: Mark) -> _Set[Mark]:
        found = self._sets.get(handle)
        if found is None:
            found = self._sets[handle] = _Set([handle], Counter({mark: 1}))
        return found
