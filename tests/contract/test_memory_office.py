"""The office in memory keeps the contract of a sink."""

from collections.abc import Mapping

import pytest

from connectors.postgres.deliveries import Key
from connectors.postgres.effects import Person
from connectors.postgres.office import CannotApplyError
from connectors.postgres.sink import Sink
from connectors.postgres.testing import MemoryOffice, Tables
from kairan import receipts
from kairan.receipts import Receipt
from tests.contract import deliveries as d
from tests.contract.sink_bench import CHANNEL, HANAKO, Bench
from tests.contract.sink_suite import SinkSuite


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

    def mark(self, key: Key) -> None:
        self.office.mark(key)

    def discarded(self) -> list[bytes]:
        discarded = sorted(self.office.tables.discarded.values(), key=lambda parked: parked.offset)
        return [parked.event_ref for parked in discarded]

    def receipts(self) -> list[Receipt]:
        return [receipts.decode(value) for value in self.office.tables.receipts]

    def to_answer(self) -> dict[tuple[bytes, str], str]:
        return self.office.tables.to_answer

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


class _FlagsRefused(MemoryOffice):
    """Its package cannot keep a flag."""

    def protect(self, people: Mapping[Key, Person]) -> None:
        del people
        raise CannotApplyError("22P05")


@pytest.mark.parametrize(("kind", "still_tells"), [("1", False), ("2", False), ("3", True)])
def test_a_flag_that_the_office_refuses_hides_what_is_parked(kind: str, *, still_tells: bool) -> None:
    office = _FlagsRefused()
    office.stores_all_characters = False
    sink = Sink(office, CHANNEL, clock=lambda: 7)
    sink.apply([d.moved_in(1, body={"name": d.RARE_NAME, "address": d.ADDRESS}, source=("131237", "001"))])
    flag = d.flag(2, kind=kind, source=("131237", "001"))
    sink.apply([flag])
    arrival, refused = (each.parked.delivery for each in office.tables.parked.values())

    assert still_tells == ("鶴見".encode() in arrival)
    assert still_tells or refused == flag.value


def test_a_refused_flag_hides_what_is_parked_in_the_same_batch() -> None:
    office = _FlagsRefused()
    office.stores_all_characters = False
    arrival = d.moved_in(1, body={"name": d.RARE_NAME, "address": d.ADDRESS})
    Sink(office, CHANNEL, clock=lambda: 7).apply([arrival, d.flag(2)])

    assert not any("鶴見".encode() in each.parked.delivery for each in office.tables.parked.values())


def test_a_flag_that_the_office_refuses_cannot_be_discarded() -> None:
    office = _FlagsRefused()
    sink = Sink(office, CHANNEL, clock=lambda: 7)
    sink.apply([d.flag(1)])
    office.mark(HANAKO)

    assert 0 == sink.drain()
    assert ([d.ref(1)], {}) == ([ref for ref, _ in office.tables.parked], office.tables.discarded)
