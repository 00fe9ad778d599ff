"""However often a process dies, and whatever its two tables lost: what is counted is what a plain recount counts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kairan.stream import Incoming, TopicPartition
from processors.statistics import tallies, totals
from processors.statistics.tallies import count, read_cell, read_person, write_cell, write_person
from processors.statistics.totals import Totals
from tests.unit.processors.routing import world
from tests.unit.processors.statistics.histories import LINES, PARTITION, Cells, Line, log, recount, settled

AT = TopicPartition("life-events", PARTITION)
HISTORIES = st.lists(LINES, min_size=1, max_size=16).map(settled)
MOVE = Line(1, "move", 0, world.ICHIKAWA, world.EDOGAWA, "1", hides=False)
MOVES = ("migration", "migration-by-effect")
Cut = Callable[[], int]


class Shelf(dict[bytes, bytes]):
    """A table: what its store has, and ``kept``, what its changelog has; a write comes there later or never."""

    def __init__(self, stored: Any = (), kept: Any = ()) -> None:
        super().__init__(stored)
        self.kept = dict(kept)
        self.before = dict(self)
        self.writes: list[tuple[int, bytes, bytes]] = []
        self.now = 0

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.writes.append((self.now, key, value))
        super().__setitem__(key, value)

    def recovered(self, cut: Cut, *, is_wiped: bool) -> "Shelf":
        """
        The changelog has of each key what was written up to some record.

        So has the store if it was lost; else it may have any later value, of each key another one.
        """
        keys = dict.fromkeys(key for _, key, _ in self.writes)
        until = {key: cut() for key in keys}
        kept = self.kept | {key: value for offset, key, value in self.writes if offset < until[key]}
        ahead = until if is_wiped else {key: max(until[key], cut()) for key in keys}
        stored = (self.kept if is_wiped else self.before) | {
            key: value for offset, key, value in self.writes if offset < ahead[key]
        }
        return Shelf(stored, kept)


def counted(cells: dict[bytes, bytes]) -> Cells:
    found = [read_cell(value) for value in cells.values()]
    return {tuple(each.cell): each.total for each in found if each.total}


def play(records: Sequence[Incoming], persons: Shelf, cells: Shelf, leaving: Totals, lines: Sequence[Line]) -> None:
    """Every total that leaves on the way is what a recount up to there says."""
    for record in records:
        persons.now = cells.now = record.offset
        leaving.counted(record, count(persons, cells, record))
        for partial in leaving.changed():
            expected = recount(lines[: partial.read["life-events"]])
            assert told_by(partial) == {
                cell: number for cell, number in expected.items() if cell[:2] == (partial.dataset, partial.window)
            }


def told_by(partial: Any) -> Cells:
    again = totals.read(totals.write(partial))
    return {(again.dataset, again.window, place): number for place, number in again.counts.items()}


@given(HISTORIES)
def test_what_is_counted_is_what_a_plain_recount_counts(lines: list[Line]) -> None:
    persons, cells = Shelf(), Shelf()

    play(log(lines), persons, cells, Totals([], {}), lines)

    assert recount(lines) == counted(cells)


@given(HISTORIES, st.data())
@example([MOVE], None)
def test_nothing_is_lost_or_counted_twice_whatever_either_table_lost(lines: list[Line], data: Any) -> None:
    records, persons, cells, start = log(lines), Shelf(), Shelf(), 0
    for _ in range(data.draw(st.integers(0, 3)) if data else 1):
        reached = data.draw(st.integers(start, len(records))) if data else 1
        play(records[start:reached], persons, cells, Totals(cells.items(), {AT: start}), lines)
        start = data.draw(st.integers(start, reached)) if data else 0
        cut: Cut = (lambda s=start, r=reached: data.draw(st.integers(s, r))) if data else iter([1, 0, 0]).__next__
        persons, cells = (
            each.recovered(cut, is_wiped=data.draw(st.booleans()) if data else True) for each in (persons, cells)
        )
    play(records[start:], persons, cells, Totals(cells.items(), {AT: start}), lines)

    assert recount(lines) == counted(cells)


def test_two_records_of_hers_may_be_known_before_a_cell_has_either() -> None:
    """Why her value keeps each record, and not what her last one added."""
    lines = [MOVE, Line(1, "correction", 0, world.HAYAMA, world.EDOGAWA, "1", hides=False)]
    persons, cells, records = Shelf(), Shelf(), log(lines)
    play(records, persons, cells, Totals([], {}), lines)

    cells = Shelf()
    play(records, persons, cells, Totals([], {}), lines)

    assert recount(lines) == counted(cells)
    assert 1 == len({cell for cell in recount(lines) if cell[0] == "migration"})


def test_a_value_comes_back_as_it_was_written() -> None:
    persons, cells = Shelf(), Shelf()
    lines = [MOVE, Line(1, "annulment", 0, world.HAYAMA, world.EDOGAWA, "1", hides=True)]
    play(log(lines), persons, cells, Totals([], {}), lines)

    assert list(persons.values()) == [write_person(read_person(value)) for value in persons.values()]
    assert list(cells.values()) == [write_cell(read_cell(value)) for value in cells.values()]
    assert () == read_person(None)


def test_partitions_that_share_a_store_count_each_for_itself() -> None:
    persons, cells, record = Shelf(), Shelf(), log([MOVE])[0]
    count(persons, cells, record)
    count(persons, cells, record._replace(partition=6, key=world.handle(2)))

    assert [PARTITION, PARTITION, 6, 6] == [tallies.partition_of(key) for key in cells]
    assert [1] * 4 == [read_cell(value).total for value in cells.values()]


def test_other_events_change_nothing() -> None:
    persons, cells = Shelf(), Shelf()

    assert [] == count(persons, cells, world.record("residence.MoveInNotified"))
    assert ({}, {}) == (persons, cells)


@pytest.mark.parametrize("kind", ["correction", "annulment"])
def test_what_corrects_something_unknown_counts_nowhere_and_neither_does_what_corrects_that(kind: Any) -> None:
    others = Line(2, "correction", 0, world.ICHIKAWA, world.EDOGAWA, "2", hides=False)
    lines = [MOVE, others, Line(2, kind, 1, world.HAYAMA, world.EDOGAWA, "2", hides=False)]
    persons, cells = Shelf(), Shelf()
    play(log(lines), persons, cells, Totals([], {}), lines)

    place = (world.ICHIKAWA, world.EDOGAWA, "male", "45-49")
    assert {(name, "2026-01", place): 1 for name in MOVES} == counted(cells)


def test_who_hid_when_she_was_counted_stays_hidden_in_what_corrects_it() -> None:
    hidden = Line(1, "move", 0, world.ICHIKAWA, world.EDOGAWA, "1", hides=True)
    lines = [hidden, Line(1, "correction", 0, world.ICHIKAWA, world.EDOGAWA, "2", hides=False)]
    cells = Shelf()
    play(log(lines), Shelf(), cells, Totals([], {}), lines)

    place = ("unknown", "unknown", "female", "45-49")
    assert {(name, "2026-01", place): 1 for name in MOVES} == counted(cells)


def test_a_correction_moves_a_move_to_the_month_in_which_it_happened() -> None:
    lines = [MOVE, replace(MOVE, kind="correction", came="2025-12-31")]
    cells = Shelf()
    play(log(lines), Shelf(), cells, Totals([], {}), lines)

    assert [("migration", "2026-01"), ("migration-by-effect", "2025-12")] == sorted(cell[:2] for cell in counted(cells))
