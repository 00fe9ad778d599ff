"""What a sink is tried on: an office, a look into it, and short words for what it holds."""

from collections.abc import Callable
from typing import Protocol

import pytest

from connectors.postgres.deliveries import Key, decode, rows
from connectors.postgres.effects import Person
from connectors.postgres.office import CannotApplyError, Office, Stretch
from connectors.postgres.sink import Sink
from connectors.postgres.turn import Channel, Turn
from kairan import receipts
from kairan.receipts import Receipt, Tally
from kairan.stream import Incoming
from tests.contract import deliveries as d

CHANNEL = Channel("141003", "nhi")
HANAKO, TARO = Key("024", d.HANAKO), Key("024", d.TARO)
Apply = Callable[..., None]


class Bench(Protocol):
    """A fresh office of channel 141003.nhi, and a look into it."""

    @property
    def office(self) -> Office: ...

    def person(self, key: Key) -> Person | None:
        """What is known, without its annulments."""
        ...

    def applied(self) -> list[tuple[bytes, str]]:
        """The inbox, by place in the topic."""
        ...

    def annulled(self) -> dict[bytes, bytes]: ...

    def parked(self) -> list[tuple[bytes, str]]:
        """Reference and reason, by place in the topic."""
        ...

    def parked_deliveries(self) -> list[bytes]: ...

    def release(self, key: Key) -> None: ...

    def mark(self, key: Key) -> None:
        """That the first delivery of this queue is to be discarded."""
        ...

    def discarded(self) -> list[bytes]:
        """References, by place in the topic."""
        ...

    def receipts(self) -> list[Receipt]: ...

    def to_answer(self) -> dict[tuple[bytes, str], str]:
        """What is not answered yet: reference, business and outcome."""
        ...

    def position(self) -> int | None: ...

    def store_all_characters(self, *, really: bool) -> None: ...

    def fresh(self) -> None:
        """Empties the office."""
        ...


class OnBench:
    """A part of the suite: ``SinkSuite`` unites them, and whoever inherits it gives a fixture ``bench``."""

    @pytest.fixture
    def sink(self, bench: Bench) -> Sink:
        return Sink(bench.office, CHANNEL, clock=lambda: 7)

    @pytest.fixture
    def apply(self, sink: Sink) -> Apply:
        return lambda *batch: sink.apply(batch)


def as_usual(bench: Bench, *batch: Incoming) -> bool:
    """Whether what a sink does first with deliveries of different persons goes."""
    due = rows(decode(record.value, record.offset) for record in batch)
    turn = Turn(CHANNEL, batch[0].offset, batch[-1].offset)
    turn.applied(due)
    try:
        bench.office.usual(Stretch(d.TOPIC, 0, turn.first, turn.last + 1), due, [], turn.receipt(7))
    except CannotApplyError:
        return False
    return True


def fields(bench: Bench, key: Key) -> object:
    person = bench.person(key)
    return None if person is None else person.fields


def protection(bench: Bench, key: Key) -> str | None:
    person = bench.person(key)
    return None if person is None else person.protection


def told(receipt: Receipt) -> tuple[int, int, Tally]:
    return receipt.first, receipt.last, receipts.total(receipt.buckets.values())


def kinds(receipt: Receipt) -> list[tuple[str, int]]:
    return [(excepted.kind, excepted.offset) for excepted in receipt.exceptions]
