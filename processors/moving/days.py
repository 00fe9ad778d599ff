"""How the moving procedure counts days: by the tables of ``processors.deadlines``."""

from datetime import UTC, date, datetime, timedelta, timezone

from kairan.identifiers import MunicipalityCode
from kairan.partial_date import PartialDate
from processors.deadlines import deadlines
from processors.deadlines.calendars import NATIONAL, calendar_of
from processors.deadlines.counting import due
from processors.moving.facts import TimerName

JAPAN = timezone(timedelta(hours=9))
CARD = "move.card_by_plan"
RESUBMISSION = "move.online_closes"
OF_TIMERS = {
    TimerName.CARD_REMINDER: CARD,
    TimerName.CARD_LAPSE: CARD,
    TimerName.NOT_ARRIVED: deadlines.NOT_ARRIVED,
    TimerName.RESUBMISSION: RESUBMISSION,
    TimerName.NOTICE: "move.notice",
}
"""The deadline that a timer looks after; the others are no law's."""
_SECOND = 1000
_ONE_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LegalDays:
    """``processors.moving.timers.Days``; a deadline is over when the day after its last begins."""

    def begins(self, day: date) -> int:
        return (datetime(day.year, day.month, day.day, tzinfo=JAPAN) - _EPOCH) // timedelta(milliseconds=1)

    def day_of(self, at: int) -> date:
        return datetime.fromtimestamp(at / _SECOND, tz=JAPAN).date()

    def after_open_days(self, at: int, days: int, municipality: MunicipalityCode) -> int:
        return self.begins(calendar_of(municipality).after_open_days(self.day_of(at), days) + _ONE_DAY)

    def card_lapses(self, planned: date) -> date:
        return _after_last(CARD, planned, None)

    def not_arrived_after(self, origin: MunicipalityCode, planned: date) -> date:
        return _after_last(deadlines.NOT_ARRIVED, planned, origin)

    def resubmission_ends(self, planned: date) -> date:
        return _after_last(RESUBMISSION, planned, None)


def _after_last(name: str, planned: date, municipality: MunicipalityCode | None) -> date:
    table = deadlines.deadlines_of(municipality) if municipality else deadlines.load()
    calendar = calendar_of(municipality) if municipality else NATIONAL
    found = due(table[name], PartialDate.of(planned), calendar)
    if found is None or found.day is None:
        raise LookupError(f"{name}: a certain day has a certain deadline")
    return found.day + _ONE_DAY
