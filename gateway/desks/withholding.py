"""
What of a move somebody may see: pure, and the only way from a row to a page.

Who hides is withheld from everybody but the member's 支援措置責任者; and at any place but where the person arrives,
that role, too, sees its own municipality's side alone: where somebody fled to is not for where she fled from.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from gateway.desks.asked import Asked
from gateway.desks.staff import Role, Staff
from gateway.desks.standing import Row
from processors.moving.facts import ConflictKind, TimerName
from processors.moving.tasks import TaskKind

OF_THE_ORIGIN = frozenset(
    {TimerName.REVIEW, TimerName.RESUBMISSION, TimerName.CARD_LAPSE, TimerName.NOT_ARRIVED, TimerName.BOOKING}
)
"""Their days are counted from the origin's own acts by its own calendar: no holiday of another place is in them."""
_KEPT = ("by_card", "begun")
_UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(("destination", "rival", "group", "visit", "moved_in", "undeclared", "last")),
    **dict.fromkeys(("application", "departure", "visit_event", "arrival", "notice", "closing")),
    "conflict": None,
    "plans": (),
    "is_abroad": False,
    "awaited": 0,
    "answered": 0,
    "departures": 0,
    "groups": (),
    "since": 0,
}


class Sight(Enum):
    """How much of a move somebody sees."""

    WHOLE = "whole"
    OWN_SIDE = "own side"
    NOTHING = "nothing"


def sight(row: Row, staff: Staff, hides: bool) -> Sight:  # noqa: FBT001 - asked of everybody
    """Also of who does not hide, a municipality that was only named once sees its own side alone."""
    if not hides:
        return Sight.WHOLE if staff.member in _parties(row, "origin", "destination", "rival") else Sight.OWN_SIDE
    if staff.role is not Role.PROTECTION:
        return Sight.NOTHING
    return Sight.WHOLE if staff.member == row.facts["destination"] else Sight.OWN_SIDE


class Places(NamedTuple):
    """Which municipalities may be named to somebody: ``only`` these (None: any), and ``never`` these."""

    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()

    def allow(self, *codes: str | None) -> bool:
        named = frozenset(code for code in codes if code)
        return named.isdisjoint(self.never) and (self.only is None or named <= self.only)


def places(row: Row, member: str, hides: bool) -> Places:  # noqa: FBT001 - asked of everybody
    """
    Who may be named to somebody who sees the whole of it.

    Of who does not hide the origin sees every place, for it was told each; to a destination no other place is named
    that the person only once wanted to go to.
    """
    if hides:
        return Places(_parties(row, "origin", "destination"))
    if member == row.facts["origin"]:
        return Places()
    return Places(never=row.desks - _parties(row, "origin", "destination", "rival"))


def between(row: Row, named: Places) -> Row:
    """Of a place that may not be named, be it that she has another record there, nothing is told."""
    rival = row.facts["rival"]
    kept = {
        "rival": rival if named.allow(rival) else None,
        "tasks": [task for task in row.facts["tasks"] if named.allow(*_named(task))],
    }
    return row._replace(desks=frozenset(desk for desk in row.desks if named.allow(desk)), facts={**row.facts, **kept})


def _parties(row: Row, *names: str) -> frozenset[str]:
    return frozenset(row.facts[name] for name in names if row.facts[name])


def _named(task: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({task["desk"], *([task["about"]["member"]] if task["about"] else [])})


LEAVINGS = frozenset({"plan.move", "residence.MoveOutDeclared", "residence.MoveOutConfirmed"})
"""Facts that say where to: which rules they call for at the origin (in the prefecture, abroad) follows from it."""


def is_told_of(asked: Asked, member: str, hides: bool) -> bool:  # noqa: FBT001 - asked of everybody
    """Where somebody who hides has left, not even how much there is to do because of it: that, too, tells where to."""
    return not (hides and asked.rule.trigger in LEAVINGS and asked.facts["source"] == member)


def sight_of_asked(staff: Staff, hides: bool) -> Sight:  # noqa: FBT001 - asked of everybody
    """It is of the own municipality's office, and of what was stated there or leads there."""
    return Sight.NOTHING if hides and staff.role is not Role.PROTECTION else Sight.WHOLE


def of_own_desk(row: Row, member: str, hides: bool) -> Row:  # noqa: FBT001 - asked of everybody
    """With what this desk has to do; of who hides, nothing that another place's office is named in."""
    its = [task for task in row.facts["tasks"] if is_own_task(task, member) or (task["desk"] == member and not hides)]
    tasks = [task for task in its if not (hides and is_of_another(task, row, member))]
    return row._replace(facts={**row.facts, "tasks": tasks})


def is_of_another(task: Mapping[str, Any], row: Row, member: str) -> bool:
    """Which of two records of who hides stands only the place of the newer one may see, so that it alone decides."""
    is_between_records = row.facts.get("conflict") == ConflictKind.TWO_RECORDS
    return task["kind"] == TaskKind.DECIDE and is_between_records and member != row.facts["destination"]


def as_planned(row: Row, member: str) -> Row:
    """
    The own side of a place where somebody who does not hide is still expected, though she may be elsewhere too.

    What its own office was told: from where and for when. Of where else nothing.
    """
    plan = _plan(row, member)
    if plan is None:
        return own_side(row, member)
    own = own_side(row, member)
    told = {"origin": row.facts["origin"], "destination": member, "planned": plan["planned"]}
    return own._replace(facts={**own.facts, **told})


def is_planned(row: Row, member: str) -> bool:
    """Does a departure to this municipality stand?"""
    return _plan(row, member) is not None


def _plan(row: Row, member: str) -> Mapping[str, Any] | None:
    plans: Iterable[Mapping[str, Any]] = row.facts.get("plans", ())
    return next((plan for plan in plans if plan["destination"] == member), None)


def own_side(row: Row, member: str) -> Row:
    """Only what this municipality stated or has to do itself; every other fact is as if nobody had said it."""
    is_origin = member == row.facts["origin"]
    kept = {name: row.facts[name] for name in _KEPT}
    own = {
        "origin": row.facts["origin"] if is_origin else None,
        "planned": row.facts["planned"] if is_origin else None,
        "tasks": [
            task for task in row.facts["tasks"] if is_own_task(task, member) and not is_of_another(task, row, member)
        ],
        "timers": [timer for timer in row.facts["timers"] if is_origin and timer["name"] in OF_THE_ORIGIN],
    }
    return row._replace(desks=frozenset({member}), facts={**_UNSAID, **kept, **own})


def is_own_task(task: Mapping[str, Any], member: str) -> bool:
    """Of this municipality's desk, about nobody else's office."""
    return _named(task) == {member}


def hidden(rows: Iterable[Row], together: Iterable[Row], hides: Callable[[bytes], bool]) -> frozenset[bytes]:
    """Which of these persons hide, or move together with somebody who does: they would show where."""
    rows = list(rows)
    groups = frozenset[str]().union(*(row.groups for row in together if hides(row.instance)))
    return frozenset(row.instance for row in rows if hides(row.instance) or row.groups & groups)
