"""A table is summed whole, with every margin; further up it says the same of fewer cells."""

from collections.abc import Mapping

import pytest

from processors.statistics.datasets import MIGRATION, NATURAL_CHANGE, UNKNOWN, Partial
from processors.statistics.publishing.hierarchies import ALL, COARSER, FINEST, sums, upwards
from processors.statistics.publishing.tables import IncompleteError, ladder, summed, table, widened

APRIL = "2026-04"
Counts = Mapping[tuple[str, ...], int]


def partial(partition: int, counts: Counts, *, read: int = 1, window: str = APRIL) -> Partial:
    return Partial(NATURAL_CHANGE.name, window, partition, {"log.1": read}, counts)


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


def test_partitions_are_added_up_with_their_margins() -> None:
    parts = [
        partial(0, {("131016", "births", "1"): 7}),
        partial(1, {("131016", "births", "1"): 5, ("132012", "deaths", "2"): 4}),
    ]

    cells = summed(NATURAL_CHANGE, APRIL, parts, 2).cells

    assert 12 == cells["131016", "births", "1"]
    assert 16 == cells["13", ALL, ALL] == cells[ALL, ALL, ALL]
    assert 4 == cells[ALL, "deaths", ALL]


def test_of_a_partition_the_newest_partial_counts_in_whatever_order_they_come() -> None:
    place = ("131016", "births", "1")
    parts = [partial(0, {place: 7}, read=9), partial(0, {place: 5}, read=4)]

    assert 7 == summed(NATURAL_CHANGE, APRIL, parts, 1).cells[place]


def test_other_windows_and_datasets_do_not_count() -> None:
    other = partial(0, {("131016", "births", "1"): 7}, window="2026-05")
    stranger = Partial(MIGRATION.name, APRIL, 0, {}, {})

    assert {} == summed(NATURAL_CHANGE, APRIL, [partial(0, {}), other, stranger], 1).cells


def test_a_table_without_a_partition_is_not_told() -> None:
    with pytest.raises(IncompleteError, match="1 partitions of 2"):
        summed(NATURAL_CHANGE, APRIL, [partial(1, {})], 2)


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
    fine, aged, far = ladder(
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
    fine, _, far = ladder(
        table(MIGRATION, APRIL, {("131016", "472018", "1", "25-29"): 3, ("132012", UNKNOWN, "2", "90+"): 4})
    )

    assert far.cells == {place: count for place, count in fine.cells.items() if far.holds(place)}


def test_a_table_in_the_dimensions_of_another_tells_the_total_of_what_it_lacks() -> None:
    told = widened(
        table(NATURAL_CHANGE, APRIL, {("131016", "births", "1"): 3}), ["age", "change", "municipality", "sex"]
    )

    assert {(ALL, "births", "131016", "1"): 3} == told.counts
    assert not told.holds(("25-29", "births", "131016", "1"))
    assert not told.divides((ALL, ALL, ALL, ALL), 0)
    assert told.divides((ALL, ALL, ALL, ALL), 1)
