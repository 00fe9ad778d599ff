"""The desks' stores in memory keep the contract."""

import pytest

from gateway.desks.testing import MemorySessions, MemoryStanding
from tests.contract.desks_suite import ROWS, StandingSuite
from tests.contract.staff_sessions_suite import StaffSessionsSuite


class TestMemoryStanding(StandingSuite):
    @pytest.fixture
    def standing(self) -> MemoryStanding:
        return MemoryStanding(reversed(ROWS))


class TestMemorySessions(StaffSessionsSuite):
    @pytest.fixture
    def store(self) -> MemorySessions:
        return MemorySessions()
