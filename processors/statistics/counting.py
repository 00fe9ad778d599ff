"""
What one fact is counted as: where it is counted, and whether at all. Pure; who asks knows the month.

Moves by the rules of 住民基本台帳人口移動報告: counted where somebody moved in; where she moved out of is the former
address that the record of her arrival names. Who hides is counted without a municipality.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone

from kairan.partial_date import PartialDate
from processors.statistics import households
from processors.statistics.datasets import (
    HOUSEHOLD_CHANGE,
    MIGRATION,
    MIGRATION_BY_EFFECT,
    NATURAL_CHANGE,
    UNKNOWN,
    Cell,
    Dataset,
)
from processors.statistics.reading import AMENDED, BORN, DIED, MOVED_IN, Told

JAPAN = timezone(timedelta(hours=9))
SEXES = {"1": "male", "2": "female"}
CHANGES = {BORN: "birth", DIED: "death"}
FROM_ABROAD = "国外"
OLDEST = 100
"""One class of age for everybody from here on; below, five years make one."""

Counts = Mapping[Cell, int]


def month(appended: int) -> str:
    """The month in Japan in which the log got a record: ``2026-04``."""
    return datetime.fromtimestamp(appended / 1000, UTC).astimezone(JAPAN).strftime("%Y-%m")


def month_of(day: PartialDate) -> str | None:
    """None where a day may lie in more than one."""
    first, last = day.earliest, day.latest
    return f"{first:%Y-%m}" if (first.year, first.month) == (last.year, last.month) else None


def counted(told: Told, window: str, *, hides: bool) -> Counts:
    """``hides``: she does by what is told, or did by what it corrects."""
    found = {Cell(dataset.name, window, place): 1 for dataset, place in _places(told, hides=hides)}
    happened = month_of(told.moved_in)
    if happened and told.type == MOVED_IN and _is_counted(told):
        found[Cell(MIGRATION_BY_EFFECT.name, happened, _move(told, hides=hides))] = 1
    return found


def _places(told: Told, *, hides: bool) -> Iterator[tuple[Dataset, tuple[str, ...]]]:
    municipality = UNKNOWN if hides else told.municipality
    if told.type == MOVED_IN and _is_counted(told):
        yield MIGRATION, _move(told, hides=hides)
    if told.type in CHANGES:
        yield NATURAL_CHANGE, (municipality, CHANGES[told.type], _sex(told))
    if told.type == AMENDED and (kind := households.kind(told)):
        yield HOUSEHOLD_CHANGE, (municipality, kind)


def _is_counted(told: Told) -> bool:
    """Not: from nobody knows where, from abroad, inside one municipality, a year and more under way."""
    if told.origin is None or told.origin == told.municipality or told.arrival_kind == FROM_ABROAD:
        return False
    return not _is_late(told.moved_out, told.moved_in)


def _is_late(left: PartialDate, came: PartialDate) -> bool:
    """Of a day that is not known nothing is said."""
    if not (left.certain and came.certain):
        return False
    out, in_ = left.earliest, came.earliest
    return (in_.year, in_.month, in_.day) > (out.year + 1, out.month, out.day)


def _move(told: Told, *, hides: bool) -> tuple[str, ...]:
    origin, destination = (UNKNOWN, UNKNOWN) if hides else (told.origin or UNKNOWN, told.municipality)
    return origin, destination, _sex(told), age(told.born, told.moved_in)


def _sex(told: Told) -> str:
    return SEXES.get(told.sex, UNKNOWN)


def age(born: PartialDate, on: PartialDate) -> str:
    """Five years, ``30-34``; unknown where either day is not certain, or she is not yet born."""
    if not (born.certain and on.certain) or on.earliest < born.earliest:
        return UNKNOWN
    first, day = born.earliest, on.earliest
    years = day.year - first.year - ((day.month, day.day) < (first.month, first.day))
    return f"{OLDEST}+" if years >= OLDEST else f"{years // 5 * 5}-{years // 5 * 5 + 4}"
