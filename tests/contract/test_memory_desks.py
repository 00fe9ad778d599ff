"""The desks' stores in memory keep the contract."""

import pytest

from gateway.desks.testing import MemoryAsking, MemorySessions, MemoryStanding
from tests.contract.desks_suite import ELSEWHERE, HOUSEHOLDS, ROWS, TASKS, AskingSuite, StandingSuite
from tests.contract.staff_sessions_suite import StaffSessionsSuite


class TestMemoryStanding(StandingSuite):
    @pytest.fixture
    def standing(self) -> MemoryStanding:
        return MemoryStanding(reversed(ROWS))


class TestMemoryAsking(AskingSuite):
    @pytest.fixture
    def asking(self) -> MemoryAsking:
        return MemoryAsking([*reversed(TASKS), ELSEWHERE], HOUSEHOLDS)


class TestMemorySessions(StaffSessionsSuite):
    @pytest.fixture
    def store(self) -> MemorySessions:
        return MemorySessions()
