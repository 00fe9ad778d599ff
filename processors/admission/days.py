"""The day as Japan counts it, and which codes are in force on it."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from kairan import municipalities
from kairan.identifiers import InvalidIdentifierError, MunicipalityCode
from kairan.partial_date import LONGEST_TEXT, InvalidDateError, PartialDate
from processors.admission.reasons import Problem, problem

_TOKYO = 9 * 3_600_000
_DAY = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()
TOLERANCE = 600_000
"""A source's clock may be ten minutes ahead of ours, so that its day around midnight is no future day."""

LONGEST_CODE = 15
"""No code or number that is looked up has more characters; what is longer never reaches a cache."""
_DATE_LENGTH = 10
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_OK: tuple[Problem, ...] = ()


class Days(NamedTuple):
    """The day of the statement in Asia/Tokyo, and its day of effect as stated (ten characters)."""

    today: date
    effective: str


def today(milliseconds: int) -> date:
    return _day_of_epoch((milliseconds + TOLERANCE + _TOKYO) // _DAY)


def date_rule(value: str, certain: bool, text: str = "") -> str | None:  # noqa: FBT001 - as PartialDate.parse
    """The rule that a date breaks, if any. What is too long for a date is not remembered: the cache stays small."""
    if len(value) > _DATE_LENGTH or len(text) > LONGEST_TEXT:
        return _date_rule(value, certain, text)
    return None if _calendar_day(value) else _cached_date_rule(value, certain)


def is_future(value: str, certain: bool, day: date) -> bool:  # noqa: FBT001 - as PartialDate.parse
    """Does the date surely lie behind this day? Dates that are no dates are not in the future."""
    if len(value) == _DATE_LENGTH and (known := _calendar_day(value)):
        return known > day
    return date_rule(value, certain) is None and _is_behind(value, certain, day)


def is_iso_day(text: str) -> bool:
    """A day of the calendar, as periods of entitlement state it."""
    return len(text) == _DATE_LENGTH and _calendar_day(text) is not None


def municipality(code: str, days: Days) -> tuple[Problem, ...]:
    """A city, town, village or special ward, in force today or on the day of effect."""
    return _code_problems(code, days, wards=False)


def municipality_or_ward(code: str, days: Days) -> tuple[Problem, ...]:
    """The same, or a ward of a designated city."""
    return _code_problems(code, days, wards=True)


def ever(code: str, _days: Days) -> tuple[Problem, ...]:
    """A code that exists or existed: where somebody lived before (前住所地, 前本籍地) may be abolished since."""
    return _known_problems(code, None, wards=False)


def _code_problems(code: str, days: Days, *, wards: bool) -> tuple[Problem, ...]:
    found = _known_problems(code, days.today, wards=wards)
    if found and found[0].code == "municipality.not_in_force" and (effective := _day(days.effective)):
        return _known_problems(code, effective, wards=wards)
    return found


def _day(value: str) -> date | None:
    return PartialDate(value, False).latest if date_rule(value, False) is None else None


@lru_cache(maxsize=1024)
def _day_of_epoch(number: int) -> date:
    return date.fromordinal(_EPOCH + number)


@lru_cache(maxsize=65_536)
def _calendar_day(text: str) -> date | None:
    """The day that these characters name; most dates of a register are one, and then all that rules ask is known."""
    if not _ISO_DAY.fullmatch(text):  # Python also reads weeks: 2024-W01-1
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def _cached_date_rule(value: str, certain: bool) -> str | None:  # noqa: FBT001 - positional for the cache
    return _date_rule(value, certain, "")


def _date_rule(value: str, certain: bool, text: str) -> str | None:  # noqa: FBT001 - as PartialDate.parse
    try:
        PartialDate.parse(value, certain, text)
    except InvalidDateError as error:
        return error.rule
    return None


@lru_cache(maxsize=65_536)
def _is_behind(value: str, certain: bool, day: date) -> bool:  # noqa: FBT001 - positional for the cache
    return PartialDate(value, certain).earliest > day


def _known_problems(code: str, day: date | None, *, wards: bool) -> tuple[Problem, ...]:
    if len(code) > LONGEST_CODE:
        return (problem("municipality.invalid"),)
    return _cached_problems(code, day, wards=wards)


@lru_cache(maxsize=65_536)
def _cached_problems(code: str, day: date | None, *, wards: bool) -> tuple[Problem, ...]:
    try:
        parsed = MunicipalityCode.parse(code)
    except InvalidIdentifierError as error:
        return (problem("municipality.invalid", rule=error.rule),)
    if parsed != code:
        return (problem("municipality.invalid"),)
    if day is not None and not municipalities.existed(code, day):
        return (problem("municipality.not_in_force"),)
    if municipalities.find(code, day).kind in ("prefecture", *(() if wards else ("ward",))):
        return (problem("municipality.not_a_municipality"),)
    return _OK


def is_ward_of(ward: str, city: str) -> bool:
    """Is this, or was it, a ward of that city?"""
    return len(ward) <= LONGEST_CODE and len(city) <= LONGEST_CODE and _is_ward_of(ward, city)


@lru_cache(maxsize=4096)
def _is_ward_of(ward: str, city: str) -> bool:
    return ward != city and municipalities.existed(ward) and municipalities.city_of(ward) == city
