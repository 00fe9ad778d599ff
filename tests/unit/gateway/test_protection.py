"""What ends with a person's protection, and that it does so within one look at the measures."""

import pytest

from gateway.residents.protection import ALL_EVERY_SECONDS, STALE_SECONDS, Guard, StaleMeasuresError, must_end
from gateway.residents.streams import Streams
from gateway.residents.testing import MemorySessions
from kairan import wire
from kairan.identifiers import Handle
from kairan.stream import Outgoing
from kairan.testing.broker import MemoryBroker, MemoryReader
from processors.routing.measures import TOPIC, Measures

AOI, REN, MIO = (Handle(each * 12 + bytes(4)) for each in (b"a", b"r", b"m"))
MEASURE, LINK, CLAIM = "kairan.bus.Measure", "kairan.bus.Link", "kairan.bus.Claim"
NOW = 1_800_000_000_000


class World:
    """A topic of measures, and what people have open."""

    def __init__(self) -> None:
        self.broker, self.seconds = MemoryBroker({TOPIC: 2}), 0.0
        self.sessions, self.streams = MemorySessions(), Streams()
        for key, who in ((b"1" * 32, AOI), (b"2" * 32, REN)):
            self.sessions.open(key, who, NOW)

    def guard(self) -> Guard:
        measures = Measures(MemoryReader(self.broker, "gateway", [TOPIC], from_start=True), lambda: self.seconds)
        return Guard(measures, [self.streams, self.sessions], lambda: self.seconds)

    def state(self, handle: Handle, kind: str, version: int = 1) -> None:
        record = {
            "handle": handle, "municipality": "131016", "measure": "m1", "version": version, "kind": kind,
            "registered": NOW + version,
        }  # fmt: skip
        self.append(MEASURE, record)

    def append(self, name: str, record: dict[str, object]) -> None:
        self.broker.append(Outgoing(TOPIC, b"key", wire.encode_record(name, record)))


@pytest.mark.parametrize(("standing", "ends"), [("none", False), ("unknown", True), ("protected", True)])
def test_whatever_is_not_known_to_be_unprotected_ends(standing: str, ends: bool) -> None:  # noqa: FBT001
    def of(_: Handle) -> str:
        return standing

    assert ({AOI} if ends else set()) == must_end([AOI], of)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["1", "2", "unknown"])
def test_a_measure_ends_the_sessions_of_its_person_and_of_nobody_else(kind: str) -> None:
    world = World()
    guard = world.guard()
    world.state(AOI, kind)
    ended = guard.sweep()

    assert (1, {REN}, True, False) == (ended, world.sessions.people(), guard.hides(AOI), guard.hides(REN))


def test_a_measure_that_has_ended_ends_nothing() -> None:
    world = World()
    world.state(AOI, "1")
    world.state(AOI, "3", version=2)
    guard = world.guard()

    assert (False, {AOI, REN}) == (guard.hides(AOI), world.sessions.people())


def test_what_was_stated_before_the_start_holds_from_the_first_page_on() -> None:
    world = World()
    world.state(AOI, "1")
    guard = world.guard()

    assert (True, {REN}) == (guard.hides(AOI), world.sessions.people())


def test_who_looks_at_a_protected_persons_pages_as_proxy_sees_them_no_more() -> None:
    world = World()
    world.sessions.act_for(b"2" * 32, AOI)
    guard = world.guard()
    world.state(AOI, "1")
    guard.sweep()

    assert frozenset() == world.sessions.people()


def test_who_turns_out_to_be_one_with_a_protected_person_hides_as_well() -> None:
    world = World()
    world.state(MIO, "1")
    guard = world.guard()
    world.append(LINK, {"handle": AOI, "same_as": MIO, "municipality": "131016", "event": b"e" * 16})
    guard.sweep()  # at once: it is not yet time to look at everybody

    assert {REN} == world.sessions.people()


def test_what_is_opened_while_somebody_hides_ends_at_the_next_look() -> None:
    world = World()
    guard = world.guard()
    world.state(AOI, "1")
    guard.sweep()
    world.sessions.open(b"3" * 32, AOI, NOW)
    world.seconds += ALL_EVERY_SECONDS
    guard.sweep()

    assert {REN} == world.sessions.people()


def test_everybody_is_looked_at_every_few_seconds_and_whom_a_record_names_at_once() -> None:
    world = World()
    asked: list[float] = []
    people = world.sessions.people
    world.sessions.people = lambda: asked.append(world.seconds) or people()  # type: ignore[method-assign, func-returns-value]
    guard = world.guard()
    for second in range(1, 8):
        world.seconds = second
        if second == 5:
            world.state(AOI, "1")
        guard.sweep()
        if second == 5:
            assert {REN} == people()

    assert [0, 3, 6] == asked


def test_a_claim_that_two_may_be_one_hides_at_once_whom_it_names() -> None:
    world = World()
    world.state(MIO, "1")
    guard = world.guard()
    world.append(CLAIM, {"handle": MIO, "claimed": AOI, "municipality": "131016", "event": b"e" * 16})
    guard.sweep()

    assert {REN} == world.sessions.people()


@pytest.mark.parametrize("turned", [False, True])
def test_whoever_is_one_with_somebody_ends_at_once_with_her(turned: bool) -> None:  # noqa: FBT001
    world = World()
    one, other = (MIO, AOI) if turned else (AOI, MIO)
    world.append(LINK, {"handle": one, "same_as": other, "municipality": "131016", "event": b"e" * 16})
    guard = world.guard()
    world.state(MIO, "1")
    guard.sweep()

    assert {REN} == world.sessions.people()


def test_who_cannot_read_the_measures_tells_nobody_who_hides_and_ends_nothing() -> None:
    world = World()
    guard = world.guard()
    world.seconds += STALE_SECONDS - 0.1
    before = guard.hides(REN), guard.is_fresh
    world.seconds += 0.1
    with pytest.raises(StaleMeasuresError):
        guard.hides(REN)
    stale = guard.is_fresh
    guard.sweep()

    assert ((False, True), False, False, True) == (before, stale, guard.hides(REN), guard.is_fresh)
    assert {AOI, REN} == world.sessions.people()
