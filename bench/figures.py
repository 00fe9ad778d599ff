"""What a section measured: raw runs, their medians, ratios, and the targets with what was reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

MOST_MEGABYTES = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one contender: all its runs in the order they were made."""

    name: str
    unit: str
    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.runs)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached, and what was; a missed one stays written as missed."""

    figure: str
    wanted: float
    measured: float
    at_least: bool = True

    @property
    def is_reached(self) -> bool:
        return self.measured >= self.wanted if self.at_least else self.measured <= self.wanted


@dataclass(frozen=True, slots=True)
class Curve:
    """Medians by the number on the x axis."""

    name: str
    points: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture: its file beside the results, what its axes are, what is drawn."""

    file: str
    x: str
    y: str
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A table with its targets: one record, one way."""

    title: str
    about: str
    lines: tuple[Line, ...]
    targets: tuple[Target, ...] = ()
    plot: Plot | None = None


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
