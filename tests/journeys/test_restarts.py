"""A server goes away and comes back while clerks go on registering."""

import threading
from collections.abc import Callable

import pytest

from kairan.settings import Settings
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.life import Life
from tests.journeys.servers import crash_postgresql, kill_kafka, start_servers

pytestmark = pytest.mark.stack


def under_load(nation: Life, restart: Callable[[], None]) -> None:
    """Clerks register on while it happens."""
    nation.pass_tax_runs()
    thread = threading.Thread(target=restart)
    nation.go_on(60, rate=20, midway=thread.start)
    thread.join()


def test_kafka_may_be_killed_and_come_back_under_load(
    settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    """Facts wait in the outboxes meanwhile."""

    def _restart() -> None:
        kill_kafka(settings)
        start_servers(settings)

    under_load(nation, _restart)
    bus.settle()

    assert [] == auditor.found()


def test_postgresql_may_crash_and_come_back_under_load(
    settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    def _crash() -> None:
        crash_postgresql(settings)
        start_servers(settings)

    under_load(nation, _crash)
    bus.settle()

    assert bus.deaths
    assert [] == auditor.found()
