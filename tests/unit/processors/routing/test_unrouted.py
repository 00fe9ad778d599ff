"""A record that cannot be routed holds its person, in order and over a restart; everybody else flows."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from kairan import wire
from kairan.loops import transform, transform_batch
from kairan.partitioning import LOG_PARTITIONS
from kairan.stream import Incoming, NotConfirmedError, Outgoing, Position, SilentError, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from processors.routing import disclosing, process, unrouted
from processors.routing.deliveries import Routed, route
from processors.routing.measures import TOPIC, Measures
from processors.routing.notes import Note
from processors.routing.process import Lane
from processors.routing.unrouted import TooManyHeldError, Unrouted
from tests.unit.processors.routing.world import (
    APPENDED,
    BUNDLE,
    EDOGAWA,
    FLAG,
    KEYS,
    full_body,
    handle,
    moved_in,
    record,
    register,
)

LOG = "life-events"
UNFORESEEN = b"\0\0\0\0\1"
"""A shape that this program does not know."""
OFFICE = "010"


class World:
    """A log of two partitions; a lane lives from ``start`` on. What is mended, a newer program would route."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        channels = {f"deliveries.{row.member}.{row.channel}": 1 for row in register().channels}
        self.bus = MemoryBroker(
            {LOG: 2, TOPIC: LOG_PARTITIONS, disclosing.TOPIC: 1, unrouted.TOPIC: 1} | channels, lambda: APPENDED
        )
        self.folder = folder
        self.mended: dict[bytes, Incoming] = {}
        monkeypatch.setattr(process, "route", self._route)
        self.start()

    def _route(self, of: Incoming, *rest: object) -> Routed:
        better = self.mended.get(of.value or b"")
        return route(of._replace(value=better.value) if better else of, *rest)  # type: ignore[arg-type]

    def start(self) -> None:
        told = MemoryReader(self.bus, "u", [unrouted.TOPIC], from_start=True)
        waiting = Unrouted(told, MemoryReader(self.bus, "w", [LOG], from_start=True))
        measures = Measures(MemoryReader(self.bus, "m", [TOPIC], from_start=True))
        self.lane = Lane(BUNDLE, KEYS, measures, Note(self.folder / "note.json", BUNDLE), waiting, lambda: True)
        self.lane.start()
        self.reader, self.writer = MemoryReader(self.bus, "g", [LOG]), MemoryWriter(self.bus)
        transform_batch("routing", self.writer, self.lane.try_again())

    def run(self) -> None:
        stops = iter([False, True])
        transform("routing", self.reader, self.writer, self.lane.handle, lambda: next(stops))

    def admit(self, person: int, version: int) -> None:
        event = moved_in(subject={"kind": "person", "handle": handle(person)}, version=version)
        self.bus.append(Outgoing(LOG, handle(person), event.value))

    def admit_flag(self, person: int) -> None:
        event = record(FLAG, full_body(FLAG), subject={"kind": "person", "handle": handle(person)})
        self.bus.append(Outgoing(LOG, handle(person), event.value))

    def admit_unforeseen(self, person: int, value: bytes = UNFORESEEN) -> None:
        self.bus.append(Outgoing(LOG, handle(person), value))

    def mend(self, person: int, version: int) -> None:
        self.mended[UNFORESEEN] = moved_in(subject={"kind": "person", "handle": handle(person)}, version=version)

    def versions(self, person: int) -> list[int]:
        """Of the deliveries to one office, in order."""
        (channel,) = {r.channel for r in register().performers if (r.municipality, r.business) == (EDOGAWA, OFFICE)}
        told = [each for each in self.bus.records(f"deliveries.{EDOGAWA}.{channel}") if each.key == _name(person)]
        envelopes = [wire.decode_envelope(each.value or b"").record for each in told]
        return [each["version"] for each in envelopes if any(its["business"] == OFFICE for its in each["businesses"])]

    def waiting(self) -> dict[tuple[int, int], str | None]:
        found: dict[tuple[int, int], str | None] = {}
        for each in self.bus.records(unrouted.TOPIC):
            at = unrouted.position(each)
            found.pop((at.partition, at.offset), None)
            if each.value is not None:
                found[at.partition, at.offset] = wire.decode_record(each.value)[1]["rule"]
        return found


def _name(person: int) -> bytes:
    return KEYS.pairwise_id(EDOGAWA, handle(person))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def test_everybody_else_flows_and_her_later_events_wait(world: World) -> None:
    for person in range(1, 9):
        world.admit(person, 1)
    world.admit_unforeseen(1)
    for person in range(1, 9):
        world.admit(person, 3)
    world.run()

    assert [[1], *[[1, 3]] * 7] == [world.versions(person) for person in range(1, 9)]
    assert 2 == len(world.waiting())


def test_what_comes_in_a_later_batch_waits_as_well(world: World) -> None:
    world.admit_unforeseen(1)
    world.run()
    world.admit(1, 2)
    world.run()

    assert ([], [False, True]) == (world.versions(1), [rule is None for rule in _in_order(world)])


def test_a_restart_that_mends_nothing_goes_on_holding(world: World) -> None:
    world.admit_unforeseen(1)
    world.run()
    world.start()
    world.admit(1, 2)
    world.run()

    assert ([], 2) == (world.versions(1), len(world.waiting()))


