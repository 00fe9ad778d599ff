"""
The matrix of faults: one after the other in a drawn order, each at least once, and on until the time is over.

``KAIRAN_SOAK_SECONDS`` (600) says how long, ``KAIRAN_SOAK_SEED`` (drawn and printed) replays the same faults.
"""

import os
import random
import shutil
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import count

import pytest

from kairan.settings import Settings
from operations.output import say
from operations.stack import local
from operations.stack.home import Home
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.conftest import PLACE, REGISTER
from tests.journeys.life import Life
from tests.soak import results
from tests.soak.cluster import Cluster
from tests.soak.faults import MATRIX, Fault
from tests.soak.results import Run
from tests.soak.scene import CannotRunError, Scene, under_load

pytestmark = [pytest.mark.stack, pytest.mark.timeout(0)]
SECONDS = int(os.environ.get("KAIRAN_SOAK_SECONDS", "600"))
SEED = int(os.environ.get("KAIRAN_SOAK_SEED", str(time.time_ns() % 1_000_000)))
LEADER = "the leader of three brokers killed, and restarted after 10 s"
DOWN_SECONDS = 10
SETTLE_SECONDS = 180
"""Long beyond the aim: what comes late is told apart from what never comes."""


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
    folder = PLACE.with_name("test-cluster") / str(os.getpid())
    REGISTER.save(folder / "register")
    cluster = Cluster(folder)
    try:
        cluster.up()
        yield cluster
    finally:
        cluster.kill_all()
        local.down(folder, say)
        shutil.rmtree(Home(folder).remembered().postgres_place or folder / "postgres", ignore_errors=True)
        shutil.rmtree(folder)


def test_no_fault_loses_doubles_swaps_or_discloses_anything(
    settings: Settings, bus: Bus, nation: Life, auditor: Auditor, note: Note
) -> None:
    runs = []
    for seed, fault in drawn(time.monotonic() + SECONDS):
        runs.append(played(fault, seed, Scene(settings, bus, nation, random.Random(seed)), auditor))
        note(runs[-1])
        bus.disarm()

    demand(runs)


def test_the_leader_of_three_brokers_may_be_killed(cluster: Cluster, note: Note) -> None:
    """Two copies are left, and they acknowledge; the third one comes back and catches up."""

    def _kill(_: Scene) -> None:
        cluster.kill_leader()
        time.sleep(DOWN_SECONDS)
        cluster.up()

    settings = cluster.settings()
    with ExitStack() as opened:
        bus = Bus(settings)
        bus.start()
        opened.callback(bus.stop)
        nation = opened.enter_context(closing(Life(settings, 9, 600)))
        nation.populate()
        bus.settle(SETTLE_SECONDS)
        scene = Scene(settings, bus, nation, random.Random(SEED))
        run = played(Fault(LEADER, _kill), SEED, scene, Auditor(settings))
        note(run)

    demand([run])


def drawn(until: float) -> Iterator[tuple[int, Fault]]:
    """Round after round, each fault once; the first round is played whole. Each run has a seed of its own."""
    draw = random.Random(SEED)
    for number in count():
        for place, fault in enumerate(draw.sample(MATRIX, len(MATRIX))):
            if number and time.monotonic() > until:
                return
            yield SEED + number * len(MATRIX) + place, fault


def played(fault: Fault, seed: int, scene: Scene, auditor: Auditor) -> Run:
    run = Run(fault.name, seed)
    try:
        healed = under_load(scene, fault.inflict)
        scene.bus.settle(SETTLE_SECONDS)
        run = run._replace(recovery=time.monotonic() - healed)
        auditor.finds_nothing()
    except CannotRunError as error:
        run = run._replace(not_run=str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the next fault is played
        traceback.print_exc()
        run = run._replace(found=f"{type(error).__name__}: {error}")
    return run


def demand(runs: Sequence[Run]) -> None:
    """Nothing was found, and all were back in time."""
    assert [] == [run.told() for run in runs if run.failed]
    assert [] == [run.told() for run in runs if run.recovery is not None and run.recovery > results.IN_TIME]
