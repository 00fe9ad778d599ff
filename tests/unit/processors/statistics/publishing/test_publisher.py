"""Each month leaves once, whole, when it is over; what cannot leave is written down and stops nothing else."""

from collections.abc import Mapping

import pytest

from processors.statistics.datasets import (
    DATASETS,
    EXPECTED_ARRIVALS,
    MIGRATION,
    MIGRATION_BY_EFFECT,
    NATURAL_CHANGE,
    Dataset,
    Partial,
    Position,
)
from processors.statistics.publishing import publisher as publishing
from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.months import GRACE_MILLISECONDS, Months, due, end_of
from processors.statistics.publishing.publisher import Publisher, batches
from processors.statistics.publishing.releases import Kept, WithheldError, released
from processors.statistics.publishing.tables import Table
from tests.contract.releases_suite import MemoryShelf

APRIL, MAY = "2026-04", "2026-05"
NOW = 1_800_000_000_000
BIRTHS, DEATHS = ("131016", "birth", "female"), ("131016", "death", "male")
LOG = "life-events"
EVERY = sorted(
    (each.name, MAY if each.clock == "planned" else APRIL) for each in DATASETS.values() if each.clock != "effective"
)
"""What leaves when April is over."""
MANY = len(EVERY)


def over(window: str) -> int:
    return end_of(window) + GRACE_MILLISECONDS


def counted(window: str, counts: Mapping[Place, int], dataset: Dataset = NATURAL_CHANGE) -> Months:
    months = Months(1)
    months.take(Partial(dataset.name, window, 0, {LOG: 7}, counts))
    months.take(Position(0, {LOG: 9}, over(window)))
    return months


def left(shelf: MemoryShelf) -> list[tuple[str, str]]:
    return sorted((each.kept.release.dataset, each.kept.release.window) for each in shelf.kept)


def test_a_month_leaves_when_it_is_over_with_every_dataset() -> None:
    shelf = MemoryShelf()
    publisher = Publisher(shelf, counted(APRIL, {BIRTHS: 40, DEATHS: 44}))

    assert 0 == publisher.publish(over(APRIL) - 1, NOW)
    assert MANY == publisher.publish(over(APRIL), NOW)
    assert EVERY == left(shelf)


def test_a_month_leaves_once_however_often_it_is_asked_for_and_after_a_restart() -> None:
    shelf, months = MemoryShelf(), counted(APRIL, {BIRTHS: 40, DEATHS: 44})

    again = [Publisher(shelf, months).publish(over(APRIL), NOW) for _ in range(2)]
    publisher = Publisher(shelf, months)

    assert [MANY, 0, 0] == [*again, publisher.publish(over(APRIL), NOW)]
    assert set() == shelf.withheld


def test_a_correction_that_comes_when_a_month_has_left_changes_nothing_in_it() -> None:
    shelf, months = MemoryShelf(), counted(APRIL, {BIRTHS: 40, DEATHS: 44})
    publisher = Publisher(shelf, months)
    publisher.publish(over(APRIL), NOW)

    months.take(Partial(NATURAL_CHANGE.name, APRIL, 0, {LOG: 11}, {BIRTHS: 39, DEATHS: 44}))

    assert 0 == publisher.publish(over(APRIL), NOW)


def test_what_is_small_is_hidden_in_what_leaves() -> None:
    shelf = MemoryShelf()
    Publisher(shelf, counted(APRIL, {BIRTHS: 4, DEATHS: 44})).publish(over(APRIL), NOW)

    (births,) = [each for each in shelf.kept if each.kept.release.dataset == NATURAL_CHANGE.name]

    assert all(count is None or count == 0 or count >= NATURAL_CHANGE.k for count in shelf.cells(births).values())


def test_a_release_says_up_to_where_the_log_was_counted() -> None:
    shelf = MemoryShelf()
    Publisher(shelf, counted(APRIL, {BIRTHS: 40})).publish(over(APRIL), NOW)

    assert [{0: {LOG: 9}}] * MANY == [each.read for each in shelf.kept]


def test_what_cannot_leave_is_written_down_and_tried_once_more_after_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise WithheldError

    shelf, months = MemoryShelf(), counted(APRIL, {BIRTHS: 40})
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "released", refuse)
        publisher = Publisher(shelf, months)
        assert [0, 0] == [publisher.publish(over(APRIL), NOW) for _ in range(2)]
    assert set(EVERY) == shelf.withheld

    assert MANY == Publisher(shelf, months).publish(over(APRIL), NOW)
    assert set() == shelf.withheld


def test_counts_that_make_no_sense_leave_with_nobody_and_stop_nothing_else() -> None:
    shelf = MemoryShelf()
    months = counted(APRIL, {BIRTHS: -1})

    assert MANY - 1 == Publisher(shelf, months).publish(over(APRIL), NOW)
    assert [each for each in EVERY if each[0] != NATURAL_CHANGE.name] == left(shelf)


