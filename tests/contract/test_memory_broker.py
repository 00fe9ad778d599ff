"""The fake broker keeps the contract of the loops."""

from itertools import count

import pytest

from kairan.stream import TopicPartition
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from tests.contract.stream_suite import Bench, StreamSuite


class MemoryBench:
    topic = "t"

    def __init__(self) -> None:
        self.broker = MemoryBroker({"t": 4}, clock=count(0, 10).__next__)

    def reader(self, group: str, *, from_start: bool = False) -> MemoryReader:
        return MemoryReader(self.broker, group, ["t"], from_start=from_start)

    def forget(self, at: TopicPartition, before: int) -> None:
        self.broker.forget(at, before)

    def writer(self) -> MemoryWriter:
        return MemoryWriter(self.broker)


class TestMemoryBroker(StreamSuite):
    @pytest.fixture
    def bench(self) -> Bench:
        return MemoryBench()
