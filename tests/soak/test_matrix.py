"""
The matrix of faults: one after the other in a drawn order, round after round, until the time is over.

``KAIRAN_SOAK_SECONDS`` (1800, which is a whole round on two cores) says how long, ``KAIRAN_SOAK_SEED`` (drawn and
printed) replays the same faults.
"""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain

import pytest

from kairan.settings import Settings
from tests.journeys.auditor import Auditor
from tests.journeys.clearing import clear_up, clear_up_after_killed_runs
from tests.journeys.conftest import PLACE, REGISTER, processes, servers
from tests.journeys.life import Life
from tests.soak import results
from tests.soak.cluster import Cluster
from tests.soak.faults import MATRIX, Fault
from tests.soak.playing import Play, Stage, drawn, played_on
from tests.soak.results import Run
from tests.soak.scene import Scene

pytestmark = [pytest.mark.stack, pytest.mark.timeout(0)]
SECONDS = int(os.environ.get("KAIRAN_SOAK_SECONDS", "1800"))
SEED = int(os.environ.get("KAIRAN_SOAK_SEED", str(time.time_ns() % 1_000_000)))
LEADER = "the leader of three brokers killed, and restarted after 10 s"
DOWN_SECONDS, LOAD_SECONDS = 10, 600
FACTS, FACTS_OF_THREE = 12_000, 3000
"""Hours of a nation's life would cost minutes to prepare; when it is over, another stack is made."""


Note = Callable[[Run], None]


@pytest.fixture(scope="module")
def note() -> Note:
    """Writes the page again after each run: what was played stands there, whatever ends the rest."""
    print(f"KAIRAN_SOAK_SEED={SEED}")
    faults, runs = [*(fault.name for fault in MATRIX), LEADER], list[Run]()

    def _note(run: Run) -> None:
        print(run.told())
        runs.append(run)
        results.PAGE.write_text(results.page(faults, runs, SEED), encoding="utf-8")

    return _note


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    place = PLACE.with_name("test-cluster")
    clear_up_after_killed_runs(place)
    folder = place / str(os.getpid())
    REGISTER.save(folder / "register")
    try:
        cluster = Cluster(folder)
        cluster.up()
        yield cluster
    finally:
        clear_up(folder)


def test_no_fault_loses_doubles_swaps_or_discloses_anything(note: Note) -> None:
    runs, plays = list[Run](), drawn(MATRIX, SEED, time.monotonic() + SECONDS)
    for first in plays:
        with servers(PLACE.with_name("test-matrix")) as settings, peopled(settings, FACTS) as stage:
            runs += told(note, played_on(stage, chain([first], plays)))

    assert [] == failed(runs)


def test_the_leader_of_three_brokers_may_be_killed(cluster: Cluster, note: Note) -> None:
    """Two copies are left, and they acknowledge; the third one comes back and catches up."""

    def _kill(_: Scene) -> None:
        cluster.kill_leader()
        time.sleep(DOWN_SECONDS)
        cluster.up()

    with peopled(cluster.settings(), FACTS_OF_THREE) as stage:
        runs = told(note, played_on(stage, iter([Play(Fault(LEADER, _kill), SEED)])))

    assert [] == failed(runs)


def told(note: Note, runs: Iterable[Run]) -> list[Run]:
    """Each as soon as it is over."""
    over = []
    for run in runs:
        note(run)
        over.append(run)
    return over


@contextmanager
def peopled(settings: Settings, facts: int) -> Iterator[Stage]:
    """The bus at work for a nation whose people are loaded and that has so many facts before it."""
    with processes(settings) as bus, closing(Life(settings, 7, facts)) as nation:
        nation.populate()
        nation.pass_tax_runs()
        bus.settle(LOAD_SECONDS)
        yield Stage(Scene(settings, bus, nation, random.Random(SEED)), Auditor(settings))


def failed(runs: Sequence[Run]) -> list[str]:
    """Where something was found. Who was back too late stands on the page: how fast it is here is no promise."""
    return [run.told() for run in runs if run.failed]
