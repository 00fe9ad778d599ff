"""
How many examples each property has, and what runs side by side in ``make test``.

Ten suffice where every run draws others; ``make soak`` draws hundreds.
"""

import os

import pytest
from hypothesis import settings

settings.register_profile("often", max_examples=10, deadline=None)
settings.register_profile("soak", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "often"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys share one running bus, all others the bare servers: two groups that can run side by side."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group("journeys" if "journeys" in item.path.parts else "others"))
