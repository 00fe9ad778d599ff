"""What is known of hidden cells: along each dimension cells add up to their margin, and what is shown does not move."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from scipy.sparse import csr_array

from processors.statistics.publishing.hierarchies import Place, above
from processors.statistics.publishing.tables import Table

Margin = tuple[int, Place]
"""The dimension along which is added up, and where."""


class System(NamedTuple):
    """
    ``matrix`` @ moves == 0: by how much the cells of ``places`` may all be other than they are, and fit what is shown.

    ``at``: the column of each. Of fewer cells, as the others are shown, it is the same matrix with fewer columns.
    """

    places: Sequence[Place]
    at: Mapping[Place, int]
    matrix: csr_array


def system(tables: Iterable[Table], moving: Collection[Place]) -> System:
    """
    The equations of all tables of one measure, of every window's vintage: a place is the same cell in each.

    A margin that moves while all that adds up to it is shown gives itself away: it stands alone in its equation.
    """
    places = sorted(moving)
    rows = {row for each in tables for row in _rows(each, set(moving))}
    at = {place: column for column, place in enumerate(places)}
    return System(places, at, _matrix(sorted(rows), at))


Row = tuple[tuple[Place, int], ...]


def _rows(told: Table, moving: Collection[Place]) -> Iterable[Row]:
    parts: dict[Margin, list[Place]] = {}
    for place in sorted(moving):
        if told.holds(place):
            for margin in _margins(told, place):
                parts.setdefault(margin, [])
            for margin in _adds_to(told, place):
                parts.setdefault(margin, []).append(place)
    for (_, total), adding in parts.items():
        yield (*((place, 1) for place in adding), *(((total, -1),) if total in moving else ()))


def _margins(told: Table, place: Place) -> Iterable[Margin]:
    """The equations of which a place is the sum."""
    return ((position, place) for position in range(len(place)) if told.divides(place, position))


def _adds_to(told: Table, place: Place) -> Iterable[Margin]:
    """The equations in which a place is added."""
    for position, dimension in enumerate(told.dimensions):
        up = (*place[:position], above(dimension, place[position]), *place[position + 1 :])
        if up != place:
            yield position, up


def _matrix(rows: Sequence[Row], at: Mapping[Place, int]) -> csr_array:
    entries = [(number, at[place], sign) for number, row in enumerate(rows) for place, sign in row]
    lines, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array((signs, (lines, columns)), shape=(len(rows), len(at)), dtype=float)
