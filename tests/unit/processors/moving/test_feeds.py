"""What the processes of a move are told, and when it happened."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kairan.identifiers import MunicipalityCode
from kairan.stream import Incoming, Outgoing
from processors.moving import feeds, process
from processors.moving.facts import Arrival, Came, Group, Receiver, TimerName
from processors.moving.household import Household, Overdue, Stood, overdue_at
from processors.moving.steps import Step
from processors.moving.tasks import Stepped
from processors.runtime import inputs
from processors.runtime.process import Process
from tests.unit.processors.moving.story import AT, DAYS, event
from tests.unit.processors.routing import world

AHEAD = 1000
WARD = MunicipalityCode(world.EDOGAWA)
GROUP = Group(WARD, "7", 2)


class Nobody:
    """No office holds anything, and everybody is a member."""

    def awaited(self, _: Incoming) -> frozenset[Receiver]:
        return frozenset()

    def group(self, municipality: MunicipalityCode, number: str) -> str:
        return f"{municipality} {number}, told to nobody"

    def is_member(self, municipality: MunicipalityCode, instant: int) -> bool:
        return bool(municipality) and instant == world.APPENDED


@pytest.fixture
def moving() -> Process[Any, Any, Any]:
    return feeds.moving(DAYS, Nobody(), lambda instant: instant + AHEAD)


def came_back(letter: Outgoing, at: int) -> Incoming:
    return Incoming(letter.topic, 0, 0, at, letter.key, letter.value)


def test_a_fact_happened_when_the_sandbox_says_so(moving: Process[Any, Any, Any]) -> None:
    ((instance, arrival),) = moving.read(world.moved_in())

    assert isinstance(arrival, Arrival)
    assert (world.handle(1), world.APPENDED + AHEAD) == (instance, arrival.at)


def test_a_timer_came_when_it_was_appended_not_when_it_was_due(moving: Process[Any, Any, Any]) -> None:
    """After an outage it comes once and waits again from then on, not as often as it would have come."""
    due = Came(event("departure"), TimerName.NOT_ARRIVED, event("departure"), 0, AT)
    letter = inputs.letter(process.NAME, b"h" * 16, json.dumps(process.WORDS.to_json(due)))
    ((_, told),) = moving.read(came_back(letter, AT + 70))

    assert replace(due, at=AT + 70 + AHEAD) == told


def test_what_is_for_another_process_is_not_read(moving: Process[Any, Any, Any]) -> None:
    letter = inputs.letter(feeds.HOUSEHOLD, b"h" * 16, "{}")

    assert [] == list(moving.read(came_back(letter, AT)))


def stepped(group: Group | None, move: str = "arrival") -> Stepped:
    return Stepped(event(move), Step.MOVED_IN, AT, WARD, WARD, group)


def test_who_moves_alone_tells_no_household(moving: Process[Any, Any, Any]) -> None:
    assert moving.send(b"h" * 16, stepped(None)) is None


def test_those_who_leave_together_tell_one_household(moving: Process[Any, Any, Any]) -> None:
    letters = [moving.send(bytes(16), stepped(GROUP)), moving.send(b"h" * 16, stepped(GROUP, "another"))]
    told = [each for letter in letters if letter for each in feeds.households().read(came_back(letter, AT))]

    assert 1 == len({each.instance for each in told})
    assert [event("arrival"), event("another")] == [each.told.move for each in told]


def test_a_household_is_looked_after_only_at_the_time_that_still_counts() -> None:
    households = feeds.households()
    known = households.decider.replay([Stood(event("arrival"), Step.MOVED_IN, 2, WARD, AT)])
    due = overdue_at(known)
    assert due is not None

    assert [Overdue(due)] == [timer.told for timer in households.timers(known)]
    assert [True, False, True] == [
        households.accepts(known, told)
        for told in (Overdue(due), Overdue(due - 1), Stood(event("other"), Step.DECLARED, 2, WARD, AT))
    ]
    assert [] == list(households.timers(Household()))
