"""
Who hides: small counts, and as many others as it takes so that no equation gives one of them back.

A zero is never hidden, and whoever attacks is taken to know it: a hidden cell is one at least. Of what left before
(another vintage, another dataset of the same measure) each cell keeps its state, and whoever attacks is taken to know
by how much each has changed since.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log1p

from processors.statistics.publishing.auditing import Spans
from processors.statistics.publishing.equations import system
from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.tables import IncompleteError, Table

LARGEST = 5_000
"""Cells that are not zero, with margins. More are not audited in minutes: the table is then told coarser, or not."""


class ThinError(ValueError):
    """Nothing that may still be hidden protects a cell of these tables; the message names no cell."""


@dataclass(frozen=True)
class Controlled:
    """A table and its hidden cells; ``room``: how far below its count each may be, for all that is known. Inside."""

    table: Table
    room: Mapping[Place, int]

    def shows(self, place: Place) -> bool:
        """Also a zero."""
        return self.table.holds(place) and place not in self.room


def small(told: Table) -> frozenset[Place]:
    """
    The primary rule: counts below the dataset's ``k``, but not zero.

    A measure that sums values of contributors (yen, days) needs the dominance rule beside it: its largest contributors
    must not be readable from the sum. Not yet: all datasets count persons, and a ``Partial`` carries counts alone.
    """
    return frozenset(place for place, count in told.cells.items() if 0 < count < told.dataset.k)


def controlled(
    tables: Sequence[Table], before: Sequence[Controlled] = (), counted: Sequence[Table] = ()
) -> list[Controlled]:
    """
    All tables together, for cells that they share are the same; their dimensions are the same, too.

    ``counted``: the same tables as fine as they were counted, where they are told coarser than that.
    """
    counts = _agreed(tables)
    earlier = {place for each in before for place in each.room}
    hidden = earlier.union(*map(small, tables))
    if any(each.shows(place) for each in before for place in hidden):
        raise ThinError("a cell to hide was shown before, or the other way round")
    free = {place for place, count in counts.items() if count and not any(each.shows(place) for each in before)}
    if len(free | hidden) > LARGEST:
        raise ThinError("more cells than can be audited")
    room = {place: counts[place] - 1 for place in free} | _rooms(before, counted or tables)
    spans = Spans(system([*tables, *(each.table for each in before)], free | hidden), _most(counts, before), room)
    hidden = _protected(spans, hidden, {place: log1p(counts[place]) for place in free - hidden})
    return [Controlled(each, {place: room[place] for place in hidden if each.holds(place)}) for each in tables]


def _protected(spans: Spans, hidden: set[Place], costs: Mapping[Place, float]) -> set[Place]:
    """Hides the cheapest detour of each cell that is too narrow until none is: what is hidden only grows."""
    narrow = spans.narrow(hidden)
    while narrow:
        grown = set(hidden)
        for place in narrow:
            detour = spans.detour(place, {each: cost for each, cost in costs.items() if each not in grown})
            grown.update(detour or ())
        if grown == hidden:
            raise ThinError("no other cell protects one that must be hidden")
        hidden = grown
        narrow = spans.narrow(hidden)
    return hidden


def _agreed(tables: Sequence[Table]) -> dict[Place, int]:
    """What all say; tables of one measure that were not counted up to the same place of the log say different."""
    counts = {place: count for each in tables for place, count in each.cells.items()}
    if any(
        each.cells.get(place, 0) != count for place, count in counts.items() for each in tables if each.holds(place)
    ):
        raise IncompleteError("tables of one measure do not agree")
    return counts


def _rooms(before: Iterable[Controlled], counted: Sequence[Table]) -> dict[Place, int]:
    """
    Of cells hidden earlier: what all vintages leave; who was hidden stays so, even as a zero.

    Also where a coarser table no longer tells of them: by how much they changed is known, and below zero they are not.
    """
    rooms: dict[Place, int] = {}
    for each in before:
        for place, room in each.room.items():
            left = [told.cells.get(place, 0) for told in counted if told.holds(place)]
            rooms[place] = min([room, rooms.get(place, room), *left])
    return rooms


def _most(counts: Mapping[Place, int], before: Iterable[Controlled]) -> dict[Place, int]:
    """The largest count that a cell ever had decides how wide it must be."""
    most = dict(counts)
    for each in before:
        for place in each.room:
            most[place] = max(most.get(place, 0), each.table.cells.get(place, 0))
    return most
