"""
What is to be seen of a move, for whoever lists them: codes, days and ids (processors/runtime/README.md has the keys).

It follows from the state alone, so that a rebuild gives the same: no order in which things came to be known is in it.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from kairan.partial_date import PartialDate
from processors.moving.asking import standing, when_due
from processors.moving.facts import (
    Answer,
    Application,
    Arrival,
    Closing,
    Departure,
    Fact,
    Group,
    Notice,
    Outcome,
    Receiver,
    TimerName,
    Visit,
)
from processors.moving.moves import Move
from processors.moving.steps import RESIDENT_RECORD, Step, conflict, step
from processors.moving.tasks import Task
from processors.moving.timers import Days, overdue, timers
from processors.runtime.process import Shown

Facts = Mapping[str, Any]
_EVENTS = {
    "application": Application,
    "departure": Departure,
    "visit_event": Visit,
    "arrival": Arrival,
    "notice": Notice,
    "closing": Closing,
}
_BY = {
    Step.APPLIED: Application,
    Step.RETURNED: Application,
    Step.DECLARED: Departure,
    Step.CERT_SENT: Departure,
    Step.MOVED_IN: Arrival,
    Step.NOTIFIED: Notice,
}
"""The fact that makes it stand there; the other steps follow from several, and from answers and timers."""


class Undeclared(StrEnum):
    """Why somebody arrived without a departure that stands."""

    NOWHERE = "from abroad, or nobody knows from where"
    UNSEEN = "the origin is not on the bus"
    UNSAID = "not declared at the origin"
    TAKEN_BACK = "taken back at the origin, or decided against"


def shown(move: Move, days: Days) -> Shown:
    facts = {**_places(move), **_when(move), **_events(move), **_owed(move, days)}
    return Shown(move.id, step(move), frozenset(move.parties), facts)


def _places(move: Move) -> Facts:
    departure = move.newest(Departure)
    return {
        "origin": move.origin,
        "destination": move.destination,
        "rival": move.rival,
        "by_card": departure is not None and departure.by_card,
        "is_abroad": move.is_abroad,
        "hides": any(chain.newest.hides for chain in move.chains),
        "group": _group(move.group),
        "groups": sorted({f"{group.municipality}:{group.number}" for group in move.groups}),
    }


def _when(move: Move) -> Facts:
    plan = move.newest(Departure) or move.newest(Application)
    visit, arrival = move.newest(Visit), move.newest(Arrival)
    return {
        "planned": _day(plan.planned) if plan else None,
        "visit": _day(visit.day) if visit else None,
        "moved_in": _day(arrival.moved_in) if arrival else None,
        "begun": move.chains[0].root.at,
        "since": since(move),
    }


def _events(move: Move) -> Facts:
    """What stands of each kind; ``departures``: how many of them do."""
    standing_now = {name: move.newest(kind) for name, kind in _EVENTS.items()}
    events = {name: fact.event.hex() if fact else None for name, fact in standing_now.items()}
    return events | {
        "last": move.last.event.hex(),
        "conflict": conflict(move),
        "plans": [_plan(chain.newest) for chain in move.of(Departure) if chain.stands],
        "departures": sum(chain.stands for chain in move.of(Departure)),
        "undeclared": undeclared(move),
        "is_from_member": is_from_member(move),
    }


def _plan(departure: Fact) -> Facts:
    assert isinstance(departure, Departure)
    return {"destination": departure.destination, "planned": _day(departure.planned)}


def _owed(move: Move, days: Days) -> Facts:
    awaited = len(move.together.awaited)
    return {
        "awaited": awaited,
        "answered": awaited - len(move.unanswered),
        "tasks": [_task(task) for task in tasks(move, days)],
        "timers": [{"name": timer.name, "due": timer.due} for timer in timers(move, days)],
    }


def tasks(move: Move, days: Days) -> list[Task]:
    """What desks have to do as things are, also what a timer asked for that has not come since."""
    asked = (task for name in overdue(move, days) for task in when_due(move, name))
    return sorted({*standing(move), *asked}, key=lambda task: (task.kind, task.desk, task.about or ()))


def undeclared(move: Move) -> Undeclared | None:
    """Why there is no departure that stands, where somebody arrived."""
    arrival = move.newest(Arrival)
    if arrival is None or move.newest(Departure):
        return None
    if move.of(Departure):
        return Undeclared.TAKEN_BACK
    if arrival.origin is None:
        return Undeclared.NOWHERE
    return Undeclared.UNSAID if arrival.is_from_member else Undeclared.UNSEEN


def is_from_member(move: Move) -> bool | None:
    """Will the notice of this arrival be seen? None: nobody has arrived."""
    arrival = move.newest(Arrival)
    return None if arrival is None else arrival.origin is not None and arrival.is_from_member


def since(move: Move) -> int:
    """When it came to this step, as far as what stands tells it; else when something was said last."""
    at = step(move)
    fact = move.newest(_BY[at]) if at in _BY else None
    if fact:
        return fact.at
    match at:
        case Step.PREPARED:
            return min(_prepared(move))
        case Step.LAPSED:
            return max(_came(move, TimerName.CARD_LAPSE))
        case Step.COMPLETED | Step.CANCELLED:
            return max(_told(move))
    return move.last.at


def _prepared(move: Move) -> Iterator[int]:
    """By the destination's answer, or by a visit that was announced."""
    departure, visit = move.newest(Departure), move.newest(Visit)
    if departure and departure.destination:
        answer = move.answers.get((departure.event, Receiver(departure.destination, RESIDENT_RECORD)))
        yield from [answer.at] if answer and answer.outcome is Outcome.APPLIED else []
    yield from [max(visit.at, departure.at)] if visit and departure else []


def _told(move: Move) -> Iterator[int]:
    """Of what it ended with: the last word, or the last answer to it."""
    yield move.last.at
    yield from (answer.at for about in move.together.awaited if (answer := _answer(move, *about)))
    yield from _came(move, TimerName.RESUBMISSION)


def _came(move: Move, name: TimerName) -> Iterator[int]:
    return (each.at for each in move.all_came.values() if (each.move, each.name) == (move.id, name))


def _answer(move: Move, fact: Fact, receiver: Receiver) -> Answer | None:
    return move.answers.get((fact.event, receiver))


def _day(day: PartialDate) -> Facts:
    return {"value": day.value, "text": day.text, "certain": day.certain}


def _group(group: Group | None) -> Facts | None:
    return group._asdict() if group else None


def _task(task: Task) -> Facts:
    return {"kind": task.kind, "desk": task.desk, "about": task.about._asdict() if task.about else None}
