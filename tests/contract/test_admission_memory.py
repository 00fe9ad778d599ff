"""The memory in dicts keeps the contract of memory."""

import pytest

from processors.admission.memory import DictMemory, Memory
from tests.contract.admission_memory_suite import AdmissionMemorySuite, Bench


class DictBench:
    def memory(self) -> Memory:
        return DictMemory()


class TestDictMemory(AdmissionMemorySuite):
    @pytest.fixture
    def bench(self) -> Bench:
        return DictBench()
