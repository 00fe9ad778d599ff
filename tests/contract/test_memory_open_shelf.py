"""The open shelf in memory promises what the one in PostgreSQL does (``tests/integration/test_open_shelf.py``)."""

import pytest

from gateway.analysts.testing import MemoryShelf
from processors.statistics.publishing.shelf import Released
from tests.contract.open_shelf_suite import CELLS, CONTENT, DIMENSIONS, OpenShelfSuite, Put


@pytest.fixture
def shelf() -> MemoryShelf:
    return MemoryShelf()


@pytest.fixture
def dataset() -> str:
    return "mine"


@pytest.fixture
def put(shelf: MemoryShelf) -> Put:
    def _put(dataset: str, window: str, vintage: int) -> Released:
        its = Released(len(shelf.told) + 1, dataset, window, vintage, DIMENSIONS, (0, 0), 1_800_000_000_000)
        shelf.put(its, CELLS, {f"{dataset}-{window}-v{vintage}.csv": ("text/csv", CONTENT)})
        return its

    return _put


class TestInMemory(OpenShelfSuite):
    """The suite, on the shelf in memory."""
