"""Which moves stand on which list of a municipality's desk, and how many are expected on which day; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from gateway.desks.staff import Page
from gateway.desks.standing import Row
from gateway.desks.withholding import is_planned
from kairan import wareki
from processors.moving.days import LegalDays
from processors.moving.facts import TimerName
from processors.moving.steps import Step
from processors.moving.tasks import TaskKind

_DECLARED = (Step.DECLARED, Step.CERT_SENT, Step.PREPARED, Step.LAPSED)
STEPS: Mapping[Page, Sequence[Step]] = {
    Page.ARRIVALS: (Step.APPLIED, *_DECLARED, Step.CONFLICT),
    Page.DEPARTURES: (
        *(Step.APPLIED, Step.RETURNED, *_DECLARED, Step.MOVED_IN, Step.NOTIFIED, Step.CANCELLING),
        Step.CONFLICT,
    ),
    Page.LATE: (*_DECLARED, Step.MOVED_IN),
    Page.CONFLICTS: (Step.CONFLICT,),
}
_LATE = {TimerName.NOT_ARRIVED: TaskKind.LOOK_FOR_PERSON, TimerName.NOTICE: TaskKind.SEND_NOTICE}
"""What the origin waits for in vain, and what it has to do then, or the destination."""
LOAD_DAYS = 14


def of_page(page: Page, member: str, rows: Iterable[Row], now: int) -> list[Row]:
    """Those of these rows that belong there."""
    return [row for row in rows if row.step in STEPS[page] and _belongs(page, member, row, now)]


def _belongs(page: Page, member: str, row: Row, now: int) -> bool:
    match page:
        case Page.ARRIVALS:
            return _is_coming(member, row)
        case Page.DEPARTURES:
            return bool(row.facts["origin"] == member)
        case Page.LATE:
            return bool(row.facts["origin"] == member and late_since(row, now) is not None)
    return True


def _is_coming(member: str, row: Row) -> bool:
    """Of two places that somebody wants to go to both wait, until it is decided; of who has arrived none does."""
    if row.step is not Step.CONFLICT:
        return bool(row.facts["destination"] == member)
    return row.facts["arrival"] is None and (row.facts["destination"] == member or is_planned(row, member))


def late_since(row: Row, now: int) -> date | None:
    """
    The day from which on somebody, or the notice about her, is late; None: not late today.

    From that day's first minute, whether or not its timer was told already.
    """
    days = LegalDays()
    today, asked = days.day_of(now), {task["kind"] for task in row.facts["tasks"]}
    over = [days.day_of(each["due"]) for each in row.facts["timers"] if each["name"] in _LATE]
    if asked & set(_LATE.values()):
        return min([today, *over])
    return min((day for day in over if day <= today), default=None)


class Missing(NamedTuple):
    """What a desk does not have yet of somebody who will come."""

    visit: bool
    certificate: bool
    day: bool
    others: int

    def __bool__(self) -> bool:
        return any(self)


def missing(row: Row, *, is_announced: bool, here: int) -> Missing:
    """``here``: how many of the 異動単位 are announced to this municipality; ``others``: how many are not."""
    facts = row.facts
    needs_paper = not facts["by_card"] or row.step is Step.LAPSED or not is_announced
    size = row.group["size"] if row.group else 1
    return Missing(facts["visit"] is None, needs_paper, not _is_certain(facts["planned"]), max(0, size - here))


class Expected(NamedTuple):
    """On a day: who announced a visit, and who plans to move then and did not say when they come."""

    day: date
    visits: int
    planned: int

    @property
    def all(self) -> int:
        return self.visits + self.planned


class Load(NamedTuple):
    """``undated``: who is expected on no certain day, or on one that is not to be told."""

    days: Sequence[Expected]
    undated: int


def load(rows: Iterable[Row], withheld: int, today: date) -> Load:
    """Of rows that may be seen; ``withheld``: how many may not."""
    when = [(expected_on(row), row.facts["visit"] is not None) for row in rows]
    counts = Counter(each for each in when if each[0])
    span = [today + timedelta(days=after) for after in range(LOAD_DAYS)]
    days = [Expected(day, counts[day, True], counts[day, False]) for day in span]
    return Load(days, withheld + sum(day is None for day, _ in when))


def expected_on(row: Row) -> date | None:
    """The certain day on which somebody says to come, else on which the move is planned."""
    said = row.facts["visit"] or row.facts["planned"]
    return date.fromisoformat(said["value"]) if _is_certain(said) else None


def _is_certain(day: Mapping[str, Any] | None) -> bool:
    return day is not None and day["certain"] and day["value"] != wareki.OPEN_START
