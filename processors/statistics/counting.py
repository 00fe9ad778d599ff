"""
What one fact is counted as: where it is counted, and whether at all. Pure; who asks knows the month.

Moves by the rules of 住民基本台帳人口移動報告: counted where somebody moved in; where she moved out of is the former
address that the record of her arrival names. Who hides is counted without a municipality.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone

from kairan.partial_date import PartialDate
from processors.statistics import households, taxes
from processors.statistics.datasets import (
    BUS_TRAFFIC,
    EXPECTED_ARRIVALS,
    HOUSEHOLD_CHANGE,
    MIGRATION,
    MIGRATION_BY_EFFECT,
    NATURAL_CHANGE,
    TAX_BANDS,
    UNKNOWN,
    Cell,
)
from processors.statistics.reading import (
    AMENDED,
    APPLIED,
    ASSESSED,
    BORN,
    DECLARED,
    DIED,
    MOVED_IN,
    RELOCATED,
    VISIT_PLANNED,
    Told,
)

JAPAN = timezone(timedelta(hours=9))
SEXES = {"1": "male", "2": "female"}
CHANGES = {BORN: "birth", DIED: "death"}
EVENTS = {RELOCATED: "relocated", AMENDED: "amended", APPLIED: "move-applied", VISIT_PLANNED: "visit-planned"}
"""Not: what follows from an arrival at once (転入通知, 転出確定), for then they would count arrivals."""
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
    return first.isoformat()[:7] if (first.year, first.month) == (last.year, last.month) else None


def counted(told: Told, window: str, *, hides: bool) -> Counts:
    """``hides``: she does by what is told, or did by what it corrects."""
    found = list(_of_all(told, window, hides=hides))
    return dict.fromkeys(found if hides else [*found, *_of_who_does_not_hide(told, window)], 1)


def _of_all(told: Told, window: str, *, hides: bool) -> Iterator[Cell]:
    municipality = UNKNOWN if hides else told.municipality
    if told.type == MOVED_IN and _is_counted(told):
        place, happened = _move(told, hides=hides), month_of(told.moved_in)
        yield Cell(MIGRATION.name, window, place)
        if happened:
            yield Cell(MIGRATION_BY_EFFECT.name, happened, place)
    if told.type in CHANGES:
        yield Cell(NATURAL_CHANGE.name, window, (municipality, CHANGES[told.type], _sex(told)))
    if told.type == AMENDED and (kind := households.kind(told)):
        yield Cell(HOUSEHOLD_CHANGE.name, window, (municipality, kind))
    if told.type == ASSESSED:
        yield Cell(TAX_BANDS.name, window, (municipality, taxes.band(told.income)))


def _of_who_does_not_hide(told: Told, window: str) -> Iterator[Cell]:
    """A protected person is in no number of these, be it a total."""
    if told.type in EVENTS and not households.change(told):
        yield Cell(BUS_TRAFFIC.name, window, (told.municipality, EVENTS[told.type]))
    planned = month_of(told.moved_out)
    if told.type == DECLARED and planned and told.destination not in (None, told.municipality):
        yield Cell(EXPECTED_ARRIVALS.name, planned, (told.destination or UNKNOWN,))


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
