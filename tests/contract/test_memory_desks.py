"""The desks' stores in memory, and those of the whole front door, keep the contract."""

import pytest

from gateway.desks.testing import MemorySessions, MemoryStanding
from gateway.testing import MemoryMoving
from tests.contract.desks_suite import ROWS, StandingSuite
from tests.contract.moving_suite import LEGS, MovingSuite
from tests.contract.staff_sessions_suite import StaffSessionsSuite


class TestMemoryStanding(StandingSuite):
    @pytest.fixture
    def standing(self) -> MemoryStanding:
        return MemoryStanding(reversed(ROWS))


class TestMemoryMoving(MovingSuite):
    @pytest.fixture
    def moving(self) -> MemoryMoving:
        its = MemoryMoving()
        its.legs += LEGS
        return its


class TestMemorySessions(StaffSessionsSuite):
    @pytest.fixture
    def store(self) -> MemorySessions:
        return MemorySessions()
