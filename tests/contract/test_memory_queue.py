"""The queue in memory keeps the contract of a queue."""

import pytest

from processors.channels.testing import MemoryQueue
from tests.contract.queue_suite import QueueSuite


class TestMemoryQueue(QueueSuite):
    @pytest.fixture
    def queue(self) -> MemoryQueue:
        return MemoryQueue()
