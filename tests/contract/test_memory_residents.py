"""The residents' stores in memory keep their contracts."""

import pytest

from gateway.residents.testing import MemoryFeedback, MemoryProxies, MemoryResidents, MemorySessions
from gateway.sign_in.testing import MemoryAttempts
from tests.contract.residents_suite import AttemptsSuite, FeedbackSuite, ProxiesSuite, ResidentsSuite, SessionsSuite


class TestMemorySessions(SessionsSuite):
    @pytest.fixture
    def sessions(self) -> MemorySessions:
        return MemorySessions()


class TestMemoryAttempts(AttemptsSuite):
    @pytest.fixture
    def attempts(self) -> MemoryAttempts:
        return MemoryAttempts()


class TestMemoryResidents(ResidentsSuite):
    @pytest.fixture
    def residents(self) -> MemoryResidents:
        return MemoryResidents()


class TestMemoryProxies(ProxiesSuite):
    @pytest.fixture
    def proxies(self) -> MemoryProxies:
        return MemoryProxies()


class TestMemoryFeedback(FeedbackSuite):
    @pytest.fixture
    def feedback(self) -> MemoryFeedback:
        return MemoryFeedback()
