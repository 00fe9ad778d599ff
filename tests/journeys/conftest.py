"""One stack with all processes and one nation for all journeys; each plays the next stretch of that nation's life."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from kairan.settings import Settings
from operations.cli import run as kairan
from operations.output import say
from operations.stack import kafka, local
from operations.stack.home import Home
from sandbox.register import for_municipalities
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.life import Life

PLACE = Path(__file__).parents[2] / ".kairan" / "test-journeys"
TOWN, WARD, CITY = "143014", "131237", "122033"
REGISTER = for_municipalities((TOWN, WARD, CITY))
SEED, FACTS = 7, 2000
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """Kafka and PostgreSQL, and nothing else yet."""
    _clear_up_after_killed_runs()
    folder = PLACE / str(os.getpid())
    REGISTER.save(folder / "register")
    try:
        local.up(folder, REGISTER, say, only_servers=True)
        yield Settings(home=folder, bootstrap=None, postgres=None)
    finally:
        _clear_up(folder)


@pytest.fixture(scope="session")
def running(settings: Settings) -> Iterator[Bus]:
    bus = Bus(settings)
    bus.start()
    try:
        yield bus
    finally:
        bus.stop()


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
        said = capsys.readouterr().out
        return status, json.loads(said) if "--json" in arguments else said

    return _ask


@pytest.fixture
def bus(running: Bus) -> Iterator[Bus]:
    """At rest; whoever died in a test that failed is alive again."""
    running.deaths.clear()
    yield running
    running.disarm()


def _clear_up_after_killed_runs() -> None:
    for left in PLACE.glob("*"):
        if not psutil.pid_exists(int(left.name)):
            _clear_up(left)


def _clear_up(folder: Path) -> None:
    noted = Home(folder).noted()
    if (broker := kafka.process(Home(folder))) is not None:
        broker.kill()  # nobody needs its data: no time for a clean end
    local.down(folder, say)
    if noted is not None and noted.postgres_place:
        shutil.rmtree(noted.postgres_place)
    shutil.rmtree(folder)
