"""What a failed run broke spoils none behind it, and the time that was given is kept."""

from collections.abc import Iterator
from itertools import chain, count, islice

import pytest

from tests.soak import playing
from tests.soak.faults import Fault
from tests.soak.playing import Play, Stage, drawn, played_on
from tests.soak.results import Run


def nothing(_scene: object) -> None:
    """No fault at all."""


GOOD, BAD = Fault("good", nothing), Fault("bad", nothing)
FAULTS = (GOOD, BAD, Fault("third", nothing))


class FakeBus:
    is_stopped = False

    def stop_at_once(self) -> None:
        self.is_stopped = True


class FakeStage:
    """Whatever is called bad fails here."""

    def __init__(self, facts: int = 10) -> None:
        self.scene, self.bus, self.facts = self, FakeBus(), facts

    def has_facts(self) -> bool:
        self.facts -= 1
        return self.facts > 0


@pytest.fixture(autouse=True)
def played(monkeypatch: pytest.MonkeyPatch) -> None:
    def _played(play: Play, _stage: Stage) -> Run:
        return Run(play.fault.name, play.seed, found="lost: 1" if play.fault == BAD else "")

    monkeypatch.setattr(playing, "played", _played)


def on(stage: FakeStage, plays: Iterator[Play]) -> list[str]:
    return [run.fault for run in played_on(stage, plays)]  # type: ignore[arg-type]


def test_what_comes_behind_a_failed_run_is_played_on_another_stage() -> None:
    plays = iter([Play(GOOD, 1), Play(BAD, 2), Play(GOOD, 3), Play(GOOD, 4)])
    stages, runs = list[FakeStage](), list[list[str]]()
    for first in plays:
        stages.append(FakeStage())
        runs.append(on(stages[-1], chain([first], plays)))

    assert [["good", "bad"], ["good", "good"]] == runs
    assert [True, False] == [stage.bus.is_stopped for stage in stages]


def test_a_nation_whose_life_is_nearly_over_is_left() -> None:
    assert ["good", "good"] == on(FakeStage(facts=2), iter([Play(GOOD, seed) for seed in range(9)]))


def test_the_time_that_was_given_ends_any_round() -> None:
    clock = count()
    plays = list(drawn(FAULTS, 1, until=1, clock=lambda: next(clock)))

    assert 2 == len(plays)


def test_in_each_round_every_fault_comes_once() -> None:
    plays = islice(drawn(FAULTS, 5, until=1, clock=lambda: 0), 6)
    names = [play.fault.name for play in plays]

    assert [sorted(fault.name for fault in FAULTS)] * 2 == [sorted(names[:3]), sorted(names[3:])]


def test_no_two_runs_have_the_same_seed_and_the_same_seed_draws_the_same() -> None:
    first, again = (list(islice(drawn(FAULTS, 5, until=1, clock=lambda: 0), 7)) for _ in range(2))

    assert (7, first) == (len({play.seed for play in first}), again)
