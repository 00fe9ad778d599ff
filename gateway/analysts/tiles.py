"""The country as a map of tiles: each prefecture as large as the others, coloured by its class. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gateway.analysts import words
from gateway.analysts.charts import Count

SIDE, GAP = 56, 4
GRID: Mapping[str, tuple[int, int]] = {
    "01": (11, 0),
    "02": (10, 1),
    "05": (10, 2), "03": (11, 2),
    "06": (10, 3), "04": (11, 3),
    "17": (7, 4), "16": (8, 4), "15": (9, 4), "07": (10, 4),
    "32": (3, 5), "31": (4, 5), "26": (6, 5), "18": (7, 5), "21": (8, 5), "20": (9, 5), "10": (10, 5), "09": (11, 5),
    "08": (12, 5),
    "35": (2, 6), "34": (3, 6), "33": (4, 6), "28": (5, 6), "27": (6, 6), "25": (7, 6), "23": (8, 6), "19": (9, 6),
    "11": (10, 6), "13": (11, 6), "12": (12, 6),
    "41": (0, 7), "40": (1, 7), "30": (6, 7), "29": (7, 7), "24": (8, 7), "22": (9, 7), "14": (11, 7),
    "42": (0, 8), "44": (1, 8), "38": (3, 8), "37": (4, 8), "36": (5, 8),
    "43": (0, 9), "45": (1, 9), "39": (4, 9),
    "46": (1, 10),
    "47": (0, 11),
}  # fmt: skip
"""Column and row of each prefecture, roughly where it lies."""
CLASSES = 4
NOBODY, HIDDEN = "zero", "hidden"


class Tile(NamedTuple):
    """``kind``: its colour, ``c1`` (few) to ``c4`` (many), ``zero`` or ``hidden``."""

    x: int
    y: int
    name: str
    told: Count
    kind: str


class Legend(NamedTuple):
    """What a colour stands for."""

    kind: str
    words: str


class Map(NamedTuple):
    """``side``: of a tile; ``width``, ``height``: of all, in the picture's units."""

    title: str
    tiles: Sequence[Tile]
    legend: Sequence[Legend]
    side: int = SIDE
    width: int = 13 * (SIDE + GAP)
    height: int = 12 * (SIDE + GAP)


def draw(title: str, counts: Mapping[str, Count]) -> Map:
    """``counts``: of prefectures, by their names."""
    limits = _limits([each for each in counts.values() if each])
    tiles = [_tile(code, name, counts.get(name, 0), limits) for code, name in words.prefectures().items()]
    legend = [Legend(f"c{at + 1}", _range(low, high)) for at, (low, high) in enumerate(limits)]
    return Map(title, tiles, [Legend(NOBODY, "0（該当なし）"), *legend, Legend(HIDDEN, f"X（{words.HIDDEN}）")])


def _range(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}～{high:,}"


def _limits(counts: Sequence[int]) -> Sequence[tuple[int, int]]:
    """Classes of about as many prefectures each, from the fewest to the most of those that are in it."""
    ordered = sorted(counts)
    size = max(1, -(-len(ordered) // CLASSES))
    tops = sorted({ordered[min(at + size, len(ordered)) - 1] for at in range(0, len(ordered), size)})
    lows = [min(ordered, default=0), *(next(each for each in ordered if each > top) for top in tops[:-1])]
    return list(zip(lows, tops, strict=False))


def _tile(code: str, name: str, count: Count, limits: Sequence[tuple[int, int]]) -> Tile:
    column, row = GRID[code]
    short = name if name == "北海道" else name[:-1]
    at = (SIDE + GAP) * column, (SIDE + GAP) * row
    return Tile(*at, short, count, _kind(count, limits))


def _kind(count: Count, limits: Sequence[tuple[int, int]]) -> str:
    if count is None:
        return HIDDEN
    return next((f"c{at + 1}" for at, (low, high) in enumerate(limits) if low <= count <= high), NOBODY)
