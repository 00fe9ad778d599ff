"""A release is whole, and what left once binds what leaves later."""

import pytest

from processors.statistics.datasets import MIGRATION, MIGRATION_BY_EFFECT, Dataset
from processors.statistics.publishing.hierarchies import ALL, COARSER, FINEST, TOTAL
from processors.statistics.publishing.releases import Kept, WithheldError, released
from processors.statistics.publishing.tables import Table, table

BY_SEX = Dataset("by-sex", "男女別", "people", ("change", "sex"), "effective", "none")
BY_AGE = Dataset("by-age", "年齢別", "people", ("change", "age"), "effective", "none")
BY_KIND = Dataset("by-kind", "種類別", "people", ("change", "kind"), "effective", "none")
"""Nothing of it can be told coarser."""
FINAL = Dataset("final", "確定", "people", ("change", "sex"), "registered", "none")
PLACES = [("births", "1"), ("births", "2"), ("deaths", "1"), ("deaths", "2")]


def told(*counts: int, dataset: Dataset = BY_SEX, window: str = "2026-04") -> Table:
    return table(dataset, window, dict(zip(PLACES, counts, strict=True)))


def first(*counts: int, dataset: Dataset = BY_SEX) -> list[Kept]:
    return released([told(*counts, dataset=dataset)])


def test_a_release_carries_no_count_that_it_hides() -> None:
    (kept,) = first(5, 40, 40, 40)

    assert ("births", "1") in kept.release.hidden
    assert set() == kept.release.hidden & set(kept.release.shown)
    assert kept.release.count(("births", "1")) is None
    assert 45 == kept.release.count(("births", ALL))


def test_a_zero_is_shown() -> None:
    (kept,) = first(0, 40, 40, 40)

    assert 0 == kept.release.count(("births", "1"))


def test_a_month_in_which_nothing_happened_has_its_total() -> None:
    (kept,) = released([table(BY_SEX, "2026-04", {})])

    assert [[ALL], [ALL]] == kept.release.values()
    assert 0 == kept.release.count((ALL, ALL))


def test_a_revision_is_the_next_vintage() -> None:
    before = first(50, 40, 40, 40)
    (again,) = released([told(52, 41, 40, 43)], before)

    assert [1, 2] == [before[0].release.vintage, again.release.vintage]
    assert 93 == again.release.count(("births", ALL))


def test_what_was_hidden_stays_hidden_when_it_is_large_now() -> None:
    before = first(5, 40, 40, 40)
    (again,) = released([told(60, 40, 40, 40)], before)

    assert before[0].release.hidden == again.release.hidden


@pytest.mark.parametrize(("before", "after"), [(50, 8), (0, 1)])
def test_a_revision_that_makes_a_shown_cell_small_is_withheld(before: int, after: int) -> None:
    with pytest.raises(WithheldError):
        released([told(after, 40, 40, 40, dataset=BY_KIND)], first(before, 40, 40, 40, dataset=BY_KIND))


@pytest.mark.parametrize(("before", "after"), [(50, 8), (0, 1)])
def test_a_revision_that_makes_a_shown_cell_small_no_longer_tells_it_where_it_can_be_told_coarser(
    before: int, after: int
) -> None:
    (again,) = released([told(after, 40, 40, 40)], first(before, 40, 40, 40))

    assert (FINEST, TOTAL) == again.release.finest
    assert {("births", ALL): after + 40, ("deaths", ALL): 80, (ALL, ALL): after + 120} == again.release.shown


def test_a_few_moves_tell_at_least_where_to() -> None:
    counts = {(f"{10 + number}2011", "472018", str(number % 2), "25-29"): 1 for number in range(18)}
    (kept,) = released([table(MIGRATION, "2026-04", counts)])

    assert {(ALL, "47", ALL, ALL): 18, (ALL, ALL, ALL, ALL): 18} == kept.release.shown


def test_by_registration_is_final() -> None:
    with pytest.raises(WithheldError, match="final"):
        released([told(50, 40, 40, 41, dataset=FINAL)], first(50, 40, 40, 40, dataset=FINAL))


def aged(*counts: int) -> Table:
    places = [("births", "0-4"), ("deaths", "60-64"), ("deaths", "90+")]
    return table(BY_AGE, "2026-04", dict(zip(places, counts, strict=True)))


def test_a_revision_is_of_all_datasets_that_share_margins() -> None:
    before = released([told(50, 40, 40, 40), aged(90, 40, 40)])

    with pytest.raises(WithheldError, match="all datasets"):
        released([told(52, 41, 40, 40)], before)
    assert 2 == len(released([told(52, 41, 40, 40), aged(93, 40, 40)], before))


