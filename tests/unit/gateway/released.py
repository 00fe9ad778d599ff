"""A shelf with what analysts meet: months, a revision, hidden counts, zeros, files."""

import json
from collections.abc import Mapping, Sequence

from gateway.analysts.allowing import Allowance
from gateway.analysts.live import Readers
from gateway.analysts.room import Room
from gateway.analysts.testing import MemoryShelf
from processors.statistics.datasets import DATASETS, MIGRATION, NATURAL_CHANGE, Dataset
from processors.statistics.publishing.hierarchies import Place, sums
from processors.statistics.publishing.shelf import Released
from tests.unit.gateway.residing import ORIGIN

NOW = 1_800_000_000_000
MOVES: Mapping[Place, int] = {
    ("122033", "131237", "female", "25-29"): 1234,
    ("122033", "131237", "male", "25-29"): 321,
    ("143014", "131237", "female", "30-34"): 40,
    ("131237", "122033", "male", "100+"): 12,
    ("unknown", "unknown", "female", "0-4"): 15,
    ("131237", "143014", "female", "60-64"): 3,
}
BORN: Mapping[Place, int] = {
    ("131237", "birth", "female"): 55,
    ("131237", "death", "male"): 44,
    ("122033", "birth", "male"): 4,
}
CSV = "\ufefforigin,destination,sex,age,count\r\n13,12,all,all,12\r\n13,14,all,all,X\r\n".encode()


def shelf() -> MemoryShelf:
    made = MemoryShelf()
    for number, (dataset, window, vintage, counts) in enumerate(
        [
            (MIGRATION, "2026-03", 1, dict.fromkeys(MOVES, 20)),
            (NATURAL_CHANGE, "2026-03", 1, BORN),
            (MIGRATION, "2026-04", 1, MOVES),
            (NATURAL_CHANGE, "2026-04", 1, BORN),
            (NATURAL_CHANGE, "2026-04", 2, BORN),
        ],
        1,
    ):
        put(made, number, dataset, (window, vintage), counts)
    return made


def put(made: MemoryShelf, number: int, dataset: Dataset, of: tuple[str, int], counts: Mapping[Place, int]) -> Released:
    window, vintage = of
    finest = (0,) * len(dataset.dimensions)
    release = Released(number, dataset.name, window, vintage, dataset.dimensions, finest, NOW + number * 60_000)
    name = f"{dataset.name}-{window}-v{vintage}"
    files = {
        f"{name}.csv": ("text/csv; charset=utf-8", CSV),
        f"{name}.json": ("application/json", json.dumps({"name": name}).encode()),
    }
    made.put(release, told(dataset.dimensions, counts), files)
    return release


def told(dimensions: Sequence[str], counts: Mapping[Place, int]) -> Mapping[Place, int | None]:
    """With all margins; what is less than ten is hidden."""
    found: dict[Place, int] = {}
    for place, count in counts.items():
        for margin in sums(dimensions, place):
            found[margin] = found.get(margin, 0) + count
    return {place: None if 0 < count < DATASETS["migration"].k else count for place, count in found.items()}


def room(its: MemoryShelf | None = None, per_minute: int = 10_000_000, readers: int = 0) -> Room:
    """Without room for open pages a stream ends at once."""
    return Room(shelf() if its is None else its, ORIGIN, lambda: NOW, Readers(readers), Allowance(per_minute))
