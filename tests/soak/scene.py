"""What a fault may touch, and how clerks go on registering beside it."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from kairan.settings import Settings
from kairan.watch import STILL_SECONDS
from tests.journeys.bus import Bus
from tests.journeys.life import Life

FACTS, RATE = 10, 10
"""Of a stretch, and of a second: so many that something is under way wherever a fault strikes."""
PATIENCE = STILL_SECONDS + 60
"""Seconds that a clerk waits for what the bus has to bring: longer than any fault lasts or a process stands still."""


class CannotRunError(Exception):
    """This machine does not allow this fault; the text says why."""


class Scene(NamedTuple):
    """One stack, its processes and its nation; ``draw`` is the run's own chance."""

    settings: Settings
    bus: Bus
    nation: Life
    draw: random.Random


Inflict = Callable[[Scene], None]
"""Makes something go wrong and heals it; returns when it is healed."""


def under_load(scene: Scene, inflict: Inflict) -> float:
    """Clerks register on while it happens, and once more when it is healed; when that was (``time.monotonic``)."""

    def _inflict() -> float:
        inflict(scene)
        return time.monotonic()

    with ThreadPoolExecutor(1) as beside:
        _register(scene)
        struck: Future[float] = beside.submit(_inflict)
        while not struck.done():
            _register(scene)
        _register(scene)
        return struck.result()


def _register(scene: Scene) -> None:
    scene.nation.go_on(FACTS, rate=RATE, patience=PATIENCE)
