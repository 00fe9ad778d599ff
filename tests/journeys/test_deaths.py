"""Killed between an effect and its mark, on the real stack, while clerks go on registering."""

import signal
import time
from collections.abc import Mapping

import pytest

from kairan.settings import Settings
from operations.stack.processes import DEPLOYED, PROCESSES
from operations.stack.processes import FOLLOWERS as HOSTED
from tests.journeys import test_deaths_in_memory
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus, Death
from tests.journeys.conftest import Ask, processes
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
}
FOLLOWING = {
    "ledger": ("ledger.before-effect", "ledger.before-mark"),
    "disclosures": ("disclosures.before-effect", "disclosures.before-mark"),
    "moving": (
        "timers.before-mark",
        "process.before-effect",
        "process.after-effect",
        "process.before-mark",
        "answering.after-confirm",
        "answering.before-mark",
    ),
    "notices": ("process.before-effect", "process.before-mark", "letters.before-send", "letters.before-mark"),
    "channels": ("channels.before-effect", "channels.before-mark", "telling.before-mark"),
}
FOLLOWERS = tuple(each for each in DEPLOYED if each.name in HOSTED)
DIE_SECONDS = 120
WAITED_FOR_DAYS = 40
"""Longer than anybody who left is waited for before somebody is asked."""


def die(bus: Bus, nation: Life, seams: Mapping[str, tuple[str, ...]]) -> None:
    """Each process at each of its seams, while clerks go on."""
    for process, its in seams.items():
        bus.arm(process, *its)
    until = time.monotonic() + DIE_SECONDS
    while bus.armed() and time.monotonic() < until:
        nation.go_on(6, rate=8)

    assert {} == bus.armed()
    assert sorted(Death(process, -signal.SIGKILL) for process, its in seams.items() for _ in its) == sorted(bus.deaths)


@pytest.mark.parametrize("seams", [BEFORE_THE_LOG, BEHIND_THE_LOG], ids=["before the log", "behind the log"])
def test_kills_at_every_seam_lose_double_swap_and_disclose_nothing(
    seams: Mapping[str, tuple[str, ...]], bus: Bus, nation: Life, auditor: Auditor
) -> None:
    die(bus, nation, seams)
    bus.settle()

    assert [] == auditor.found()


def test_kills_of_those_who_follow_lose_double_swap_and_disclose_nothing(
    ask: Ask, settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    """Each in a process of its own, as they are deployed: they die side by side."""
    ask("clock", "--forward", str(WAITED_FOR_DAYS))
    with bus.without("followers"), processes(settings, FOLLOWERS) as followers:
        die(followers, nation, FOLLOWING)
    bus.settle()

    assert [] == auditor.found()


def test_every_seam_that_is_tried_in_memory_is_tried_on_the_real_stack() -> None:
    tried = {seam for its in (BEFORE_THE_LOG | BEHIND_THE_LOG | FOLLOWING).values() for seam in its}

    assert set(test_deaths_in_memory.SEAMS) - {"writer.between-records"} <= tried


def test_all_killed_at_once_while_at_work_lose_nothing(bus: Bus, nation: Life, auditor: Auditor) -> None:
    nation.go_on(40, midway=bus.kill_all)
    bus.settle()

    assert {process.name for process in PROCESSES} == {death.name for death in bus.deaths}
    assert [] == auditor.found()
