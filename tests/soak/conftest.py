"""The journeys' stack, with a nation that lives longer."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from kairan.settings import Settings
from tests.journeys.bus import Bus
from tests.journeys.conftest import auditor, bus, running, settings
from tests.journeys.life import Life

__all__ = ["auditor", "bus", "running", "settings"]
FACTS = 12_000


@pytest.fixture(scope="session")
def nation(settings: Settings, running: Bus) -> Iterator[Life]:
    """Its people are loaded; it has thousands of facts before it."""
    with closing(Life(settings, 7, FACTS)) as life:
        life.populate()
        running.settle(600)
        yield life
