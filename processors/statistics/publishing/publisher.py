"""Whole months leave, each once, as soon as nothing can be added to them any more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from kairan.logs import log
from processors.statistics.datasets import DATASETS, Dataset
from processors.statistics.publishing import files
from processors.statistics.publishing.files import File
from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.months import Months, after, due
from processors.statistics.publishing.releases import Kept, WithheldError, released
from processors.statistics.publishing.tables import IncompleteError

Batch = tuple[Dataset, ...]
"""Datasets that count the same by the same clock, and so are judged and leave together."""


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

    def left(self) -> Mapping[tuple[str, str], int]: ...
    def before(self, datasets: Iterable[Dataset], window: str) -> list[Kept]: ...
    def save(self, leaving: Sequence[Leaving], now: int) -> None: ...
    def withhold(self, datasets: Iterable[Dataset], window: str, now: int) -> None: ...


def batches(datasets: Iterable[Dataset] = DATASETS.values()) -> list[Batch]:
    """What is by registration first: what is by effect is judged by it."""

    def its(dataset: Dataset) -> tuple[bool, str]:
        return dataset.clock != "registered", dataset.measure

    ordered = sorted(datasets, key=lambda each: (its(each), each.name))
    return [tuple(of_one) for _, of_one in groupby(ordered, key=its)]


class Publisher:
    """
    What has left or cannot leave is not looked at again; what was withheld is tried once more after each start.

    A month in which the log began is told as it is: nobody knows what was before. Of revisions that fell due while
    nobody published the last one alone is made.
    """

    def __init__(self, shelf: Shelf, months: Months) -> None:
        self._shelf = shelf
        self._months = months
        self._settled = dict(shelf.left())

    def publish(self, until: int, now: int) -> int:
        """How many tables left; ``until``: what was appended before is counted, as a time like ``now``."""
        return sum(self._leave(batch, window, now) for batch, window in list(self._due(until)))

    def _due(self, until: int) -> Iterator[tuple[Batch, str]]:
        for over in self._months.over(until):
            for batch in batches():
                window = after(over) if batch[0].clock == "planned" else over
                since = max((each for each in due(batch[0], window) if each <= until), default=None)
                if since is not None and not all(self._is_settled(each, window, since) for each in batch):
                    yield batch, window

    def _is_settled(self, dataset: Dataset, window: str, since: int) -> bool:
        """What is not by effect is final."""
        settled = self._settled.get((dataset.name, window))
        return settled is not None and (dataset.clock != "effective" or settled >= since)

    def _leave(self, batch: Batch, window: str, now: int) -> int:
        self._settled.update(((each.name, window), now) for each in batch)
        try:
            tables = [self._months.table(each, window) for each in batch]
            leaving = released(tables, self._before(batch, window))
        except WithheldError:
            self._shelf.withhold(batch, window, now)
            return 0
        except IncompleteError as error:
            log().error("withheld", alarm="counts make no sense", error=type(error).__name__)
            return 0
        self._shelf.save([self._whole(each) for each in leaving], now)
        return len(leaving)

    def _before(self, batch: Batch, window: str) -> list[Kept]:
        """All that left of what they count. By effect nothing leaves before it has left by registration."""
        same = [each for each in {*DATASETS.values(), *batch} if each.measure == batch[0].measure]
        before = self._shelf.before(same, window)
        first = {each.name for each in same if each.clock == "registered"} - {each.name for each in batch}
        if not first <= {each.release.dataset for each in before}:
            raise WithheldError("by registration it has not left")
        return before

    def _whole(self, kept: Kept) -> Leaving:
        dataset = DATASETS[kept.release.dataset]
        read = self._months.read(dataset, kept.release.window)
        return Leaving(kept, read, list(files.places(kept.release)), files.of(kept.release, dataset))
