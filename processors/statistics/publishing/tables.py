"""A table: one window of a dataset, summed from all partitions, with its margins. What does not stand in it is zero."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from processors.statistics.datasets import Dataset
from processors.statistics.publishing.hierarchies import (
    ALL,
    COARSER,
    DROPPED,
    FALLS_BACK,
    FINEST,
    TOTAL,
    Place,
    coarser,
    is_coarse,
    is_divided,
    is_in,
    sums,
)


class IncompleteError(ValueError):
    """A window cannot be told whole: a count makes no sense."""


@dataclass(frozen=True)
class Table:
    """
    ``counts``: of the finest cells alone, none of them zero. ``finest``: how fine each dimension is told.

    A dimension that a table lacks is one that it tells the total of: so the tables of one measure have the same places.
    """

    dataset: Dataset
    window: str
    dimensions: tuple[str, ...]
    finest: tuple[int, ...]
    counts: Mapping[Place, int]

    @cached_property
    def cells(self) -> Mapping[Place, int]:
        """With all margins."""
        found: Counter[Place] = Counter()
        for place, count in self.counts.items():
            for margin in sums(self.dimensions, place):
                found[margin] += count
        return found

    def holds(self, place: Place) -> bool:
        """Whether this place is a cell of the table, be it zero."""
        return all(map(is_in, self.dimensions, place, self.finest))

    def divides(self, place: Place, position: int) -> bool:
        """Whether cells of the table add up to this one along a dimension."""
        return is_divided(self.dimensions[position], place[position], self.finest[position])


def table(dataset: Dataset, window: str, counts: Mapping[Place, int]) -> Table:
    wrong = [place for place, count in counts.items() if count < 0 or not _is_counted(dataset, place)]
    if wrong:
        raise IncompleteError(f"{dataset.name} {window}: no counts of cells: {len(wrong)}")
    kept = {place: count for place, count in counts.items() if count}
    return Table(dataset, window, dataset.dimensions, (FINEST,) * len(dataset.dimensions), kept)


def widened(told: Table, dimensions: Sequence[str]) -> Table:
    """The same table with the dimensions of others: it tells the total of what it lacks."""
    own = dict(zip(told.dimensions, told.finest, strict=True))
    at = [told.dimensions.index(each) if each in own else None for each in dimensions]
    counts = {
        tuple(ALL if position is None else place[position] for position in at): count
        for place, count in told.counts.items()
    }
    finest = tuple(own.get(each, TOTAL) for each in dimensions)
    return Table(told.dataset, told.window, tuple(dimensions), finest, counts)


def ladder(told: Table) -> Iterable[Table]:
    """
    The table, then coarser ones: by ten years of age, by prefecture, then without ages, sexes and origins.

    What is not told of a dataset is no part of the first one either.
    """
    tells = told.dataset.told or told.dimensions
    for dimension in set(told.dimensions) - set(tells):
        told = _without(told, dimension)
    yield told
    for step in ({FALLS_BACK[0]}, set(FALLS_BACK)):
        if step & set(tells):
            yield (told := _up(told, step))
    for dimension in DROPPED:
        if dimension in tells:
            yield (told := _without(told, dimension))


def _without(told: Table, dropped: str) -> Table:
    """The dimension stays, told as its total: so the tables of one measure have the same places."""
    position = told.dimensions.index(dropped)
    counts: Counter[Place] = Counter()
    for place, count in told.counts.items():
        counts[(*place[:position], ALL, *place[position + 1 :])] += count
    finest = (*told.finest[:position], TOTAL, *told.finest[position + 1 :])
    return Table(told.dataset, told.window, told.dimensions, finest, counts)


def _up(told: Table, which: set[str]) -> Table:
    counts: Counter[Place] = Counter()
    for place, count in told.counts.items():
        counts[_coarsened(told.dimensions, place, which)] += count
    levels = zip(told.dimensions, told.finest, strict=True)
    finest = tuple(COARSER if each in which and fine == FINEST else fine for each, fine in levels)
    return Table(told.dataset, told.window, told.dimensions, finest, counts)


def _coarsened(dimensions: tuple[str, ...], place: Place, which: set[str]) -> Place:
    pairs = zip(dimensions, place, strict=True)
    return tuple(coarser(each, value) if each in which else value for each, value in pairs)


def _is_counted(dataset: Dataset, place: Place) -> bool:
    """A margin is none: its value would stand for what others add up to."""
    fits = len(place) == len(dataset.dimensions) and ALL not in place
    return fits and not any(map(is_coarse, dataset.dimensions, place))
