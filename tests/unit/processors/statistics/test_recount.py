"""A plain loop over the log finds every cell that was told otherwise, and no other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.stream import TopicPartition
from processors.statistics import tallies
from processors.statistics.datasets import Partial, Position
from processors.statistics.recount import Differing, Tables, differing, tables
from processors.statistics.totals import Totals, Window
from tests.unit.processors.routing import world
from tests.unit.processors.statistics.histories import LINES, PARTITION, Line, log, settled

AT = TopicPartition("life-events", PARTITION)
HISTORIES = st.lists(LINES, min_size=1, max_size=16).map(settled)
MOVES = [Line(each, "move", 0, world.ICHIKAWA, world.EDOGAWA, "1", hides=False) for each in (1, 2, 3)]
ABOUT = Window("migration", tallies.month(world.APPENDED), PARTITION)


def told(lines: list[Line], at: frozenset[int]) -> tuple[list[Partial], Position]:
    """What a worker tells that was asked behind these records, and behind the last one."""
    persons, cells, leaving = dict[bytes, bytes](), dict[bytes, bytes](), Totals([], {AT: 0})
    newest = dict[tuple[str, str], Partial]()
    for record in log(lines):
        leaving.counted(record, tallies.count(persons, cells, record))
        if record.offset in at or record.offset == len(lines) - 1:
            newest |= {(each.dataset, each.window): each for each in leaving.changed()}
    (position,) = leaving.positions(0, {AT: len(lines)})
    return list(newest.values()), position


@given(HISTORIES, st.frozensets(st.integers(0, 15)))
def test_what_a_worker_tells_is_what_the_log_says(lines: list[Line], at: frozenset[int]) -> None:
    assert [] == list(differing(log(lines), *told(lines, at), AT.topic))


@given(HISTORIES)
def test_the_tables_are_the_workers_to_the_byte(lines: list[Line]) -> None:
    persons, cells = dict[bytes, bytes](), dict[bytes, bytes]()
    for record in log(lines):
        tallies.count(persons, cells, record)

    assert Tables(persons, cells) == tables(log(lines))


@pytest.mark.parametrize("said", [{}, {(world.ICHIKAWA, world.EDOGAWA, "male", "45-49"): 2}])
def test_a_window_that_is_told_otherwise_is_found(said: dict[tuple[str, ...], int]) -> None:
    ((partial, by_effect), position) = told(MOVES, frozenset())
    wrong = [partial._replace(counts=said), by_effect]

    assert [Differing(ABOUT, 1)] == list(differing(log(MOVES), wrong, position, AT.topic))


def test_a_partial_holds_for_the_place_up_to_which_it_was_read() -> None:
    ((partial, by_effect), position) = told(MOVES[:2], frozenset())
    early = [partial._replace(read={AT.topic: 1}), by_effect]

    assert [] == list(differing(log(MOVES), [partial, by_effect], position, AT.topic))
    assert [Differing(ABOUT, 1)] == list(differing(log(MOVES), early, position, AT.topic))


def test_a_window_that_was_never_told_is_found_once_the_position_is_behind_it() -> None:
    ((_, by_effect), position) = told(MOVES, frozenset())

    assert [Differing(ABOUT, 1)] == list(differing(log(MOVES), [by_effect], position, AT.topic))
    assert [] == list(differing(log(MOVES), [], position._replace(read={AT.topic: 0}), AT.topic))


def test_of_a_cell_that_is_nobody_again_nothing_need_be_told() -> None:
    lines = [MOVES[0], replace(MOVES[0], kind="annulment", about=0)]
    _, position = told(lines, frozenset())

    assert [] == list(differing(log(lines), [], position, AT.topic))
