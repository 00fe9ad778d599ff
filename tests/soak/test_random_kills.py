"""
Processes are killed at random while clerks go on, round after round; after each round nothing may be missing.

``KAIRAN_SOAK_SECONDS`` (600) says how long, ``KAIRAN_SOAK_SEED`` (drawn and printed) replays the same kills.
"""

import os
import random
import time

import pytest

from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.life import Life

pytestmark = [pytest.mark.stack, pytest.mark.timeout(0)]
SECONDS = int(os.environ.get("KAIRAN_SOAK_SECONDS", "600"))
SEED = int(os.environ.get("KAIRAN_SOAK_SEED", str(time.time_ns() % 1_000_000)))
PROCESSES = ("sources", "admission", "routing-live", "routing-bulk", "sinks", "ledger")
FACTS_A_ROUND = 80


def test_random_kills_lose_double_swap_and_disclose_nothing(bus: Bus, nation: Life, auditor: Auditor) -> None:
    print(f"KAIRAN_SOAK_SEED={SEED}")
    draw, until, rounds = random.Random(SEED), time.monotonic() + SECONDS, 0
    while rounds == 0 or time.monotonic() < until:
        victims = draw.sample(PROCESSES, draw.randint(1, 3))
        nation.go_on(FACTS_A_ROUND, rate=draw.choice((0, 40, 100)), midway=lambda its=victims: bus.kill(*its))
        bus.settle()
        auditor.finds_nothing()
        rounds += 1
        print(f"round {rounds}: {', '.join(victims)} killed, nothing lost")
