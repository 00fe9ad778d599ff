"""Random tables, each a function of its seed: few movers in most cells, many in some, none in others."""

import random
from collections.abc import Sequence
from itertools import product

from processors.statistics.datasets import UNKNOWN, Dataset

Place = tuple[str, ...]
VALUES = {
    "municipality": ["131016", "131024", "132012", "011002", "012025", "472018", UNKNOWN],
    "age": ["0-4", "5-9", "20-24", "25-29", "30-34", "90+"],
    "sex": ["1", "2", UNKNOWN],
    "change": ["births", "deaths"],
}
SHAPES: Sequence[dict[str, int]] = [
    {"municipality": 5},
    {"municipality": 3, "sex": 2},
    {"age": 4, "sex": 2},
    {"municipality": 2, "change": 2},
]
LARGER: Sequence[dict[str, int]] = [
    {"municipality": 6, "sex": 2, "change": 2},
    {"municipality": 4, "age": 4},
    {"municipality": 4, "age": 3, "sex": 2},
]


def dataset(*dimensions: str, name: str = "of-chance", clock: str = "effective") -> Dataset:
    return Dataset(name, name, "chance", dimensions, "registered" if clock == "registered" else "effective", "none")


def leaves(chance: random.Random, shape: dict[str, int]) -> list[Place]:
    return list(product(*(sorted(chance.sample(VALUES[each], many)) for each, many in shape.items())))


def counts(chance: random.Random, places: Sequence[Place]) -> dict[Place, int]:
    """Heavy-tailed, so that a table has what is small and what is large side by side."""
    zero, scale = chance.choice((0, 0.2, 0.5)), chance.choice((4, 12, 40))
    return {place: int(chance.paretovariate(0.9) * scale) % 5000 for place in places if chance.random() >= zero}


def revised(chance: random.Random, before: dict[Place, int], places: Sequence[Place]) -> dict[Place, int]:
    """Some of it told late, some taken back."""
    changes = {place: chance.randint(-3, 6) for place in places if chance.random() < 0.4}
    return {place: max(0, before.get(place, 0) + changes.get(place, 0)) for place in places}
