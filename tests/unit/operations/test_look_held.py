"""What routing holds is neither missing nor written again, and an event that cannot be routed is told as a sentence."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from kairan import keychecks, wire
from kairan.settings import Settings
from kairan.stream import Incoming, NotConfirmedError, Outgoing, Position
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from operations.look import databases, reading, reconciling, refilling, routing, unrouting
from operations.look.unrouting import Waits
from operations.stack.errors import StackError
from processors.ledger.reconcile import Channel, Finding
from processors.routing import disclosing, measures, unrouted
from processors.routing.editions import Receiver
from tests.unit.processors.routing.world import APPENDED, BUNDLE, EDOGAWA, KEYS, handle, moved_in, register

LIVE, BULK = routing.LANES
DESK = Receiver(EDOGAWA, "desk")
UNFORESEEN = b"\0\0\0\0\1"
"""A shape that this program does not know."""
RULE = "UnroutableError"


class World:
    """Log and deliveries of a bus, its databases empty; the operator reads them as they are."""

    def __init__(self) -> None:
        ticks = iter(range(1000))
        channels = {f"deliveries.{row.member}.{row.channel}": 1 for row in register().channels}
        self.bus = MemoryBroker(
            {LIVE: 1, BULK: 1, measures.TOPIC: 1, unrouted.TOPIC: 1, keychecks.TOPIC: 1, disclosing.TOPIC: 1}
            | channels,
            lambda: next(ticks),
        )
        keychecks.establish(MemoryReader(self.bus, "k", [keychecks.TOPIC]), MemoryWriter(self.bus), KEYS)

    @contextmanager
    def reader(self, _: Settings, command: str, names: Iterable[str]) -> Iterator[MemoryReader]:
        yield MemoryReader(self.bus, command, names, from_start=True)

    @contextmanager
    def writer(self, _: Settings, principal: str) -> Iterator[MemoryWriter]:
        assert principal == refilling.PRINCIPAL
        yield MemoryWriter(self.bus)

    def admit(self, person: int, value: bytes | None = None) -> Incoming:
        event = moved_in(subject={"kind": "person", "handle": handle(person)}, id=bytes(15) + bytes([person]))
        at = self.bus.append(Outgoing(LIVE, handle(person), value or event.value))
        return self.bus.records(LIVE)[at.offset]

    def hold(self, record: Incoming, rule: str | None) -> None:
        self.bus.append(unrouted.outgoing(record, rule))

    def route(self, record: Incoming) -> None:
        self.bus.append(unrouted.outgoing(record, None)._replace(value=None))

    def written(self) -> set[bytes | None]:
        """Whose deliveries, under the names that the member has for them."""
        return {each.key for each in self.bus.records(f"deliveries.{DESK.member}.{DESK.channel}")}


class NoRows:
    """A connection to a database in which nothing is yet."""

    def execute(self, *_: object) -> list[tuple[object, ...]]:
        return []


@contextmanager
def _opened(_: Settings, _database: str) -> Iterator[NoRows]:
    yield NoRows()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(reading, "reader", made.reader)
    monkeypatch.setattr(reading, "writer", made.writer)
    monkeypatch.setattr(databases, "opened", _opened)
    monkeypatch.setattr(databases, "has", lambda _connection, _table: False)
    monkeypatch.setattr(routing, "bundle", lambda _settings: BUNDLE)
    monkeypatch.setattr(routing, "keys", lambda _settings: KEYS)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def name(person: int) -> bytes:
    return KEYS.pairwise_id(EDOGAWA, handle(person))


def test_what_waits_is_told_oldest_first_and_nothing_of_what_is_routed_again(world: World, settings: Settings) -> None:
    first, second, third = world.admit(1, UNFORESEEN), world.admit(1), world.admit(2, UNFORESEEN)
    world.hold(second, None)
    world.hold(third, RULE)
    world.hold(first, RULE)
    world.route(third)

    assert [
        Waits(Position(LIVE, 0, 0), first.timestamp, RULE),
        Waits(Position(LIVE, 0, 1), second.timestamp, None),
    ] == unrouting.waiting(settings)


def test_what_waits_is_not_due_yet_and_yet_not_clean(world: World, settings: Settings) -> None:
    world.hold(world.admit(1, UNFORESEEN), RULE)
    world.hold(world.admit(1), None)

    found = reconciling.compare(settings)

    assert (0, 2) == (found.answer.due, found.unrouted)
    assert [] == found.answer.findings
    assert found.answer.is_clean()
    assert not found.is_clean()


def test_what_nobody_holds_is_due_beside_what_waits(world: World, settings: Settings) -> None:
    world.hold(world.admit(1), None)
    world.admit(2)

    found = reconciling.compare(settings)

    assert {KEYS.event_ref(EDOGAWA, bytes(15) + b"\2")} == _of_desk(found.answer.findings)
    assert 1 == found.unrouted


def test_what_was_held_and_is_routed_is_due(world: World, settings: Settings) -> None:
    record = world.admit(1)
    world.hold(record, None)
    world.route(record)

    found = reconciling.compare(settings)

    assert {KEYS.event_ref(EDOGAWA, bytes(15) + b"\1")} == _of_desk(found.answer.findings)
    assert 0 == found.unrouted


def _of_desk(findings: Iterable[Finding]) -> set[bytes]:
    return {each.event_ref for each in findings if (each.kind, each.channel) == ("missing", Channel(*DESK))}


def test_a_refill_reads_what_waits_and_writes_nothing_of_it(world: World, settings: Settings) -> None:
    world.hold(world.admit(1, UNFORESEEN), RULE)
    world.hold(world.admit(1), None)
    world.admit(2)

    *_, done = refilling.refill(settings, DESK, None, APPENDED)

    assert (3, 3) == (done.read, done.of)
    assert done.written
    assert {name(2)} == world.written()


def test_a_refill_of_what_nobody_holds_and_nobody_can_route_ends_in_a_sentence(
    world: World, settings: Settings
) -> None:
    world.admit(1, UNFORESEEN + EDOGAWA.encode())

    with pytest.raises(StackError, match=f"The log cannot be routed again: {LIVE} 0 0: {RULE}"):
        list(refilling.refill(settings, DESK, None, APPENDED))


@pytest.mark.usefixtures("world")
def test_an_event_that_cannot_be_routed_is_explained_by_where_to_look(settings: Settings) -> None:
    with pytest.raises(StackError, match="`kairan unrouted` shows why"):
        routing.explain(settings, Incoming(LIVE, 0, 0, 0, handle(1), UNFORESEEN))


def test_an_event_that_waits_behind_another_is_explained(world: World, settings: Settings) -> None:
    record = world.admit(1)
    world.hold(record, None)

    assert DESK in routing.considered(routing.explain(settings, record))


class Refusing(MemoryWriter):
    """A broker that does not confirm what it stored."""

    def confirm(self) -> Sequence[Position]:
        super().confirm()
        raise NotConfirmedError


def test_nobody_is_told_by_a_refill_of_which_it_is_not_sure_that_it_is_written_down(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.admit(1)
    monkeypatch.setattr(reading, "writer", lambda *_: nullcontext(Refusing(world.bus)))
    with pytest.raises(NotConfirmedError):
        list(refilling.refill(settings, DESK, None, APPENDED))

    assert [] == world.bus.records(DESK.topic)


def test_a_refill_is_written_down_before_it_is_told(world: World, settings: Settings) -> None:
    world.admit(1)
    list(refilling.refill(settings, DESK, None, APPENDED))
    ((entry,), told) = world.bus.records(disclosing.TOPIC), world.bus.records(DESK.topic)

    assert told
    assert entry.timestamp < min(each.timestamp for each in told)
    assert ("refill", APPENDED) == tuple(wire.decode_record(entry.value or b"")[1][name] for name in ("way", "run"))
