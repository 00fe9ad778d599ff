"""A month is told when nothing can be added to it any more, and of each partition what has read further."""

from datetime import UTC, datetime
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from processors.statistics.datasets import MIGRATION, NATURAL_CHANGE, Partial, Position
from processors.statistics.publishing.months import GRACE_MILLISECONDS, Months, after, end_of

APRIL, MAY, JUNE = "2026-04", "2026-05", "2026-06"
PLACE = ("131016", "birth", "female")
LOG = "life-events"


def births(partition: int, number: int, *, read: int = 1, window: str = APRIL) -> Partial:
    return Partial(NATURAL_CHANGE.name, window, partition, {LOG: read}, {PLACE: number})


def position(partition: int, until: int, *, read: int = 1) -> Position:
    return Position(partition, {LOG: read}, until)


def taken(*told: Partial | Position, partitions: int = 2) -> Months:
    months = Months(partitions)
    for each in told:
        months.take(each)
    return months


def test_a_month_ends_at_midnight_in_japan() -> None:
    assert datetime(2026, 4, 30, 15, tzinfo=UTC).timestamp() * 1000 == end_of(APRIL)


def test_behind_december_comes_january() -> None:
    assert "2027-01" == after("2026-12")


def test_partitions_are_added_up() -> None:
    assert {PLACE: 12} == taken(births(0, 7), births(1, 5)).table(NATURAL_CHANGE, APRIL).counts


def test_a_partition_that_tells_nothing_of_a_month_adds_nothing_to_it() -> None:
    assert {} == taken(births(0, 7), births(1, 5)).table(MIGRATION, APRIL).counts


def test_other_months_do_not_count() -> None:
    assert {} == taken(births(0, 7)).table(NATURAL_CHANGE, MAY).counts


def test_of_a_partition_what_has_read_further_counts_in_whatever_order_it_comes() -> None:
    of_one = (births(0, 7, read=4), births(0, 9, read=6), births(0, 8, read=5))

    for order in permutations(of_one):
        assert {PLACE: 9} == taken(*order).table(NATURAL_CHANGE, APRIL).counts


def test_nobody_knows_how_far_is_counted_while_a_partition_is_silent() -> None:
    assert taken(position(0, 5)).until() is None


def test_what_the_slowest_partition_has_counted_is_counted() -> None:
    assert 3 == taken(position(0, 5), position(1, 3)).until()


def test_a_worker_that_tells_again_what_it_told_before_takes_nothing_back() -> None:
    assert 9 == taken(position(0, 9, read=7), position(0, 4, read=3), partitions=1).until()


def test_a_month_is_over_an_hour_behind_its_end_and_not_before() -> None:
    months = taken(births(0, 1))
    due = end_of(APRIL) + GRACE_MILLISECONDS

    assert [] == list(months.over(due - 1))
    assert [APRIL] == list(months.over(due))


def test_a_month_in_which_nothing_was_counted_is_told_too() -> None:
    months = taken(births(0, 1), births(0, 1, window=JUNE))

    assert [APRIL, MAY, JUNE] == list(months.over(end_of(JUNE) + GRACE_MILLISECONDS))


def test_before_the_first_fact_no_month_is_told() -> None:
    assert [] == list(taken(position(0, 1)).over(end_of(JUNE) * 2))


def test_a_table_says_up_to_where_it_tells_of_each_partition() -> None:
    months = taken(births(0, 7, read=4), position(0, 1, read=9), position(1, 1, read=3), births(1, 1, read=5))

    assert {0: {LOG: 9}, 1: {LOG: 5}} == months.read(NATURAL_CHANGE, APRIL)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99)), min_size=1, unique_by=lambda each: each[0]))
def test_totals_never_go_back(told: list[tuple[int, int]]) -> None:
    furthest = max(told)[1]

    months = taken(*(births(0, number, read=read) for read, number in told), partitions=1)

    assert furthest == sum(months.table(NATURAL_CHANGE, APRIL).counts.values())
