"""Killed between an effect and its mark, on the real stack, while clerks go on registering."""

import signal
import time
from collections.abc import Mapping

import pytest

from tests.journeys import test_deaths_in_memory
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus, Death
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
    ),
    "ledger": ("ledger.before-effect", "ledger.before-mark"),
}
DIE_SECONDS = 90


@pytest.mark.parametrize("seams", [BEFORE_THE_LOG, BEHIND_THE_LOG], ids=["before the log", "behind the log"])
def test_kills_at_every_seam_lose_double_swap_and_disclose_nothing(
    seams: Mapping[str, tuple[str, ...]], bus: Bus, nation: Life, auditor: Auditor
) -> None:
    for process, its in seams.items():
        bus.arm(process, *its)

    until = time.monotonic() + DIE_SECONDS
    while bus.armed() and time.monotonic() < until:
        nation.go_on(6, rate=8)
    bus.settle()

    assert {} == bus.armed()
    assert sorted(Death(process, -signal.SIGKILL) for process, its in seams.items() for _ in its) == sorted(bus.deaths)
    auditor.finds_nothing()


def test_every_seam_that_is_tried_in_memory_is_tried_on_the_real_stack() -> None:
    tried = {seam for its in (BEFORE_THE_LOG | BEHIND_THE_LOG).values() for seam in its}

    assert set(test_deaths_in_memory.SEAMS) - {"writer.between-records"} <= tried


def test_all_killed_at_once_while_at_work_lose_nothing(bus: Bus, nation: Life, auditor: Auditor) -> None:
    nation.go_on(40, midway=bus.kill_all)
    bus.settle()

    assert 6 == len({death.name for death in bus.deaths})
    auditor.finds_nothing()
