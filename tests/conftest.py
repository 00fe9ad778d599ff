"""
How many examples each property has, what the collector of garbage looks at, what runs side by side in ``make test``.

A few suffice where every run draws others: five while one works, hundreds in ``make soak``. What everybody's change
is judged by draws nothing: ``make test`` gives the same examples in the same order until somebody changes something.
"""

import gc
import os

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

SHARING = ("journeys", "integration")
FIRST = (*SHARING, "hostile", "browser")

settings.register_profile("working", max_examples=5, deadline=None)
settings.register_profile("test", max_examples=10, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "working"))


def pytest_collection_finish() -> None:
    """What was imported stays: the garbage of a test is looked for among the test's own objects only."""
    gc.freeze()


class Rooms(LoadScopeScheduling):
    """
    Journeys share one running bus and integration tests the bare servers: each of these rooms is one worker's alone.

    Of all other rooms each file goes to whoever is free. (Under pytest 9.2 xdist loses its own groups: its issue 1386.)
    """

    def _split_scope(self, nodeid: str) -> str:
        room = nodeid.split("/", 2)[1]
        return room if room in SHARING else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Rooms:
    return Rooms(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, and what it leaves of the two workers' time the many files fill."""
    items.sort(key=lambda item: (*FIRST, item.path.parent.name).index(item.path.parent.name))
