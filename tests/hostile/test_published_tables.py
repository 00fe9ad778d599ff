"""A thousand random tables: whoever has all that is published finds no hidden cell within less than it must be wide."""

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from processors.statistics.publishing import control, releases
from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.releases import Kept, WithheldError, released
from processors.statistics.publishing.tables import table
from tests.hostile.attacker import Told, narrow
from tests.hostile.tables import LARGER, SHAPES, counts, dataset, leaves, revised

WINDOW = "2026-04"


def found(
    dimensions: Sequence[str], places: Sequence[Place], kept: Sequence[Kept], changes: Mapping[Place, int]
) -> object:
    """What an attacker finds in all releases; ``changes``: from the first vintage to the second."""
    newest = max(each.release.vintage for each in kept)
    told = [Told(each.release, {} if each.release.vintage == newest else changes) for each in kept]
    return narrow(dimensions, places, told, lambda which, place: kept[which].inside.table.cells.get(place, 0))


def attacked(seed: int, shapes: Sequence[dict[str, int]]) -> object:
    chance = random.Random(seed)
    shape = shapes[seed % len(shapes)]
    places = leaves(chance, shape)
    kept = released([table(dataset(*shape), WINDOW, counts(chance, places))])
    return found(tuple(shape), places, kept, {})


@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_each_hidden_cell_of_a_thousand_tables_is_wide_enough(first: int) -> None:
    assert [] == [seed for seed in range(first, first + 100) if attacked(seed, SHAPES)]


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, 1000, 50))
def test_each_hidden_cell_of_a_thousand_larger_tables_is_wide_enough(first: int) -> None:
    assert [] == [seed for seed in range(first, first + 50) if attacked(seed, LARGER)]


def vintages(seed: int) -> tuple[object, bool]:
    """What two vintages give back, and whether the second one left."""
    chance = random.Random(seed)
    shape = SHAPES[seed % len(SHAPES)]
    places = leaves(chance, shape)
    first = counts(chance, places)
    second = revised(chance, first, places)
    kept = released([table(dataset(*shape), WINDOW, first)])
    try:
        again = released([table(dataset(*shape), WINDOW, second)], kept)
    except WithheldError:
        again = []
    changes = {place: second.get(place, 0) - first.get(place, 0) for place in places} if again else {}
    return found(tuple(shape), places, [*kept, *again], changes), bool(again)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_difference_of_two_vintages_gives_nothing_back(first: int) -> None:
    outcomes = [vintages(seed) for seed in range(first, first + 50)]

    assert not any(given_back for given_back, _ in outcomes)
    assert {left for _, left in outcomes} == {True, False}


def clocks(seed: int) -> tuple[object, bool]:
    """What two clocks give back of nearly the same, and whether the second one left; told by one of its dimensions."""
    chance = random.Random(seed)
    shape = SHAPES[seed % len(SHAPES)]
    places = leaves(chance, shape)
    final = dataset(*shape, name="final", clock="registered")
    by_effect = replace(dataset(*shape), told=tuple(shape)[:1])
    registered = counts(chance, places)
    happened = revised(chance, registered, places)
    kept = released([table(final, WINDOW, registered)])
    try:
        (again,) = released([table(by_effect, WINDOW, happened)], kept)
    except WithheldError:
        return found(tuple(shape), places, kept, {}), False
    changes = {place: happened.get(place, 0) - registered.get(place, 0) for place in places}
    told = [Told(kept[0].release, changes), Told(again.release, is_first=False)]
    both = [*kept, again]
    given_back = narrow(tuple(shape), places, told, lambda which, place: both[which].inside.table.cells.get(place, 0))
    return given_back, True


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_difference_of_two_clocks_gives_nothing_back(first: int) -> None:
    outcomes = [clocks(seed) for seed in range(first, first + 50)]

    assert not any(given_back for given_back, _ in outcomes)
    assert {left for _, left in outcomes} == {True, False}


def test_an_attacker_finds_the_difference_of_clocks_that_know_nothing_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = releases._together
    monkeypatch.setattr(releases, "_together", lambda tables, _before, counted: together(tables, [], counted))

    assert any(clocks(seed)[0] for seed in range(40))


def test_an_attacker_finds_what_is_counted_more_finely_than_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    together = releases._together
    monkeypatch.setattr(releases, "_together", lambda tables, before, _counted: together(tables, before, tables))

    assert any(clocks(seed)[0] for seed in range(200))


def overlapping(seed: int, *, one_by_one: bool) -> object:
    chance = random.Random(seed)
    dimensions = ("municipality", "sex", "change")
    places = leaves(chance, {"municipality": 3, "sex": 2, "change": 2})
    counted = counts(chance, places)
    by_sex, by_change = (
        table(dataset(*(dimensions[at] for at in kept), name=f"by-{kept}"), WINDOW, summed(counted, kept))
        for kept in ((0, 1), (0, 2))
    )
    if not one_by_one:
        return found(dimensions, places, released([by_sex, by_change]), {})
    kept = released([by_sex])
    with suppress(WithheldError):
        kept += released([by_change], kept)
    return found(dimensions, places, kept, {})


def summed(counted: Mapping[Place, int], kept: Sequence[int]) -> dict[Place, int]:
    sums: dict[Place, int] = {}
    for place, count in counted.items():
        over = tuple(place[at] for at in kept)
        sums[over] = sums.get(over, 0) + count
    return sums


def test_tables_that_share_margins_give_nothing_of_each_other_back() -> None:
    assert [] == [seed for seed in range(100) if overlapping(seed, one_by_one=False)]


def test_a_table_gives_nothing_back_of_one_that_left_before_with_the_same_margins() -> None:
    assert [] == [seed for seed in range(100) if overlapping(seed, one_by_one=True)]


def test_an_attacker_finds_what_only_small_counts_hide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_protected", lambda _spans, hidden, _costs: hidden)

    assert any(attacked(seed, SHAPES) for seed in range(20))


def test_an_attacker_finds_what_was_hidden_without_a_thought_of_margins(monkeypatch: pytest.MonkeyPatch) -> None:
    equations = control.system
    monkeypatch.setattr(control, "system", lambda _tables, moving: equations([], moving))

    assert any(attacked(seed, SHAPES) for seed in range(20))


def test_an_attacker_finds_what_a_coarser_revision_forgets_of_finer_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    together = releases._together
    monkeypatch.setattr(releases, "_together", lambda tables, before, _counted: together(tables, before, tables))

    assert vintages(186)[0]


def test_an_attacker_finds_the_difference_of_vintages_that_know_nothing_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = releases._together
    monkeypatch.setattr(releases, "_together", lambda tables, _before, counted: together(tables, [], counted))

    assert any(vintages(seed)[0] for seed in range(20))


def test_an_attacker_finds_what_tables_hide_that_know_nothing_of_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    together = releases._together
    monkeypatch.setattr(releases, "_together", lambda tables, _before, counted: together(tables, [], counted))

    assert any(overlapping(seed, one_by_one=True) for seed in range(100))
