"""
The types of events that call for notices, and what each says beside its dates.

A plan or a state that a record carries (``triggers.CARRIED``) is read of it like everything else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from kairan.measures import ACTIVE
from kairan.partial_date import PartialDate
from processors.deadlines.ages import school_starts
from processors.notices import ages
from processors.notices.triggers import AMENDED, APPLIED, CARRIED, LIES_AHEAD, LOADED, MEASURED

Json = Mapping[str, Any]

RESIDENT_RECORD = "001"
ABROAD = "22"
"""異動事由 国外転出."""
BY_CARD, ON_PAPER = "特例", frozenset({"証明書", "準ずる証明書"})
HEAD = "世帯主"
COUPLE = frozenset({"夫", "妻", "配偶者"})
"""続柄 of whom a person has one only: who notified a death is a relation of it where it was the husband or wife."""
RESIDENT = "resident"
"""住民状態."""
OPEN_END = "9999-12-31"
"""A measure without a last day."""
BY_STATUS, SPECIAL_PERMANENT = "中長期在留者", "特別永住者"
"""30条の45区分; who is of another class, or of none that is told, counts as neither."""
_OF_RESIDENTS = frozenset(type_ for type_, states in CARRIED.items() if LIES_AHEAD.intersection(states))


class Record(NamedTuple):
    """
    What is decoded; of household, foreign status, notifier and so on only one field each.

    ``notifier``: who notified a death, by 続柄. ``stay``: the last day of 在留期間.
    """

    envelope: Json
    body: Json
    relationship: str | None = None
    category: str | None = None
    stay: Json | None = None
    notifier: str | None = None


class Kind(NamedTuple):
    """
    A type of event that calls for notices.

    ``days``: body fields by the words of ``processors.deadlines``; ``notified_as``: its word for the day of 届出.
    ``flags``: what the record says beside its dates; ``fields``: body fields that are asked for it.
    ``business``: whose word it is; ``is_snapshot``: the whole record of a resident stands in it.
    """

    days: Mapping[str, str]
    flags: Callable[[Record], Iterable[str]]
    fields: tuple[str, ...] = ()
    notified_as: str = ""
    source_is: Literal["", "origin", "destination"] = ""
    business: str = RESIDENT_RECORD
    is_snapshot: bool = True


def _of_departure(record: Record) -> Iterator[str]:
    reason = record.envelope["reason"]
    if reason is not None and reason["code"] == ABROAD:
        yield "abroad"
    yield from _by_way(record.body["procedure"])


def _of_arrival(record: Record) -> Iterator[str]:
    yield from _by_way(record.body["arrival_kind"])
    if record.body["arrival_kind"] == BY_CARD and record.body["card_continued"] is False:
        yield "card_not_continued"


def _of_death(record: Record) -> Iterator[str]:
    if record.body["was_head"]:
        yield "was_head"


def _nothing(_: Record) -> Iterable[str]:
    return ()


def _of_measure(record: Record) -> Iterator[str]:
    measure, period = record.body["measure"], record.body["period"]
    if measure and period and measure["kind"] in ACTIVE and period["end"]["value"] != OPEN_END:
        yield "measure_lasts"


def _by_way(way: str | None) -> Iterator[str]:
    if way == BY_CARD:
        yield "by_card"
    if way in ON_PAPER:
        yield "on_paper"


ITEMS = ("birth_date", "resident_kind", "entitlements", "resident_state")
KINDS: Mapping[str, Kind] = {
    "residence.MoveOutDeclared": Kind(
        {"planned_departure": "planned_date"}, _of_departure, ("procedure",), source_is="origin"
    ),
    "residence.MovedIn": Kind(
        {"moved_in": "moved_in_date", "planned_departure": "planned_date"},
        _of_arrival,
        ("arrival_kind", "card_continued"),
        notified_as="arrival_notified",
        source_is="destination",
    ),
    "residence.MoveOutConfirmed": Kind({"departed": "confirmed_date"}, _nothing, source_is="origin"),
    "residence.Relocated": Kind({"relocated": "relocated_date"}, _nothing),
    "vital.Born": Kind({"born": "birth_date"}, _nothing),
    "vital.Died": Kind({"died": "death_date"}, _of_death, ("was_head",)),
    LOADED: Kind({}, _nothing),
    AMENDED: Kind({}, _nothing),
    MEASURED: Kind({}, _of_measure, ("measure", "period"), is_snapshot=False),
    APPLIED: Kind({}, _nothing, source_is="origin", business="029", is_snapshot=False),
}


def is_resident(record: Record) -> bool:
    """Of whom the record tells what lies ahead; who has left is told by the next municipality."""
    return record.envelope["type"] in _OF_RESIDENTS and bool(record.body["resident_state"] == RESIDENT)


def days_ahead(record: Record) -> Iterator[tuple[str, PartialDate]]:
    """By which days what lies ahead is counted: of a birth date that is sure, of 在留期間."""
    born = day(record.body["birth_date"]) if record.body["birth_date"] else ages.ANY_DAY
    if born.certain:
        yield "born", born
        starts = school_starts(born).day
        if starts:
            yield "school_year_starts", PartialDate.of(starts)
    if record.stay:
        yield "period_of_stay_ends", day(record.stay)


def last_day(record: Record) -> Iterator[tuple[str, PartialDate]]:
    """Of a measure."""
    period = record.body.get("period")
    if period:
        yield "protection_ends", day(period["end"])


def of_everybody(record: Record) -> Iterator[str]:
    if record.relationship == HEAD:
        yield "is_head"
    if record.category == SPECIAL_PERMANENT:
        yield "special_permanent"
    if is_resident(record):
        yield "is_resident"
        yield from _of_stay(record)


def _of_stay(record: Record) -> Iterator[str]:
    if record.stay and day(record.stay).latest >= day(record.envelope["effective"]).earliest:
        yield "stay_ends"


def day(record: Json) -> PartialDate:
    """Without its words, which may be anything: where only they tell which days are meant, more days are."""
    return PartialDate.parse(record["value"], record["certain"])