def test_datasets_of_one_measure_and_clock_leave_together_and_by_registration_first() -> None:
    by_age = Dataset("by-age", "年齢別", NATURAL_CHANGE.measure, ("age",), "registered", "none")

    assert [(by_age, NATURAL_CHANGE), (MIGRATION,), (MIGRATION_BY_EFFECT,)] == batches(
        [MIGRATION_BY_EFFECT, MIGRATION, NATURAL_CHANGE, by_age]
    )


ARRIVED: Place = ("011002", "131016", "male", "25-29")


def moves(window: str, by_effect: int) -> Months:
    months = counted(window, {ARRIVED: 40}, MIGRATION)
    months.take(Partial(MIGRATION_BY_EFFECT.name, window, 0, {LOG: 7}, {ARRIVED: by_effect}))
    return months


def vintages(shelf: MemoryShelf) -> list[tuple[int, int | None]]:
    told = [each.release for each in shelf.before([MIGRATION_BY_EFFECT], APRIL)]
    return [(each.vintage, each.count(("all", "131016", "all", "all"))) for each in told]


def test_by_effect_a_month_leaves_later_and_is_revised_in_batches() -> None:
    shelf, months = MemoryShelf(), moves(APRIL, 42)
    publisher = Publisher(shelf, months)
    batches_of_april = due(MIGRATION_BY_EFFECT, APRIL)

    publisher.publish(batches_of_april[0] - 1, NOW)
    assert [] == vintages(shelf)
    for number, at in enumerate(batches_of_april):
        months.take(Partial(MIGRATION_BY_EFFECT.name, APRIL, 0, {LOG: 10 + number}, {ARRIVED: 50 + number}))
        for later in (0, 1):
            publisher.publish(at + later, at + later)

    assert [(1, 50), (2, 51), (3, 52)] == vintages(shelf)


def test_of_revisions_that_fell_due_while_nobody_published_one_is_made() -> None:
    shelf, last = MemoryShelf(), due(MIGRATION_BY_EFFECT, APRIL)[-1]

    for _ in range(2):
        Publisher(shelf, moves(APRIL, 42)).publish(last, last)

    assert [(1, 42)] == vintages(shelf)


def test_by_effect_nothing_leaves_that_could_not_leave_by_registration(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(tables: list[Table], _: object) -> list[Kept]:
        if tables[0].dataset == MIGRATION:
            raise WithheldError
        return released(tables, [])

    shelf, last = MemoryShelf(), due(MIGRATION_BY_EFFECT, APRIL)[-1]
    monkeypatch.setattr(publishing, "released", refuse)
    Publisher(shelf, moves(APRIL, 42)).publish(last, last)

    assert {(MIGRATION.name, APRIL), (MIGRATION_BY_EFFECT.name, APRIL)} <= shelf.withheld


def test_what_only_one_clock_shows_is_hidden_by_the_other() -> None:
    """Nine by registration are hidden; ten by effect, whose difference somebody may know, would tell them."""
    shelf, last = MemoryShelf(), due(MIGRATION_BY_EFFECT, APRIL)[-1]
    months = counted(APRIL, {ARRIVED: 9, ("011002", "131024", "male", "25-29"): 40}, MIGRATION)
    by_effect = {ARRIVED: 10, ("011002", "131024", "male", "25-29"): 40}
    months.take(Partial(MIGRATION_BY_EFFECT.name, APRIL, 0, {LOG: 7}, by_effect))
    Publisher(shelf, months).publish(last, last)

    assert [(1, None)] == vintages(shelf)


def test_what_is_planned_for_a_month_leaves_once_when_it_begins() -> None:
    shelf, months = MemoryShelf(), counted(APRIL, {BIRTHS: 40})
    months.take(Partial(EXPECTED_ARRIVALS.name, MAY, 0, {LOG: 7}, {("131016",): 42}))
    publisher = Publisher(shelf, months)
    publisher.publish(over(APRIL), NOW)
    months.take(Partial(EXPECTED_ARRIVALS.name, MAY, 0, {LOG: 10}, {("131016",): 43}))
    publisher.publish(over(MAY), NOW)

    told = [each.release for each in shelf.before([EXPECTED_ARRIVALS], MAY)]
    assert [(1, 42)] == [(each.vintage, each.count(("131016",))) for each in told]


def test_what_happened_before_the_log_began_is_no_month_of_it() -> None:
    months = moves(APRIL, 42)
    months.take(Partial(MIGRATION_BY_EFFECT.name, "1999-01", 0, {LOG: 7}, {ARRIVED: 42}))

    assert [APRIL] == list(months.over(over(APRIL)))
