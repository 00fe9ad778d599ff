"""One stack with all processes and one nation for all journeys; each plays the next stretch of that nation's life."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from kairan.settings import Settings
from operations.cli import run as kairan
from operations.output import say
from operations.stack import local
from operations.stack.processes import PROCESSES, Process
from sandbox.register import for_municipalities
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.clearing import clear_up, clear_up_after_killed_runs
from tests.journeys.life import Life
from tests.journeys.logs import names_in

PLACE = Path(__file__).parents[2] / ".kairan" / "test-journeys"
TOWN, WARD, CITY = "143014", "131237", "122033"
REGISTER = for_municipalities((TOWN, WARD, CITY))
SEED, FACTS = 7, 2600
Ask = Callable[..., tuple[int, Any]]


@contextmanager
def servers(place: Path) -> Iterator[Settings]:
    """Kafka and PostgreSQL in a folder of their own beneath this one, and nothing else yet; gone afterwards."""
    clear_up_after_killed_runs(place)
    folder = place / str(os.getpid())
    REGISTER.save(folder / "register")
    try:
        local.up(folder, REGISTER, say, only_servers=True)
        yield Settings(home=folder, bootstrap=None, postgres=None)
    finally:
        clear_up(folder)


@contextmanager
def processes(settings: Settings, these: tuple[Process, ...] = PROCESSES) -> Iterator[Bus]:
    """Each must end when it is told to."""
    bus = Bus(settings, these)
    bus.start()
    try:
        yield bus
    finally:
        bus.stop()


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    with servers(PLACE) as settings:
        yield settings


@pytest.fixture(scope="session")
def running(settings: Settings) -> Iterator[Bus]:
    with processes(settings) as bus:
        yield bus
    assert [] == names_in(settings, [member.code for member in REGISTER.municipalities()]), (
        "in these logs, of all journeys"
    )


@pytest.fixture(scope="session")
def nation(settings: Settings, running: Bus) -> Iterator[Life]:
    """Its people are loaded, and known to everybody entitled."""
    with closing(Life(settings, SEED, FACTS)) as life:
        life.populate()
        running.settle()
        yield life


@pytest.fixture(scope="session")
def auditor(settings: Settings) -> Auditor:
    return Auditor(settings)


@pytest.fixture
def ask(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """``kairan …`` on this stack: its exit status and its answer, read as JSON where that was asked for."""
    monkeypatch.setenv("KAIRAN_HOME", str(settings.home))
    for name in ("KAIRAN_BOOTSTRAP", "KAIRAN_POSTGRES"):
        monkeypatch.delenv(name, raising=False)

    def _ask(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        status = kairan(arguments)
        said, wrong = capsys.readouterr()
        if "--json" not in arguments:
            return status, said
        assert said, f"{' '.join(arguments)} answered nothing, but said: {wrong}"
        return status, json.loads(said)

    return _ask


@pytest.fixture
def bus(running: Bus) -> Iterator[Bus]:
    """At rest; whoever died in a test that failed is alive again."""
    running.deaths.clear()
    yield running
    running.disarm()