def test_a_newer_program_routes_what_waited_in_order_and_holds_nobody_any_more(world: World) -> None:
    world.admit_unforeseen(1)
    for version in (2, 3):
        world.admit(1, version)
        world.run()
    world.mend(1, 1)
    world.start()
    world.admit(1, 4)
    world.run()

    assert ([1, 2, 3, 4], {}) == (world.versions(1), world.waiting())


def test_a_person_stays_held_by_the_second_of_two_records_when_the_first_is_mended(world: World) -> None:
    world.admit_unforeseen(1)
    world.admit(1, 2)
    world.admit_unforeseen(1, b"\0\0\0\0\2")
    world.admit(1, 4)
    world.run()
    world.mend(1, 1)
    world.start()

    assert ([1, 2], [False, True]) == (world.versions(1), [rule is None for rule in _in_order(world)])


def test_a_flag_overtakes_what_waits(world: World) -> None:
    world.admit_unforeseen(1)
    world.admit_flag(1)
    world.run()

    assert 1 == len(world.waiting())
    assert 1 == len(world.versions(1))


class DiesAt(MemoryWriter):
    """Dies at its n-th confirmation, with nothing of it stored."""

    def __init__(self, bus: MemoryBroker, count: int) -> None:
        super().__init__(bus)
        self._left = count

    def confirm(self) -> Sequence[Position]:
        self._left -= 1
        if self._left == 0:
            raise NotConfirmedError("dies here")
        return super().confirm()


@pytest.mark.parametrize("count", [1, 2])
def test_a_death_before_the_mark_loses_nobody_and_changes_no_order(world: World, count: int) -> None:
    world.admit_unforeseen(1)
    world.admit(1, 2)
    world.admit(2, 1)
    world.writer = DiesAt(world.bus, count)
    with pytest.raises(NotConfirmedError):
        world.run()
    world.start()
    world.run()
    world.mend(1, 1)
    world.start()

    assert ([1, 2], {1}, {}) == (world.versions(1), set(world.versions(2)), world.waiting())


@pytest.mark.parametrize("count", [1, 2])
def test_a_death_while_what_waited_is_routed_loses_nothing(world: World, count: int) -> None:
    world.admit_unforeseen(1)
    world.admit(1, 2)
    world.run()
    world.mend(1, 1)
    with pytest.raises(NotConfirmedError):
        transform_batch("routing", DiesAt(world.bus, count), world.lane.try_again())
    world.start()

    assert ([1, 2], {}) == (world.versions(1)[-2:], world.waiting())


def test_what_waits_is_read_again_where_it_lies_however_far_apart(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unrouted, "_AT_ONCE", 3)
    world.admit_unforeseen(1)
    for version in (2, 3, 4):
        for person in range(2, 15):
            world.admit(person, version)
        world.admit(1, version)
        world.admit(1, version)
    world.run()
    world.mend(1, 1)
    world.start()

    assert ([1, 2, 2, 3, 3, 4, 4], {}) == (world.versions(1), world.waiting())


def test_a_fault_that_meets_too_many_stops_the_lane_unmarked(world: World) -> None:
    for person in range(unrouted.MOST_PERSONS + 1):
        world.admit_unforeseen(person)

    with pytest.raises(TooManyHeldError):
        world.run()
    assert ({}, {}) == (world.bus.committed, world.waiting())


def test_what_the_log_has_lost_waits_no_more_and_is_alarmed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.admit_unforeseen(1)
    world.run()
    world.bus.forget(_place(world), 1)
    world.start()

    assert {} == world.waiting()
    assert "no longer in the log" in capsys.readouterr().out


def test_the_alarm_says_where_and_why_and_never_whom(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.admit_unforeseen(1)
    world.run()
    told = world.bus.records(unrouted.TOPIC)[0]
    line = capsys.readouterr().out

    assert "cannot be routed" in line
    assert "alarm" in line
    assert handle(1).hex() not in line + json.dumps(wire.decode_record(told.value or b"")[1])
    assert handle(1) not in (told.key or b"") + (told.value or b"")


def test_an_error_that_is_the_programs_own_still_stops_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def _broken(*_: object) -> Routed:
        raise KeyError("a field")

    monkeypatch.setattr(process, "route", _broken)
    world.admit(1, 1)

    with pytest.raises(KeyError):
        world.run()
    assert {} == world.bus.committed


def _in_order(world: World) -> list[str | None]:
    return [rule for _, rule in sorted(world.waiting().items())]


def _place(world: World) -> TopicPartition:
    ((partition, _),) = world.waiting()
    return TopicPartition(LOG, partition)


class Silent(MemoryReader):
    """As a client whose partition has no leader."""

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        return []


def test_a_partition_that_gives_nothing_of_what_waits_ends_the_process(world: World) -> None:
    """It waited for ever, deaf to being stopped, and nobody was told."""
    world.admit_unforeseen(1)
    world.run()
    told = MemoryReader(world.bus, "u", [unrouted.TOPIC], from_start=True)
    waiting = Unrouted(told, Silent(world.bus, "w", [LOG], from_start=True))

    with pytest.raises(SilentError, match=f"{LOG} . is silent"):
        list(waiting.begin_again())
