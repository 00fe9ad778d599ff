"""The journal in memory keeps the contract of a journal."""

import pytest

from processors.runtime.testing import MemoryJournal
from tests.contract.journal_suite import JournalSuite


class TestMemoryJournal(JournalSuite):
    @pytest.fixture
    def journal(self) -> MemoryJournal:
        return MemoryJournal()
