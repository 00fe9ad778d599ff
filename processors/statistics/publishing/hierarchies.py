"""What each value of a dimension adds up to: a municipality to its prefecture, 5 years to 10, all to the total."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

Place = tuple[str, ...]

ALL = "all"
"""Of a dimension: its total."""
FINEST, COARSER, TOTAL = 0, 1, 2
"""How fine: as counted; one step up (prefecture, ten years); the total, as of a dimension that a table lacks."""
PLACES = frozenset({"municipality", "origin", "destination"})
AGE = "age"
FALLS_BACK = (AGE, *sorted(PLACES))
"""What may be told one step coarser, in the order in which that is tried: ages first."""
DROPPED = (AGE, "sex", "origin")
"""What may be told by its total alone where even that is too thin, in this order: few moves still tell where to."""
_YEARS = re.compile(r"(\d{1,3})-(\d{1,3})", re.ASCII)
_MUNICIPALITY = re.compile(r"\d{6}", re.ASCII)
_PREFECTURE = re.compile(r"\d{2}", re.ASCII)


def above(dimension: str, value: str) -> str:
    """What a value adds up to; what is neither a municipality nor five years (``unknown``, ``90+``) to the total."""
    if dimension in PLACES and _MUNICIPALITY.fullmatch(value):
        return value[:2]
    years = _YEARS.fullmatch(value)
    if dimension == AGE and years and int(years[2]) - int(years[1]) == 4:
        decade = int(years[1]) // 10 * 10
        return f"{decade}-{decade + 9}"
    return ALL


def coarser(dimension: str, value: str) -> str:
    """One step up, but never to the total: what cannot go there stays."""
    up = above(dimension, value)
    return value if up == ALL else up


def upwards(dimension: str, value: str) -> Iterator[str]:
    """A value and all that it adds up to, the total last."""
    yield value
    while value != ALL:
        value = above(dimension, value)
        yield value


def sums(dimensions: Sequence[str], place: Place) -> Iterator[Place]:
    """Every place that a cell counts at: itself, and every margin of it."""
    yield from product(*(tuple(upwards(each, value)) for each, value in zip(dimensions, place, strict=True)))


def is_divided(dimension: str, value: str, finest: int) -> bool:
    """Whether a table whose finest values are these has values that add up to this one."""
    if value == ALL:
        return finest < TOTAL
    return finest == FINEST and is_coarse(dimension, value)


def is_in(dimension: str, value: str, finest: int) -> bool:
    """Whether a table whose finest values are these has this value."""
    return value == ALL or (finest < TOTAL and (finest == FINEST or above(dimension, value) == ALL))


def is_coarse(dimension: str, value: str) -> bool:
    """A prefecture; ten years of age."""
    if dimension in PLACES:
        return bool(_PREFECTURE.fullmatch(value))
    years = _YEARS.fullmatch(value)
    return dimension == AGE and years is not None and int(years[2]) - int(years[1]) == 9
