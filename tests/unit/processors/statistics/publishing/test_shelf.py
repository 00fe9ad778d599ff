"""The shelf in memory promises what the one in PostgreSQL does (``tests/integration/test_publishing.py``)."""

import pytest

from tests.contract.releases_suite import MemoryShelf, ShelfSuite


@pytest.fixture
def shelf() -> MemoryShelf:
    return MemoryShelf()


@pytest.fixture
def window() -> str:
    return "2026-04"


class TestInMemory(ShelfSuite):
    """The suite, on the shelf in memory."""
