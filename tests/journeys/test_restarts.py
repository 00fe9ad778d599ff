"""A server goes away and comes back while clerks go on registering."""

import signal
import threading
from collections.abc import Callable

import psutil
import pytest

from kairan.settings import Settings
from operations.output import say
from operations.stack import kafka, local
from operations.stack.home import Home
from operations.stack.postgres import Postgres
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus, await_true
from tests.journeys.conftest import REGISTER
from tests.journeys.life import Life

pytestmark = pytest.mark.stack


def under_load(nation: Life, restart: Callable[[], None]) -> None:
    """Clerks register on while it happens."""
    thread = threading.Thread(target=restart)
    nation.go_on(60, rate=20, midway=thread.start)
    thread.join()


def test_kafka_may_be_killed_and_come_back_under_load(
    settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    """Facts wait in the outboxes meanwhile."""

    def _restart() -> None:
        broker = kafka.process(Home(settings.home))
        assert broker is not None
        broker.kill()
        await_true(lambda: kafka.process(Home(settings.home)) is None, 10, lambda: "Kafka lives on")
        local.up(settings.home, REGISTER, say, only_servers=True)

    under_load(nation, _restart)
    bus.settle()

    auditor.finds_nothing()


def test_postgresql_may_crash_and_come_back_under_load(
    settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    """SIGQUIT: it ends without a word to anybody and recovers from its log; what was not yet written there is gone."""

    def _crash() -> None:
        server = Postgres(Home(settings.home), Home(settings.home).remembered(), say)
        note = server._data / "postmaster.pid"
        psutil.Process(int(note.read_text().splitlines()[0])).send_signal(signal.SIGQUIT)
        await_true(lambda: not server.running(), 10, lambda: "PostgreSQL lives on")
        server.start()

    under_load(nation, _crash)
    bus.settle()

    assert bus.deaths
    auditor.finds_nothing()
