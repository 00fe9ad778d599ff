"""The desks' stores in memory keep the contract."""

import pytest

from gateway.desks.testing import MemoryStanding
from tests.contract.desks_suite import ROWS, StandingSuite


class TestMemoryStanding(StandingSuite):
    @pytest.fixture
    def standing(self) -> MemoryStanding:
        return MemoryStanding(reversed(ROWS))
