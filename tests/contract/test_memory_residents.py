"""The residents' stores in memory keep their contracts."""

import pytest

from gateway.residents.testing import (
    MemoryAddresses,
    MemoryCounter,
    MemoryDisclosures,
    MemoryFeedback,
    MemoryProxies,
    MemoryResidents,
    MemorySessions,
)
from gateway.sign_in.testing import MemoryAttempts
from processors.channels.testing import MemoryQueue
from tests.contract.counter_suite import CounterSuite
from tests.contract.disclosures_suite import DisclosuresSuite
from tests.contract.residents_suite import (
    AddressesSuite,
    AttemptsSuite,
    FeedbackSuite,
    ProxiesSuite,
    ResidentsSuite,
    SessionsSuite,
)


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


class TestMemoryCounter(CounterSuite):
    @pytest.fixture
    def residents(self) -> MemoryResidents:
        return MemoryResidents()

    @pytest.fixture
    def counter(self, residents: MemoryResidents) -> MemoryCounter:
        return MemoryCounter(residents)


class TestMemoryProxies(ProxiesSuite):
    @pytest.fixture
    def proxies(self) -> MemoryProxies:
        return MemoryProxies()


class TestMemoryFeedback(FeedbackSuite):
    @pytest.fixture
    def feedback(self) -> MemoryFeedback:
        return MemoryFeedback()


class TestMemoryAddresses(AddressesSuite):
    @pytest.fixture
    def addresses(self) -> MemoryAddresses:
        return MemoryAddresses()

    @pytest.fixture
    def store(self, addresses: MemoryAddresses) -> MemoryQueue:
        return addresses.queue


class TestMemoryDisclosures(DisclosuresSuite):
    @pytest.fixture
    def disclosures(self) -> MemoryDisclosures:
        return MemoryDisclosures(lambda: self.NOW)
