"""A table is summed whole, with every margin; further up it says the same of fewer cells."""

import pytest

from processors.statistics.datasets import MIGRATION, NATURAL_CHANGE, UNKNOWN
from processors.statistics.publishing.hierarchies import ALL, COARSER, FINEST, TOTAL, sums, upwards
from processors.statistics.publishing.tables import IncompleteError, ladder, table, widened

APRIL = "2026-04"


@pytest.mark.parametrize(
    ("dimension", "value", "way"),
    [
        ("municipality", "131016", ["131016", "13", ALL]),
        ("origin", UNKNOWN, [UNKNOWN, ALL]),
        ("age", "25-29", ["25-29", "20-29", ALL]),
        ("age", "5-9", ["5-9", "0-9", ALL]),
        ("age", "90+", ["90+", ALL]),
        ("sex", "131016", ["131016", ALL]),
        ("change", "births", ["births", ALL]),
    ],
)
def test_a_value_adds_up_to_what_is_above_it(dimension: str, value: str, way: list[str]) -> None:
    assert way == list(upwards(dimension, value))


def test_a_cell_counts_once_at_each_margin_of_it() -> None:
    found = list(sums(("municipality", "sex"), ("131016", "1")))

    assert [("131016", "1"), ("131016", ALL), ("13", "1"), ("13", ALL), (ALL, "1"), (ALL, ALL)] == found


def test_every_margin_is_added_up() -> None:
    counts = {("131016", "births", "1"): 12, ("132012", "deaths", "2"): 4}

    cells = table(NATURAL_CHANGE, APRIL, counts).cells

    assert 12 == cells["131016", "births", "1"]
    assert 16 == cells["13", ALL, ALL] == cells[ALL, ALL, ALL]
    assert 4 == cells[ALL, "deaths", ALL]


@pytest.mark.parametrize(
    ("place", "count"),
    [
        (("131016", "births", "1"), -1),
        (("131016", "births"), 3),
        (("13", "births", "1"), 3),
        (("131016", ALL, "1"), 3),
    ],
)
def test_less_than_nothing_and_margins_are_not_counted(place: tuple[str, ...], count: int) -> None:
    with pytest.raises(IncompleteError):
        table(NATURAL_CHANGE, APRIL, {place: count})


def test_a_zero_is_a_cell_that_does_not_stand_in_the_table() -> None:
    told = table(NATURAL_CHANGE, APRIL, {("131016", "births", "1"): 0})

    assert {} == told.cells
    assert told.holds(("131016", "births", "1"))


def test_a_table_is_told_by_ten_years_first_then_by_prefecture() -> None:
    fine, aged, far, *_ = ladder(
        table(MIGRATION, APRIL, {("131016", UNKNOWN, "1", "25-29"): 3, ("132012", UNKNOWN, "1", "20-24"): 4})
    )

    assert fine.cells["131016", ALL, ALL, "20-29"] == 3
    assert {("131016", UNKNOWN, "1", "20-29"): 3, ("132012", UNKNOWN, "1", "20-29"): 4} == aged.counts
    assert {("13", UNKNOWN, "1", "20-29"): 7} == far.counts
    assert [
        (FINEST, FINEST, FINEST, FINEST),
        (FINEST, FINEST, FINEST, COARSER),
        (COARSER, COARSER, FINEST, COARSER),
    ] == [each.finest for each in (fine, aged, far)]


def test_a_coarser_table_says_the_same_of_what_it_still_has() -> None:
    fine, *further = ladder(
        table(MIGRATION, APRIL, {("131016", "472018", "1", "25-29"): 3, ("132012", UNKNOWN, "2", "90+"): 4})
    )

    for far in further:
        assert far.cells == {place: count for place, count in fine.cells.items() if far.holds(place)}


def test_a_table_that_is_still_too_thin_is_told_without_ages_then_sexes_then_origins() -> None:
    *_, aged, sexed, far = ladder(
        table(MIGRATION, APRIL, {("131016", "472018", "1", "25-29"): 3, ("132012", "472018", "2", "90+"): 4})
    )

    assert {("13", "47", "1", ALL): 3, ("13", "47", "2", ALL): 4} == aged.counts
    assert {("13", "47", ALL, ALL): 7} == sexed.counts
    assert {(ALL, "47", ALL, ALL): 7} == far.counts
    assert (TOTAL, COARSER, TOTAL, TOTAL) == far.finest


def test_a_table_in_the_dimensions_of_another_tells_the_total_of_what_it_lacks() -> None:
    told = widened(
        table(NATURAL_CHANGE, APRIL, {("131016", "births", "1"): 3}), ["age", "change", "municipality", "sex"]
    )

    assert {(ALL, "births", "131016", "1"): 3} == told.counts
    assert not told.holds(("25-29", "births", "131016", "1"))
    assert not told.divides((ALL, ALL, ALL, ALL), 0)
    assert told.divides((ALL, ALL, ALL, ALL), 1)
