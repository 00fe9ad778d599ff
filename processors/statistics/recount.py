"""
The log counted again by a plain loop, a partition after the other: what its tables and totals must be. Pure.

The rules are those of ``tallies.py``, so this checks who counts (crashes, tables, what was told), not what is counted;
that is checked by tests which share no code with this room.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeAlias

from kairan.stream import Incoming
from processors.statistics import tallies
from processors.statistics.datasets import Partial, Position
from processors.statistics.tallies import Tally
from processors.statistics.totals import Window

Counts = Mapping[tuple[str, ...], int]
Told: TypeAlias = Partial | Position


class Tables(NamedTuple):
    """Persons and cells, bytes under bytes, as the worker's tables have them."""

    persons: dict[bytes, bytes]
    cells: dict[bytes, bytes]

    def add(self, record: Incoming) -> list[Tally]:
        return tallies.count(self.persons, self.cells, record)


class Differing(NamedTuple):
    """A window of a partition, and how many of its cells are told otherwise than the log has them."""

    window: Window
    cells: int


def tables(records: Iterable[Incoming]) -> Tables:
    """What a partition's records make; with the memory of its people."""
    found = Tables({}, {})
    for record in records:
        found.add(record)
    return found


def differing(
    records: Iterable[Incoming], told: Sequence[Partial], position: Position, topic: str
) -> Iterator[Differing]:
    """
    ``records``: of one partition of ``topic``, all before the furthest place of what was told.

    ``told``: the newest partials of it, of the datasets whose facts lie there: what a lane of the log says of a person
    changes nothing that is counted of the other.

    A partial is true of the place in the log up to which it was read. Of a window that was not told nothing was counted
    up to the position.
    """
    found, its = defaultdict[Window, dict[tuple[str, ...], int]](dict), Tables({}, {})
    windows = frozenset(map(_window, told))

    def reach(claim: Told) -> int:
        return claim.read.get(topic, 0)

    claims: list[Told] = sorted([*told, position], key=reach, reverse=True)
    for record in records:
        while claims and reach(claims[-1]) <= record.offset:
            yield from _wrong(claims.pop(), found, windows)
        for tally in its.add(record):
            found[Window(tally.cell.dataset, tally.cell.window, record.partition)][tally.cell.place] = tally.total
    for claim in reversed(claims):
        yield from _wrong(claim, found, windows)


def _wrong(claim: Told, found: Mapping[Window, Counts], told: AbstractSet[Window]) -> Iterator[Differing]:
    about = [_window(claim)] if isinstance(claim, Partial) else [each for each in found if each not in told]
    counts = claim.counts if isinstance(claim, Partial) else {}
    for window in about:
        counted = found.get(window, {})
        cells = sum(counts.get(place, 0) != counted.get(place, 0) for place in {*counts, *counted})
        if cells:
            yield Differing(window, cells)


def _window(told: Partial) -> Window:
    return Window(told.dataset, told.window, told.partition)
