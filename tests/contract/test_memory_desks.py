"""The desks' stores in memory, and those of the whole front door, keep the contract."""

import pytest

from gateway.desks.testing import MemoryAsking, MemorySessions, MemoryStanding
from gateway.testing import MemoryMoving
from tests.contract.desks_suite import ELSEWHERE, HOUSEHOLDS, ROWS, TASKS, AskingSuite, StandingSuite
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


class TestMemoryAsking(AskingSuite):
    @pytest.fixture
    def asking(self) -> MemoryAsking:
        return MemoryAsking([*reversed(TASKS), ELSEWHERE], HOUSEHOLDS)


class TestMemorySessions(StaffSessionsSuite):
    @pytest.fixture
    def store(self) -> MemorySessions:
        return MemorySessions()