def test_of_tables_that_share_a_margin_none_shows_what_the_other_hides() -> None:
    """Deaths are hidden beside the few births; who tells deaths by age may not tell their sum."""
    by_sex, by_age = (each.release for each in released([told(2, 2, 40, 40), aged(4, 40, 40)]))

    assert by_sex.count(("births", ALL)) is None
    assert by_age.count(("births", ALL)) is None
    assert (by_sex.count(("deaths", ALL)) is None) == (by_age.count(("deaths", ALL)) is None)


@pytest.mark.parametrize("window", ["2026-04-01", "2026", "2026-13", "2026-W14"])
def test_windows_that_overlap_months_do_not_leave(window: str) -> None:
    with pytest.raises(ValueError, match="one month"):
        released([told(50, 40, 40, 40, window=window)])


def test_other_windows_are_not_released_together() -> None:
    with pytest.raises(ValueError, match="one month"):
        released([told(50, 40, 40, 40), told(50, 40, 40, 40, window="2026-05")])


def test_a_table_that_is_too_thin_is_told_by_ten_years_of_age() -> None:
    places = [("births", "0-4"), ("births", "5-9"), ("deaths", "20-24"), ("deaths", "25-29")]
    (kept,) = released([table(BY_AGE, "2026-04", dict.fromkeys(places, 6))])

    assert (FINEST, COARSER) == kept.release.finest
    assert 12 == kept.release.count(("births", "0-9"))
    assert ("births", "0-4") not in {*kept.release.shown, *kept.release.hidden}


def test_a_table_that_is_still_too_thin_is_told_by_prefecture() -> None:
    dataset = Dataset("d", "d", "people", ("municipality", "age"), "effective", "none")
    places = [(code, "20-24") for code in ("131016", "131024", "132012", "472018", "472026", "472034")]
    (kept,) = released([table(dataset, "2026-04", dict.fromkeys(places, 6))])

    assert (COARSER, COARSER) == kept.release.finest
    assert 18 == kept.release.count(("13", "20-29"))


def test_a_later_dataset_is_audited_with_the_equations_of_the_earlier_one() -> None:
    """By sex the few of the first area are known to be 1 to 11; split into births and deaths each would be 1 to 10."""
    by_sex = Dataset("by-sex", "d", "people", ("area", "sex"), "registered", "none")
    by_change = Dataset("by-change", "d", "people", ("area", "change"), "registered", "none")
    sexes = {("1", "f"): 4, ("2", "f"): 8, ("2", "m"): 40, ("3", "f"): 50, ("3", "m"): 50}
    changes = {("1", "b"): 1, ("1", "d"): 3, ("2", "b"): 24, ("2", "d"): 24, ("3", "b"): 50, ("3", "d"): 50}
    before = released([table(by_sex, "2026-04", sexes)])

    assert {("1", "f"), ("1", ALL), ("2", "f"), ("2", ALL)} == before[0].release.hidden
    with pytest.raises(WithheldError):
        released([table(by_change, "2026-04", changes)], before)


def test_a_table_of_very_many_zeros_is_told_coarser() -> None:
    moves = Dataset("moves", "移動", "moves", ("origin", "destination"), "registered", "none")
    each_to_itself = {(f"13{number:04}",) * 2: 50 for number in range(460)}

    (kept,) = released([table(moves, "2026-04", each_to_itself)])

    assert (COARSER, COARSER) == kept.release.finest
    assert {("13", "13"), ("13", ALL), (ALL, "13"), (ALL, ALL)} == set(kept.release.shown)


def test_a_dataset_is_told_by_fewer_dimensions_than_it_is_counted_by() -> None:
    (kept,) = released([table(MIGRATION_BY_EFFECT, "2026-04", {("011002", "131016", "male", "25-29"): 40})])

    assert (TOTAL, FINEST, TOTAL, TOTAL) == kept.release.finest
    assert 40 == kept.release.count((ALL, "131016", ALL, ALL))


def test_a_revision_is_never_finer_than_what_left_before() -> None:
    few, many = ({("births", "0-4"): count, ("births", "5-9"): count, ("deaths", "90+"): 60} for count in (6, 50))
    before = released([table(BY_AGE, "2026-04", few)])
    (again,) = released([table(BY_AGE, "2026-04", many)], before)

    assert (FINEST, COARSER) == before[0].release.finest == again.release.finest
