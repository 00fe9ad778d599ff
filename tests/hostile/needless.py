"""
How much is hidden in the thousand random tables, and how much of it needlessly: ``python -m tests.hostile.needless``.

Needlessly hidden is a cell that is not small and could by itself be shown: all others would still be wide enough.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from processors.statistics.publishing.control import small
from processors.statistics.publishing.releases import Kept, released
from processors.statistics.publishing.tables import table
from tests.hostile.attacker import Told, narrow
from tests.hostile.tables import SHAPES, Place, counts, dataset, leaves


def hidden(seed: int) -> Counter[str]:
    chance = random.Random(seed)
    shape = SHAPES[seed % len(SHAPES)]
    places = leaves(chance, shape)
    (kept,) = released([table(dataset(*shape), "2026-04", counts(chance, places))])
    primary = small(kept.inside.table)
    return Counter(
        cells=len(kept.inside.table.cells),
        small=len(primary),
        hidden=len(kept.release.hidden),
        needless=sum(_could_be_shown(kept, tuple(shape), places, each) for each in kept.release.hidden - primary),
        coarser=int(any(kept.release.finest)),
    )


def _could_be_shown(kept: Kept, dimensions: Sequence[str], places: Sequence[Place], one: Place) -> bool:
    cells = kept.inside.table.cells
    shown = {**kept.release.shown, one: cells[one]}
    told = replace(kept.release, shown=shown, hidden=kept.release.hidden - {one})
    return not narrow(dimensions, places, [Told(told)], lambda _, place: cells.get(place, 0))


if __name__ == "__main__":
    total = sum((hidden(seed) for seed in range(1000)), Counter())
    print("1,000 tables:", ", ".join(f"{name} {many:,}" for name, many in total.items()))
