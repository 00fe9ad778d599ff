"""How many are expected on which day, as a picture drawn on the server: no script, no style of its own. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.desks.lists import Expected

WIDTH, HEIGHT = 720, 240
LEFT, TOP, BOTTOM = 40, 20, 40
GAP = 0.25


class Bar(NamedTuple):
    """A day's bar, in the picture's units; ``label``: month and day."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    people: int
    label: str


class Chart(NamedTuple):
    """``base``: where the bars stand."""

    bars: Sequence[Bar]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def draw(days: Sequence[Expected]) -> Chart:
    highest = max((day.all for day in days), default=0) or 1
    slot = (WIDTH - LEFT) / max(1, len(days))
    return Chart([_bar(at, day, slot, highest) for at, day in enumerate(days)])


def _bar(at: int, day: Expected, slot: float, highest: int) -> Bar:
    height = round((HEIGHT - TOP - BOTTOM) * day.all / highest, 1)
    x = round(LEFT + slot * (at + GAP / 2), 1)
    label = f"{day.day.month}/{day.day.day}"
    middle = round(LEFT + slot * (at + 0.5), 1)
    return Bar(x, HEIGHT - BOTTOM - height, round(slot * (1 - GAP), 1), height, middle, day.all, label)
