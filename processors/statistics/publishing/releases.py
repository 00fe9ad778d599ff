"""A release: the whole table of one window of one dataset, of one vintage, as it leaves; or none at all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from processors.statistics.publishing.control import Controlled, ThinError, controlled
from processors.statistics.publishing.hierarchies import ALL, Place
from processors.statistics.publishing.tables import Table, ladder, widened

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
"""The one kind of window: windows that overlap would give each other's difference."""


WIDEST = 200_000
"""Cells of a release, zeros too: each is a row and a record."""


class WithheldError(ValueError):
    """These tables do not leave; what left before stays as it is."""


@dataclass(frozen=True)
class Release:
    """What leaves, and nothing that is hidden. A place of the table that is neither shown nor hidden is a zero."""

    dataset: str
    window: str
    vintage: int
    dimensions: tuple[str, ...]
    finest: tuple[int, ...]
    shown: Mapping[Place, int]
    hidden: frozenset[Place]

    def count(self, place: Place) -> int | None:
        """None where it is hidden."""
        return None if place in self.hidden else self.shown.get(place, 0)

    def values(self) -> list[list[str]]:
        """Of each dimension those that occur, and the total; all combinations of them are its cells."""
        told = {*self.shown, *self.hidden}
        return [sorted({ALL, *(place[position] for place in told)}) for position in range(len(self.dimensions))]


@dataclass(frozen=True)
class Kept:
    """A release and what it was made of, for the next ones are judged by all that left. Stays inside."""

    release: Release
    inside: Controlled


def released(tables: Sequence[Table], before: Sequence[Kept] = ()) -> list[Kept]:
    """
    All tables of one measure and window together, as fine as they can be told; WithheldError where none can.

    ``before``: all releases of this measure and window, of every vintage and dataset.
    """
    _fit(tables, before)
    for step in _steps(tables):
        if any(_is_finer(each, left.inside.table) for each in step for left in before):
            continue
        try:
            leaving = [_next(each, before) for each in _together(step, before, tables)]
        except ThinError:
            continue
        if all(prod(map(len, each.release.values())) <= WIDEST for each in leaving):
            return leaving
    raise WithheldError("however coarse, these tables give a hidden cell back")


def is_thin(told: Table) -> bool:
    """Whether more than half of its finest cells are too small to be shown: so it is not told as fine as that."""
    return 2 * sum(count < told.dataset.k for count in told.counts.values()) > len(told.counts)


def _fit(tables: Sequence[Table], before: Sequence[Kept]) -> None:
    about = {(each.dataset.measure, each.window) for each in [*tables, *(each.inside.table for each in before)]}
    if len(about) != 1 or not all(MONTH.fullmatch(window) for _, window in about):
        raise ValueError("tables of one measure and one month are released together")
    names = {each.dataset.name for each in tables}
    again = [each.inside.table.dataset for each in before if each.release.dataset in names]
    if any(each.clock != "effective" for each in again):
        raise WithheldError("what is not by effect is final")
    if (
        again
        and not {each.release.dataset for each in before if each.inside.table.dataset.clock == "effective"} <= names
    ):
        raise WithheldError("a revision is of all datasets of its measure")


def _is_finer(told: Table, before: Table) -> bool:
    """
    What would be told more finely than what left before of the same.

    Whoever knows by how much it has changed since knows how many it must be at least; what it was is not kept here.
    """
    former = dict(zip(before.dimensions, before.finest, strict=True))
    own = zip(told.dimensions, told.finest, strict=True)
    return any(fine < former[each] for each, fine in own if each in former and each in _tells(before))


def _tells(told: Table) -> Sequence[str]:
    return told.dataset.told or told.dimensions


def _steps(tables: Sequence[Table]) -> Iterator[list[Table]]:
    """Each table as fine as it is not thin, then all further up."""
    ladders = [list(ladder(each)) for each in tables]
    firsts = [_first(each) for each in ladders]
    for step in range(max(map(len, ladders))):
        yield [each[min(max(step, first), len(each) - 1)] for each, first in zip(ladders, firsts, strict=True)]


def _first(steps: Sequence[Table]) -> int:
    return next((number for number, each in enumerate(steps) if not is_thin(each)), len(steps) - 1)


def _together(tables: Sequence[Table], before: Sequence[Kept], counted: Sequence[Table]) -> list[Controlled]:
    """In all dimensions that any of them has, as cells that tables share are the same; each back in its own."""
    inside = [each.inside for each in before]
    all_of_them = sorted({each for told in [*tables, *(each.table for each in inside)] for each in told.dimensions})
    told, as_counted = ([widened(each, all_of_them) for each in them] for them in (tables, counted))
    wide = controlled(told, [_wide(each, all_of_them) for each in inside], as_counted)
    return [_own(each, told) for each, told in zip(wide, tables, strict=True)]


def _wide(kept: Controlled, dimensions: Sequence[str]) -> Controlled:
    at = {each: position for position, each in enumerate(kept.table.dimensions)}
    room = {
        tuple(place[at[each]] if each in at else ALL for each in dimensions): far for place, far in kept.room.items()
    }
    return Controlled(widened(kept.table, dimensions), room)


def _own(kept: Controlled, told: Table) -> Controlled:
    at = [kept.table.dimensions.index(each) for each in told.dimensions]
    return Controlled(told, {tuple(place[position] for position in at): far for place, far in kept.room.items()})


def _next(inside: Controlled, before: Sequence[Kept]) -> Kept:
    vintages = [each.release.vintage for each in before if each.release.dataset == inside.table.dataset.name]
    return kept(inside, max(vintages, default=0) + 1)


def kept(inside: Controlled, vintage: int) -> Kept:
    told = inside.table
    shown = {place: count for place, count in told.cells.items() if inside.shows(place)}
    hidden = frozenset(inside.room)
    return Kept(Release(told.dataset.name, told.window, vintage, told.dimensions, told.finest, shown, hidden), inside)
