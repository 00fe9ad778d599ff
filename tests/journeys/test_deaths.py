"""Killed between an effect and its mark, on the real stack, while clerks go on registering."""

import signal
import time
from collections.abc import Mapping

import pytest

from tests.journeys import test_deaths_in_memory
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus, Death
from tests.journeys.conftest import Ask
from tests.journeys.life import Life

pytestmark = pytest.mark.stack

BEFORE_THE_LOG = {
    "sources": ("relay.before-send", "relay.before-mark"),
    "admission": (
        "admission.before-names",
        "admission.between-waves",
        "admission.after-confirm",
        "admission.before-note",
        "admission.before-mark",
    ),
}
BEHIND_THE_LOG = {
    "routing-live": ("routing.after-confirm", "routing.before-mark"),
    "sinks": (
        "sink.before-effect",
        "sink.after-effect",
        "sink.before-mark",
        "receipts.before-send",
        "receipts.before-mark",
        "answers.before-send",
        "answers.before-mark",
    ),
    "followers": (
        "ledger.before-effect",
        "ledger.before-mark",
        "disclosures.before-effect",
        "disclosures.before-mark",
        "process.before-effect",
        "process.after-effect",
        "process.before-mark",
        "letters.before-send",
        "letters.before-mark",
        "timers.before-mark",
        "channels.before-effect",
        "channels.before-mark",
        "telling.before-mark",
        "answering.after-confirm",
        "answering.before-mark",
    ),
}
DIE_SECONDS = 120
WAITED_FOR_DAYS = 40
"""Longer than anybody who left is waited for before somebody is asked."""


@pytest.mark.parametrize("seams", [BEFORE_THE_LOG, BEHIND_THE_LOG], ids=["before the log", "behind the log"])
def test_kills_at_every_seam_lose_double_swap_and_disclose_nothing(
    seams: Mapping[str, tuple[str, ...]], ask: Ask, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    ask("clock", "--forward", str(WAITED_FOR_DAYS))
    for process, its in seams.items():
        bus.arm(process, *its)

    until = time.monotonic() + DIE_SECONDS
    while bus.armed() and time.monotonic() < until:
        nation.go_on(6, rate=8)
    bus.settle()

    assert {} == bus.armed()
    assert sorted(Death(process, -signal.SIGKILL) for process, its in seams.items() for _ in its) == sorted(bus.deaths)
    assert [] == auditor.found()


def test_every_seam_that_is_tried_in_memory_is_tried_on_the_real_stack() -> None:
    tried = {seam for its in (BEFORE_THE_LOG | BEHIND_THE_LOG).values() for seam in its}

    assert set(test_deaths_in_memory.SEAMS) - {"writer.between-records"} <= tried


def test_all_killed_at_once_while_at_work_lose_nothing(bus: Bus, nation: Life, auditor: Auditor) -> None:
    nation.go_on(40, midway=bus.kill_all)
    bus.settle()

    assert 6 == len({death.name for death in bus.deaths})
    assert [] == auditor.found()
