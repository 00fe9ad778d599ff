"""Whole months leave, each once, as soon as nothing can be added to them any more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from kairan.logs import log
from processors.statistics.datasets import DATASETS, Dataset
from processors.statistics.publishing import files
from processors.statistics.publishing.files import File
from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.months import Months
from processors.statistics.publishing.releases import Kept, WithheldError, released
from processors.statistics.publishing.tables import IncompleteError

Measure = tuple[Dataset, ...]
"""Datasets that count the same, and so are judged and leave together."""


class Leaving(NamedTuple):
    """
    A release with all that is kept of it.

    ``read``: by partition and topic up to which offset it tells; ``places``: all its cells, zeros too.
    """

    kept: Kept
    read: Mapping[int, Mapping[str, int]]
    places: Sequence[Place]
    files: Sequence[File]


class Shelf(Protocol):
    """What a publisher needs of its store (``store.Store``)."""

    def left(self) -> set[tuple[str, str]]: ...
    def before(self, datasets: Iterable[Dataset], window: str) -> list[Kept]: ...
    def save(self, leaving: Sequence[Leaving], now: int) -> None: ...
    def withhold(self, datasets: Iterable[Dataset], window: str, now: int) -> None: ...


def measures(datasets: Iterable[Dataset] = DATASETS.values()) -> list[Measure]:
    ordered = sorted(datasets, key=lambda each: (each.measure, each.name))
    return [tuple(of_one) for _, of_one in groupby(ordered, key=lambda each: each.measure)]


class Publisher:
    """
    What has left or cannot leave is not looked at again; what was withheld is tried once more after each start.

    A month in which the log began is told as it is: nobody knows what was before.
    """

    def __init__(self, shelf: Shelf, months: Months) -> None:
        self._shelf = shelf
        self._months = months
        self._settled = shelf.left()

    def publish(self, until: int, now: int) -> int:
        """How many tables left; ``until``: what was appended before is counted, as a time like ``now``."""
        return sum(self._leave(measure, window, now) for measure, window in list(self._due(until)))

    def _due(self, until: int) -> Iterator[tuple[Measure, str]]:
        for window in self._months.over(until):
            for measure in measures():
                if not all((each.name, window) in self._settled for each in measure):
                    yield measure, window

    def _leave(self, measure: Measure, window: str, now: int) -> int:
        self._settled.update((each.name, window) for each in measure)
        try:
            tables = [self._months.table(each, window) for each in measure]
            leaving = released(tables, self._shelf.before(measure, window))
        except WithheldError:
            self._shelf.withhold(measure, window, now)
            return 0
        except IncompleteError as error:
            log().error("withheld", alarm="counts make no sense", error=type(error).__name__)
            return 0
        self._shelf.save([self._whole(each) for each in leaving], now)
        return len(leaving)

    def _whole(self, kept: Kept) -> Leaving:
        dataset = DATASETS[kept.release.dataset]
        read = self._months.read(dataset, kept.release.window)
        return Leaving(kept, read, list(files.places(kept.release)), files.of(kept.release, dataset))
