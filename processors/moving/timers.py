"""
Until when a move is waited for at its step, and how often after that.

An open move has at least one timer, always (docs/adr/0027). Days are counted by law where a law counts them
(``processors.deadlines``); the other times are those of the domain's table (⊕).
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from kairan.identifiers import EventId, MunicipalityCode
from kairan.partial_date import PartialDate
from processors.moving.facts import Application, Arrival, Departure, Fact, Notice, TimerName, Visit
from processors.moving.moves import Move
from processors.moving.steps import ENDED, Step, step

Kind = TypeVar("Kind", bound=Fact)
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
CERTIFICATE_AFTER = HOUR
CERTIFICATE_TIMES = 3
"""Then it is a matter of paper, as for whoever has no card."""
NOTICE_AFTER = 10 * MINUTE
ANSWERS_AFTER = DAY
UNDOING_AFTER = HOUR
CONFLICT_AFTER = HOUR
REMIND_AFTER_DAYS = 3
REMIND_BEFORE_LAPSE_DAYS = 5
ABROAD_AFTER_DAYS = 2
"""Nobody arrives: the origin closes its record on the planned day (⊕)."""
_COUNTED_YEARS = range(1900, 2200)
AGAIN_DAYS = 30
"""A move that nobody ends is looked at again at least this often (⊕)."""
_MOST_DOUBLED = 10


class Days(Protocol):
    """How days are counted; times are milliseconds since 1970 UTC, a day begins at midnight in Japan."""

    def begins(self, day: date) -> int:
        """When this day begins."""
        ...

    def after_open_days(self, at: int, days: int, municipality: MunicipalityCode) -> int:
        """The end of the ``days``-th day on which the municipality is open, counted from the next day."""
        ...

    def card_lapses(self, planned: date) -> date:
        """The first day on which 特例転入 is no longer possible by the planned day alone (施行令24条の2第1項2号)."""
        ...

    def day_of(self, at: int) -> date:
        """The day in Japan."""
        ...

    def not_arrived_after(self, origin: MunicipalityCode, planned: date) -> date:
        """The first day on which the origin lists a person as 未着."""
        ...

    def resubmission_ends(self, planned: date) -> date:
        """The first day on which the online application is closed (D10)."""
        ...


class Timer(NamedTuple):
    """Set by the fact ``by``; ``number``: how often it was due before."""

    name: TimerName
    by: EventId
    number: int
    due: int


class _Wait(NamedTuple):
    """
    First due then, and then every ``again`` milliseconds, ``times`` in all.

    Without ``times`` until the step is another, each pause twice as long as the one before: whoever has not acted yet
    has the task before him all the while, and what nobody ever ends must not fill the journal.
    """

    name: TimerName
    by: Fact
    first: int
    again: int = DAY
    times: int | None = None

    def comes_again(self, times: int) -> bool:
        """When it has come so often."""
        return self.times is None or times < self.times

    def pause(self, times: int) -> int:
        """Until it comes again when it has come so often."""
        grown = self.again << min(times - 1, _MOST_DOUBLED) if self.times is None else self.again
        return min(grown, max(self.again, AGAIN_DAYS * DAY))


def timers(move: Move, days: Days) -> list[Timer]:
    """Of this move now; whatever else was set for it is void."""
    return [timer for wait in _waits(move, step(move), days) if (timer := _timer(wait, move)) is not None]


def overdue(move: Move, days: Days) -> list[TimerName]:
    """Those that came at this step, and what they wait for has not come since."""
    at = step(move)
    came = [wait.name for wait in _waits(move, at, days) if move.came(wait.name, wait.by.event)]
    return [*came, TimerName.CARD_LAPSE] if at is Step.LAPSED else came


def _timer(wait: _Wait, move: Move) -> Timer | None:
    """After an outage it is due once, not as often as it would have been."""
    came = move.came(wait.name, wait.by.event)
    if came is None:
        return Timer(wait.name, wait.by.event, 0, wait.first)
    times = came.number + 1
    return Timer(wait.name, wait.by.event, times, came.at + wait.pause(times)) if wait.comes_again(times) else None


def _waits(move: Move, at: Step, days: Days) -> Iterator[_Wait]:
    if at in ENDED:
        return
    if at in _UNDER_WAY:
        yield from _of_correction(move)
    match at:
        case Step.APPLIED:
            yield _of_application(move, days)
        case Step.RETURNED:
            yield _of_returned(_must(move.newest(Application)), days)
        case Step.DECLARED | Step.CERT_SENT | Step.PREPARED | Step.LAPSED:
            yield from _of_departure(move, at, days)
        case Step.MOVED_IN:
            arrival = _must(move.newest(Arrival))
            yield _Wait(TimerName.NOTICE, arrival, arrival.at + NOTICE_AFTER)
        case Step.NOTIFIED:
            notice = _must(move.newest(Notice))
            yield _Wait(TimerName.BOOKING, notice, days.after_open_days(notice.at, 1, notice.origin))
        case _:
            name, after = _OF_STEP[at]
            yield _Wait(name, move.last, move.last.at + after)


def _must(fact: Kind | None) -> Kind:
    assert fact is not None, "the step follows from this fact"
    return fact


def _of_application(move: Move, days: Days) -> _Wait:
    """Whoever has only announced a visit is looked after by the municipality that he announced it to."""
    last, desk = move.last, move.origin or move.destination
    return _Wait(TimerName.REVIEW, last, days.after_open_days(last.at, 1, desk) if desk else last.at + DAY)


def _of_returned(application: Application, days: Days) -> _Wait:
    planned = certain(application.planned)
    ends = days.begins(days.resubmission_ends(planned)) if planned else application.at + AGAIN_DAYS * DAY
    return _Wait(TimerName.RESUBMISSION, application, max(ends, application.at + DAY), times=1)


def _of_correction(move: Move) -> Iterator[_Wait]:
    """Who was told by what is corrected now has to undo it, above all a destination that has lost the person."""
    told = [fact for fact, _ in move.unanswered if fact.corrects]
    if told:
        last = max(told, key=lambda fact: (fact.when, fact.event))
        yield _Wait(TimerName.UNDOING, last, last.at + UNDOING_AFTER)


def _of_departure(move: Move, at: Step, days: Days) -> Iterator[_Wait]:
    departure = _must(move.newest(Departure))
    planned = certain(departure.planned)
    yield _not_arrived(move, departure, planned, days)
    if at is Step.CERT_SENT:
        yield _Wait(TimerName.CERTIFICATE, departure, departure.at + CERTIFICATE_AFTER, HOUR, times=CERTIFICATE_TIMES)
    if planned and departure.by_card and at is not Step.LAPSED:
        yield from _of_card(move, departure, planned, days)


def _not_arrived(move: Move, departure: Departure, planned: date | None, days: Days) -> _Wait:
    """By the planned day; where it is uncertain, by the day of the notification, and somebody looks (⊕)."""
    leaves = planned or days.day_of(departure.at)
    after = days.begins(days.not_arrived_after(departure.origin, leaves))
    abroad = days.begins(leaves) + ABROAD_AFTER_DAYS * DAY
    return _Wait(TimerName.NOT_ARRIVED, departure, abroad if move.is_abroad else after, AGAIN_DAYS * DAY)


def _of_card(move: Move, departure: Departure, planned: date, days: Days) -> Iterator[_Wait]:
    lapse = days.begins(days.card_lapses(planned))
    visit = move.newest(Visit)
    expected, by = (certain(visit.day) if visit else None) or planned, visit or departure
    yield _once(TimerName.VISIT_REMINDER, by, days.begins(expected) + REMIND_AFTER_DAYS * DAY)
    yield _once(TimerName.CARD_REMINDER, departure, lapse - REMIND_BEFORE_LAPSE_DAYS * DAY)
    yield _once(TimerName.CARD_LAPSE, departure, lapse)


def _once(name: TimerName, by: Fact, due: int) -> _Wait:
    """A day after its fact was told at the earliest."""
    return _Wait(name, by, max(due, by.at + DAY), times=1)


_UNDER_WAY = frozenset({Step.DECLARED, Step.CERT_SENT, Step.PREPARED, Step.LAPSED, Step.MOVED_IN, Step.NOTIFIED})
_OF_STEP = {
    Step.CONFIRMED: (TimerName.ANSWERS, ANSWERS_AFTER),
    Step.CANCELLING: (TimerName.UNDOING, UNDOING_AFTER),
    Step.CONFLICT: (TimerName.CONFLICT, CONFLICT_AFTER),
}


def certain(day: PartialDate) -> date | None:
    """None: somebody has to look; no deadline follows from an uncertain day, nor from one beyond all calendars."""
    is_one = day.certain and day.earliest == day.latest and day.earliest.year in _COUNTED_YEARS
    return day.earliest if is_one else None
