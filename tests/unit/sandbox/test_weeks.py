"""Days pass once for everybody, and each story has its own facts."""

from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date

import pytest

from sandbox import flight, weeks
from sandbox.acts import Act, Step
from sandbox.life import Life
from sandbox.people import CHILD, HEAD
from sandbox.stage import Stage, Story
from sandbox.weeks import Play, in_the_same_days
from tests.unit.sandbox.nations import born


class Unasked:
    """A clerk who writes down what was booked long ago, and nothing else."""

    def perform(self, act: Act) -> None:
        assert "booked long ago" == act.what


@dataclass
class Played(Stage):
    """Remembers every act, and on which day it was done."""

    acts: list[tuple[int, Act]] = field(default_factory=list)
    began: date = date.min
    stories: list[Story] = field(default_factory=list)

    def play(self, act: Act) -> None:
        self.acts.append(((self.today - self.began).days, act))

    def beside(self) -> Stage:
        return self

    def is_flight(self, act: Act) -> bool:
        """Of the second story: nobody of the first is protected, or moves inside a municipality."""
        names = {each.name.text for key, each in self.draw.nation.people.items() if key in act.persons}
        return any(name.startswith("山口") for name in names)

    def of(self, what: str) -> list[Step]:
        """The steps of that act of the second story."""
        return [step for _, act in self.acts if self.is_flight(act) and act.what == what for step in act.steps]


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
    scene, stages = stage([]), list[Stage]()

    def registering(stage: Stage) -> Generator[int, None, Story]:
        stages.append(stage)
        stage._made.append(("act", "131237", len(stages)))
        yield 1
        return Story(str(stage._made), {}, ())

    told = in_the_same_days(scene, registering, registering)

    assert ["[('act', '131237', 1)]", "[('act', '131237', 2)]"] == [each.title for each in told]
    assert [scene.draw] * 2 == [each.draw for each in stages]


def test_a_day_passes_on_which_it_is_told_that_the_last_one_is_near_and_five_weeks_pass_in_all() -> None:
    assert (weeks.PLANNED + 14 - 5, 7 * 5) == (weeks.NEAR, weeks.LATE)


@pytest.fixture
def played() -> Played:
    scene = Played(defaultdict(Unasked), Life(born(1, 5)), {})
    scene.began = scene.today
    scene.stories = weeks.five_weeks(scene)
    return scene


def test_a_mother_and_her_child_leave_in_the_order_that_the_law_wants(played: Played) -> None:
    origin, _ = played.stories[1].people["father"]
    destination, _ = played.stories[1].people["mother at the destination"]

    assert [
        (0, "protection begun", origin),
        (1, "protection followed", origin),
        (1, "declared", origin),
        (3, "closed", origin),
        (3, "arrival", destination),
        (3, "arrival notified", destination),
        (5, "confirmed", origin),
        (5, "relocated", origin),
    ] == [(day, act.what, act.member) for day, act in played.acts if played.is_flight(act)]


def test_the_measure_names_the_father_and_is_taken_over_where_they_arrive(played: Played) -> None:
    begun, followed, *_ = (act for _, act in played.acts if played.is_flight(act))
    taken_over = [step.values for step in played.of("arrival") if step.into == "support_measure"]

    assert ["申出者", "併せて支援"] == [step.values["subject_role"] for step in begun.steps]
    assert ["申出者", "併せて支援"] == [step.values["subject_role"] for step in followed.steps]
    assert ["申出者", "併せて支援"] == [each["subject_role"] for each in taken_over]
    assert "山口　剛" == begun.steps[0].values["perpetrators"][0]["name"]["text"]
    assert "perpetrators" not in begun.steps[1].values


def test_the_mother_heads_a_household_of_her_own_at_an_address_that_nobody_else_has(played: Played) -> None:
    arrived = [step.values for step in played.of("arrival") if step.into == "announced"]
    told = [str(step.values) for _, act in played.acts for step in act.steps if not act.what.startswith("arrival")]

    assert [HEAD, CHILD] == [each["household"]["relationship"] for each in arrived]
    assert {(flight.LOT, flight.BUILDING)} == {
        (each["address"]["lot"], each["address"]["building"]) for each in arrived
    }
    assert {flight.THE_MOTHER, flight.THE_CHILD} == {each["name"]["text"] for each in arrived}
    assert 2 == sum(flight.LOT in each for each in told), "the confirmation alone, by the notice"


def test_the_father_is_related_to_nobody_when_they_are_gone(played: Played) -> None:
    [relocated] = played.of("relocated")

    assert [] == relocated.values["related"]


def test_the_grandmother_wants_to_be_told_on_her_phone_before_she_stays_behind() -> None:
    asked = list[tuple[str, str]]()
    scene = Played(defaultdict(Unasked), Life(born(1, 5)), {}, phone=lambda *who: asked.append(who))
    [family, _] = weeks.five_weeks(scene)

    assert [family.people["grandmother"]] == asked


def test_nothing_is_registered_on_the_day_on_which_they_leave() -> None:
    days = {0, weeks.BOOKED, weeks.EARLY, weeks.BACK, weeks.LATE, flight.DECLARED, flight.ARRIVED, flight.BOOKED}

    assert flight.LEFT not in days
    assert {flight.DECLARED, flight.ARRIVED, flight.BOOKED, flight.END} <= days, "days that pass are the dear thing"
