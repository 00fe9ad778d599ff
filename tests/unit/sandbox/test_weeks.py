"""Days pass once for everybody, and each story has its own facts."""

from collections.abc import Generator
from datetime import date

import pytest

from sandbox import flight, weeks
from sandbox.life import Life
from sandbox.stage import Stage, Story
from sandbox.weeks import Play, in_the_same_days
from tests.unit.sandbox.nations import born


def stage(passed: list[int]) -> Stage:
    return Stage({}, Life(born(1, 5)), {}, leap=passed.append)


def waiting(name: str, days: list[int], done: list[tuple[str, date]]) -> Play:
    def _play(stage: Stage) -> Generator[int, None, Story]:
        for day in days:
            done.append((name, stage.today))
            yield day
        done.append((name, stage.today))
        return Story(name, {}, ())

    return _play


def test_a_day_passes_when_everybody_waits_for_a_later_one() -> None:
    passed, done = list[int](), list[tuple[str, date]]()
    scene = stage(passed)
    first = scene.today
    told = in_the_same_days(scene, waiting("a", [1, 5, 34], done), waiting("b", [3, 5], done))

    assert ["a", "b"] == [each.title for each in told]
    assert [1, 2, 2, 29] == passed
    assert [("a", 0), ("b", 0), ("a", 1), ("b", 3), ("a", 5), ("b", 5), ("a", 34)] == [
        (name, (day - first).days) for name, day in done
    ]


@pytest.mark.parametrize("days", [[], [0], [2, 2]])
def test_who_waits_for_the_same_day_goes_on_in_it(days: list[int]) -> None:
    passed = list[int]()
    in_the_same_days(stage(passed), waiting("a", days, []))

    assert sum(passed) == max(days, default=0)


def test_what_one_story_registers_is_not_the_others() -> None:
    scene = stage([])
    one, other = scene.beside(), scene.beside()
    one._made.append(("act", "131237", 1))

    assert ([], True) == (other._made, one.draw is other.draw is scene.draw)


def test_the_last_day_is_before_the_card_lapses_and_behind_the_reminder() -> None:
    lapses = weeks.PLANNED + 30

    assert lapses - 5 < weeks.LATE < lapses


def test_nothing_is_registered_on_the_day_on_which_they_leave() -> None:
    days = {0, weeks.BOOKED, weeks.EARLY, weeks.BACK, weeks.LATE, flight.DECLARED, flight.ARRIVED, flight.BOOKED}

    assert flight.LEFT not in days
    assert {flight.DECLARED, flight.ARRIVED, flight.BOOKED, flight.END} <= days, "days that pass are the dear thing"
