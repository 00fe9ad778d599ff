"""What all partitions count of each month, and which months nothing can be added to any more. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from processors.statistics.counting import JAPAN
from processors.statistics.datasets import DATASETS, REVISED_AFTER, Dataset, Partial, Position
from processors.statistics.publishing.tables import Table, table

GRACE_MILLISECONDS = 60 * 60 * 1000
"""Who counts and who appends may have clocks that differ; an hour behind its end a month is over for both."""
_DECEMBER = 12
_REGISTERED = frozenset(each.name for each in DATASETS.values() if each.clock == "registered")
Told = TypeVar("Told", Partial, Position)


class Months:
    """
    The newest of each partition, whatever the order in which partials and positions come.

    Of two that tell the same total the one that has read further is the newer one: after a crash a worker tells again
    what it told before.
    """

    def __init__(self, partitions: int) -> None:
        self._positions: dict[int, Position] = {}
        self._partials: dict[tuple[str, str, int], Partial] = {}
        self._partitions = partitions

    def take(self, told: Partial | Position) -> None:
        if isinstance(told, Position):
            self._positions[told.partition] = _further(self._positions.get(told.partition), told)
        else:
            key = (told.dataset, told.window, told.partition)
            self._partials[key] = _further(self._partials.get(key), told)

    def until(self) -> int | None:
        """All that was appended before is counted (milliseconds since 1970 UTC); None while a partition is silent."""
        if len(self._positions) < self._partitions:
            return None
        return min(each.until for each in self._positions.values())

    def told(self) -> Iterator[tuple[list[Partial], Position]]:
        """Of each partition that is counted what it counts, and how far."""
        for at, position in self._positions.items():
            yield [each for each in self._partials.values() if each.partition == at], position

    def over(self, now: int) -> Iterator[str]:
        """
        The months that are complete, from the first in which anything was registered; ``now``: ``until`` as a time.

        What happened before the log began is counted by effect in months of which most is not known.
        """
        window = min((window for dataset, window, _ in self._partials if dataset in _REGISTERED), default=None)
        while window is not None and end_of(window) + GRACE_MILLISECONDS <= now:
            yield window
            window = after(window)

    def table(self, dataset: Dataset, window: str) -> Table:
        """Raises ``IncompleteError`` for counts that make no sense."""
        counts: dict[tuple[str, ...], int] = {}
        for partial in self._of(dataset, window):
            for place, count in partial.counts.items():
                counts[place] = counts.get(place, 0) + count
        return table(dataset, window, counts)

    def read(self, dataset: Dataset, window: str) -> dict[int, Mapping[str, int]]:
        """By partition and topic up to which offset a table tells: where nothing came since, up to the position."""
        read = {each.partition: each.read for each in self._positions.values()}
        for partial in self._of(dataset, window):
            known = read.get(partial.partition, {})
            read[partial.partition] = {
                topic: max(known.get(topic, 0), partial.read.get(topic, 0)) for topic in {*known, *partial.read}
            }
        return read

    def _of(self, dataset: Dataset, window: str) -> Iterable[Partial]:
        return (each for key, each in self._partials.items() if key[:2] == (dataset.name, window))


def _further(known: Told | None, told: Told) -> Told:
    return told if known is None or _far(told) >= _far(known) else known


def _far(told: Partial | Position) -> int:
    """Offsets of a partition only grow, of each topic."""
    return sum(told.read.values())


def after(window: str, months: int = 1) -> str:
    """The month behind: ``2027-01`` after ``2026-12``."""
    year, number = map(int, window.split("-"))
    years, number = divmod(number - 1 + months, _DECEMBER)
    return f"{year + years}-{number + 1:02}"


def due(dataset: Dataset, window: str) -> list[int]:
    """When a table of a month is to leave, then its revisions (milliseconds since 1970 UTC)."""
    behind = {"registered": (0,), "effective": REVISED_AFTER, "planned": (-1,)}[dataset.clock]
    return [end_of(after(window, months)) + GRACE_MILLISECONDS for months in behind]


def end_of(window: str) -> int:
    """When a month is over in Japan (milliseconds since 1970 UTC)."""
    return round(datetime.strptime(f"{after(window)}-01", "%Y-%m-%d").replace(tzinfo=JAPAN).timestamp() * 1000)
