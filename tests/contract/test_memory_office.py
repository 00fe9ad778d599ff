"""The office in memory keeps the contract of a sink."""

import pytest

from connectors.postgres.deliveries import Key
from connectors.postgres.effects import Person
from connectors.postgres.testing import MemoryOffice, Tables
from kairan import receipts
from kairan.receipts import Receipt
from tests.contract import deliveries as d
from tests.contract.sink_suite import Bench, SinkSuite


class MemoryBench:
    def __init__(self) -> None:
        self.office = MemoryOffice()

    def person(self, key: Key) -> Person | None:
        return self.office.tables.people.get(key)

    def applied(self) -> list[tuple[bytes, str]]:
        received = self.office.tables.received.values()
        return [row.identity for row in sorted(received, key=lambda row: row.delivery.offset)]

    def annulled(self) -> dict[bytes, bytes]:
        people = self.office.tables.people.values()
        return {ref: by for person in people for ref, by in person.annulled.items()}

    def parked(self) -> list[tuple[bytes, str]]:
        waiting = sorted(self.office.tables.parked.values(), key=lambda each: each.parked.offset)
        return [(each.parked.event_ref, each.reason) for each in waiting]

    def parked_deliveries(self) -> list[bytes]:
        return [each.parked.delivery for each in self.office.tables.parked.values()]

    def release(self, key: Key) -> None:
        self.office.release(key)

    def receipts(self) -> list[Receipt]:
        return [receipts.decode(value) for value in self.office.tables.receipts]

    def position(self) -> int | None:
        return self.office.position(d.TOPIC, 0)

    def store_all_characters(self, *, really: bool) -> None:
        self.office.stores_all_characters = really

    def fresh(self) -> None:
        self.office.tables = Tables()


class TestMemoryOffice(SinkSuite):
    @pytest.fixture
    def bench(self) -> Bench:
        return MemoryBench()
