"""How the matrix is played: which fault comes next, one fault on its stage, and when the stage is given up."""

import random
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from kairan.watch import STILL_SECONDS
from tests.journeys.auditor import Auditor
from tests.soak import evidence
from tests.soak.faults import Fault
from tests.soak.results import Run
from tests.soak.scene import CannotRunError, Scene, under_load

SETTLE_SECONDS = STILL_SECONDS + 120
"""Beyond the aim and after whoever stands still was ended: what comes late is told apart from what never comes."""
FACTS_OF_A_RUN = 2000
"""More than clerks register while any fault lasts."""


class Play(NamedTuple):
    """A fault to come, and the seed of its own chance."""

    fault: Fault
    seed: int


class Stage(NamedTuple):
    """One stack and who audits it."""

    scene: Scene
    auditor: Auditor

    def has_facts(self) -> bool:
        return self.scene.nation.facts_ahead > FACTS_OF_A_RUN


def drawn(
    faults: Sequence[Fault], seed: int, until: float, clock: Callable[[], float] = time.monotonic
) -> Iterator[Play]:
    """Round after round, each fault once, until the time is over."""
    draw = random.Random(seed)
    for number in count():
        for place, fault in enumerate(draw.sample(faults, len(faults))):
            if clock() > until:
                return
            yield Play(fault, seed + number * len(faults) + place)


def played_on(stage: Stage, plays: Iterator[Play]) -> Iterator[Run]:
    """Up to the first that fails: what it broke stays broken, and nothing behind it would mean anything."""
    for play in plays:
        run = played(play, stage)
        yield run
        if run.failed:
            stage.scene.bus.stop_at_once()
        if run.failed or not stage.has_facts():
            return


def played(play: Play, stage: Stage) -> Run:
    """What stands still is asked where, before anything is ended."""
    run, scene = Run(play.fault.name, play.seed), stage.scene._replace(draw=random.Random(play.seed))
    try:
        healed = under_load(scene, play.fault.inflict)
        scene.bus.settle(SETTLE_SECONDS)
        run = run._replace(recovery=time.monotonic() - healed)
        assert not (found := stage.auditor.found()), found
        scene.bus.disarm()
    except CannotRunError as error:
        run = run._replace(not_run=str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the next fault is played
        traceback.print_exc()
        evidence.keep(scene, play.seed)
        run = run._replace(found=f"{type(error).__name__}: {error}")
    return run
