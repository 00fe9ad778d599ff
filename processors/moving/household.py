"""
A household that leaves together: a process of its own, told by those of its members (docs/adr/0027).

A person's process tells where its move stands; here it is seen who has arrived and who stays behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from kairan.decider import Decider
from kairan.identifiers import EventId, MunicipalityCode
from processors.moving.steps import Step
from processors.moving.timers import DAY
from processors.runtime.process import Shown

BEHIND_AFTER = 14 * DAY
"""As long as somebody has for the arrival (住基法22条1項); then the origin looks for who stays behind (⊕)."""
_STEPS = list(Step)
_ARRIVED = frozenset({Step.MOVED_IN, Step.NOTIFIED, Step.CONFIRMED, Step.COMPLETED})
_LEFT_OUT = frozenset({Step.CANCELLED, Step.CANCELLING})
GONE_ON = _ARRIVED | _LEFT_OUT
"""Who is not waited for any more."""


class Gathered(StrEnum):
    """How far a household's move has come."""

    EXPECTED = "somebody is expected"
    BEHIND = "somebody stays behind"
    WHOLE = "nobody is expected"


@dataclass(frozen=True, slots=True)
class Stood:
    """Where one member's move stands, since ``at`` (milliseconds since 1970 UTC); ``size``: of the household."""

    move: EventId
    step: Step
    size: int
    origin: MunicipalityCode | None
    at: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """The time came at which all should have arrived."""

    at: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the household have arrived, will not move, and are still expected."""

    arrived: int
    left_out: int
    expected: int


@dataclass(frozen=True, slots=True)
class Behind:
    """For the origin's desk: these stay behind although others arrived."""

    desk: MunicipalityCode
    moves: tuple[EventId, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """What was told of somebody last, and since when he has been there (None: he is not)."""

    stood: Stood
    arrived_since: int | None


@dataclass(frozen=True, slots=True)
class Household:
    """``is_overdue``: the origin was asked for who stays behind."""

    members: Mapping[EventId, Member] = field(default_factory=dict)
    is_overdue: bool = False


Input = Stood | Overdue
Output = Counted | Behind


def counted(household: Household) -> Counted:
    """Members of whom nothing was told yet are expected."""
    steps = [each.stood.step for each in household.members.values()]
    arrived, left_out = sum(step in _ARRIVED for step in steps), sum(step in _LEFT_OUT for step in steps)
    size = max((each.stood.size for each in household.members.values()), default=0)
    return Counted(arrived, left_out, max(size, len(steps)) - arrived - left_out)


def overdue_at(household: Household) -> int | None:
    """When the origin looks for the others: a while after the first has arrived. None: nobody has, or all did."""
    return None if household.is_overdue or not counted(household).expected else _awaited_until(household)


def _awaited_until(household: Household) -> int | None:
    arrived = [each.arrived_since for each in household.members.values() if each.arrived_since is not None]
    return min(arrived) + BEHIND_AFTER if arrived else None


def evolve(household: Household, told: Input) -> Household:
    if isinstance(told, Overdue):
        due = overdue_at(household)
        return replace(household, is_overdue=True) if due is not None and due <= told.at else household
    former = household.members.get(told.move)
    if former and _order(former.stood) >= _order(told):
        return household
    since = former.arrived_since if former and former.arrived_since is not None else told.at
    member = Member(told, since if told.step in _ARRIVED else None)
    return replace(household, members={**household.members, told.move: member})


def decide(household: Household, told: Input) -> Sequence[Output]:
    """What changed in the count; and once, who stays behind."""
    after = evolve(household, told)
    changed = [counted(after)] if counted(after) != counted(household) else []
    return [*changed, *(_behind(after) if after.is_overdue and not household.is_overdue else ())]


def _behind(household: Household) -> Iterable[Behind]:
    desk = next((each.stood.origin for each in household.members.values() if each.stood.origin), None)
    return [Behind(desk, tuple(_waiting(household)))] if desk else []


def _waiting(household: Household) -> list[EventId]:
    stood = (each.stood for each in household.members.values())
    return sorted(each.move for each in stood if each.step not in GONE_ON)


def shows(household: Household) -> Iterable[Shown]:
    """Its count, and who is behind; one row. Nothing as long as nobody was told of."""
    if household.members:
        desks = frozenset(each.stood.origin for each in household.members.values() if each.stood.origin)
        yield Shown(b"", gathered(household), desks, _facts(household))


def gathered(household: Household) -> Gathered:
    if not counted(household).expected:
        return Gathered.WHOLE
    return Gathered.BEHIND if household.is_overdue else Gathered.EXPECTED


def _facts(household: Household) -> Mapping[str, Any]:
    """``behind``: those of them who are known; others are expected of whom nothing was told."""
    count, is_behind = counted(household), gathered(household) is Gathered.BEHIND
    return {
        "arrived": count.arrived,
        "left_out": count.left_out,
        "expected": count.expected,
        "moves": {move.hex(): each.stood.step for move, each in sorted(household.members.items())},
        "behind": [move.hex() for move in _waiting(household)] if is_behind else [],
        "overdue_at": overdue_at(household),
        "behind_since": _awaited_until(household) if is_behind else None,
    }


def _order(stood: Stood) -> tuple[int, int]:
    """After an outage the broker gives a whole batch the same time: of two steps the later one counts then."""
    return stood.at, _STEPS.index(stood.step)


HOUSEHOLD: Decider[Household, Input, Output] = Decider(Household(), decide, evolve)
