"""
How many examples each property has, what the collector of garbage looks at, what runs side by side in ``make test``.

A few suffice where every run draws others: five while one works, ten in ``make test``, hundreds in ``make soak``.
"""

import gc
import os

import pytest
from hypothesis import settings

settings.register_profile("working", max_examples=5, deadline=None)
settings.register_profile("test", max_examples=10, deadline=None)
settings.register_profile("soak", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "working"))


def pytest_collection_finish() -> None:
    """What was imported stays: the garbage of a test is looked for among the test's own objects only."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys share one running bus, a browser needs none, all others the bare servers: groups side by side."""
    for item in items:
        own = {"journeys", "browser"} & set(item.path.parts)
        item.add_marker(pytest.mark.xdist_group(own.pop() if own else "others"))
