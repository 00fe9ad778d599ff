"""What a publisher may rely on of a shelf of releases: each passes this suite (``publisher.Shelf``)."""

from collections.abc import Iterable, Mapping, Sequence

from processors.statistics.datasets import MIGRATION_BY_EFFECT, NATURAL_CHANGE, Dataset
from processors.statistics.publishing import files
from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.publisher import Leaving, Shelf
from processors.statistics.publishing.releases import Kept, released
from processors.statistics.publishing.tables import table

PLACES = [(place, change, "female") for place in ("131016", "131024") for change in ("birth", "death")]
REVISED = Dataset("revised", "出生・死亡", NATURAL_CHANGE.measure, NATURAL_CHANGE.dimensions, "effective", "none")
NOW = 1_800_000_000_000


class MemoryShelf:
    """As ``store.Store``, without a database."""

    def __init__(self) -> None:
        self.kept: list[Leaving] = []
        self.times: dict[tuple[str, str], int] = {}
        self.withheld: set[tuple[str, str]] = set()

    def left(self) -> Mapping[tuple[str, str], int]:
        return self.times

    def before(self, datasets: Iterable[Dataset], window: str) -> list[Kept]:
        names = {each.name for each in datasets}
        kept = [each.kept for each in self.kept]
        return [each for each in kept if each.release.dataset in names and each.release.window == window]

    def save(self, leaving: Sequence[Leaving], now: int) -> None:
        self.kept += leaving
        self.times |= {(each.kept.release.dataset, each.kept.release.window): now for each in leaving}
        self.withheld -= self.times.keys()

    def withhold(self, datasets: Iterable[Dataset], window: str, now: int) -> None:
        self.withheld |= {(each.name, window) for each in datasets}

    @staticmethod
    def cells(leaving: Leaving) -> Mapping[Place, int | None]:
        return {place: leaving.kept.release.count(place) for place in leaving.places}


def leaving(window: str, *counts: int, before: Sequence[Kept] = ()) -> Leaving:
    (kept,) = released([table(NATURAL_CHANGE, window, dict(zip(PLACES, counts, strict=True)))], before)
    files_of_it = files.of(kept.release, NATURAL_CHANGE)
    return Leaving(kept, {0: {"life-events": 9}}, list(files.places(kept.release)), files_of_it)


def revised(window: str, count: int, before: Sequence[Kept] = ()) -> Leaving:
    """By effect: from 札幌市 to two municipalities."""
    counts = {("011002", place, "male", "25-29"): number for place, number in (("131016", 40), ("131024", count))}
    (kept,) = released([table(MIGRATION_BY_EFFECT, window, counts)], before)
    return Leaving(kept, {}, list(files.places(kept.release)), files.of(kept.release, MIGRATION_BY_EFFECT))


class ShelfSuite:
    """``shelf`` and ``window``, a month that no other test has, are the fixtures of whoever runs it."""

    def test_what_was_kept_is_found_again_as_it_left(self, shelf: Shelf, window: str) -> None:
        told = leaving(window, 4, 40, 44, 48)
        shelf.save([told], NOW)

        (found,) = shelf.before([NATURAL_CHANGE], window)

        assert told.kept.release == found.release
        assert told.kept.inside == found.inside

    def test_what_left_is_known(self, shelf: Shelf, window: str) -> None:
        assert (NATURAL_CHANGE.name, window) not in shelf.left()

        shelf.save([leaving(window, 40, 40, 44, 48)], NOW)

        assert (NATURAL_CHANGE.name, window) in shelf.left()

    def test_of_a_month_that_was_revised_it_is_known_when_it_left_last(self, shelf: Shelf, window: str) -> None:
        shelf.save([revised(window, 40)], NOW)
        shelf.save([revised(window, 41, shelf.before([MIGRATION_BY_EFFECT], window))], NOW + 1)

        assert NOW + 1 == shelf.left()[MIGRATION_BY_EFFECT.name, window]

    def test_of_another_month_or_dataset_nothing_is_found(self, shelf: Shelf, window: str) -> None:
        shelf.save([leaving(window, 40, 40, 44, 48)], NOW)

        assert [] == shelf.before([NATURAL_CHANGE], "1999-01")
        assert [] == shelf.before([REVISED], window)

    def test_what_is_withheld_has_not_left_and_may_leave_later(self, shelf: Shelf, window: str) -> None:
        for _ in range(2):
            shelf.withhold([NATURAL_CHANGE], window, NOW)
        assert (NATURAL_CHANGE.name, window) not in shelf.left()

        shelf.save([leaving(window, 40, 40, 44, 48)], NOW)

        assert (NATURAL_CHANGE.name, window) in shelf.left()
