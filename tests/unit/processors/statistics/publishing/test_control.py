"""Who hides, and how many others it takes."""

import pytest

from processors.statistics.datasets import Dataset, K
from processors.statistics.publishing import control
from processors.statistics.publishing.auditing import needed
from processors.statistics.publishing.control import ThinError, controlled, small
from processors.statistics.publishing.hierarchies import ALL, Place
from processors.statistics.publishing.tables import IncompleteError, Table, ladder, table

PEOPLE = Dataset("people", "人", "people", ("change", "sex"), "effective", "none")


def told(*counts: int) -> Table:
    """Two changes by two sexes."""
    places = [("births", "1"), ("births", "2"), ("deaths", "1"), ("deaths", "2")]
    return table(PEOPLE, "2026-04", dict(zip(places, counts, strict=True)))


def hidden(*counts: int) -> set[Place]:
    (found,) = controlled([told(*counts)])
    return set(found.room)


@pytest.mark.parametrize(("count", "hides"), [(0, False), (1, True), (K - 1, True), (K, False)])
def test_a_count_below_k_hides_and_k_and_zero_do_not(count: int, hides: bool) -> None:  # noqa: FBT001
    assert hides == (("births", "1") in small(told(count, 50, 50, 50)))


def test_k_is_the_datasets_own() -> None:
    of_three = Dataset("p", "p", "people", ("sex",), "effective", "none", k=3)

    assert {("1",)} == small(table(of_three, "2026-04", {("1",): 2, ("2",): 3}))


def test_margins_that_are_small_hide_too() -> None:
    assert (ALL, "1") in small(told(4, 50, 3, 50))


def test_where_nothing_is_small_nothing_hides() -> None:
    assert set() == hidden(10, 50, 0, 50)


def test_a_small_count_takes_a_square_with_it() -> None:
    assert {("births", "1"), ("births", "2"), ("deaths", "1"), ("deaths", "2")} == hidden(5, 40, 40, 40)


def test_two_that_add_up_to_little_take_their_total_with_them() -> None:
    """3 + 4 would be known to within 7 by their sum."""
    found = hidden(3, 4, 60, 60)

    assert {("births", "1"), ("births", "2"), ("births", ALL)} <= found


def test_a_zero_is_not_hidden_and_so_protects_nobody() -> None:
    found = hidden(5, 0, 60, 60)

    assert ("births", "2") not in found
    assert {("births", "1"), ("births", ALL)} <= found


@pytest.mark.parametrize(("count", "wide"), [(0, 10), (50, 10), (51, 11), (1000, 200)])
def test_an_interval_is_ten_wide_or_a_fifth_of_the_count(count: int, wide: int) -> None:
    assert wide == needed(count)


def test_tables_that_do_not_agree_are_not_hidden_together() -> None:
    with pytest.raises(IncompleteError):
        controlled([told(20, 20, 20, 20), told(21, 20, 20, 20)])


def test_what_is_too_large_to_be_audited_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "LARGEST", 8)

    with pytest.raises(ThinError):
        controlled([told(5, 40, 40, 40)])


def test_what_no_answer_comes_of_in_time_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processors.statistics.publishing.auditing.witness", lambda *_: None)

    with pytest.raises(ThinError):
        controlled([told(5, 40, 40, 40)])


TOWNS = Dataset("towns", "市区町村", "people", ("municipality",), "effective", "none")


def towns(*counts: int) -> Table:
    places = [("131016",), ("472018",), ("011002",)]
    return table(TOWNS, "2026-04", dict(zip(places, counts, strict=True)))


def test_a_hidden_margin_is_given_back_by_zeros_below_it() -> None:
    """By prefecture 13 was hidden; that nobody is in any municipality of it now must not be told."""
    *_, by_prefecture = ladder(towns(5, 40, 40))

    with pytest.raises(ThinError):
        controlled([towns(0, 40, 40)], controlled([by_prefecture]))


def test_what_was_hidden_can_be_no_further_below_than_any_vintage_allows() -> None:
    before = controlled([told(5, 40, 40, 40)])
    (again,) = controlled([told(60, 40, 40, 40)], before)

    assert 4 == before[0].room["births", "1"] == again.room["births", "1"]


def test_the_largest_count_that_a_hidden_cell_ever_had_says_how_wide_it_must_be() -> None:
    """As 50 it would be wide enough beside 5; as 500 it was not to be known to within 53."""
    before = controlled([told(5, 500, 200, 200)])

    with pytest.raises(ThinError):
        controlled([told(5, 50, 200, 200)], before)
