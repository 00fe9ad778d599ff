"""What ends with a person's protection, and that it does so within one look at the measures."""

import pytest

from gateway.hiding import Leg
from gateway.residents.protection import ALL_EVERY_SECONDS, STALE_SECONDS, Guard, StaleMeasuresError
from gateway.residents.streams import Streams
from gateway.residents.testing import MemorySessions
from gateway.testing import MemoryMoving
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
        self.sessions, self.streams, self.moving = MemorySessions(), Streams(), MemoryMoving()
        for key, who in ((b"1" * 32, AOI), (b"2" * 32, REN)):
            self.sessions.open(key, who, NOW)

    def guard(self) -> Guard:
        measures = Measures(MemoryReader(self.broker, "gateway", [TOPIC], from_start=True), lambda: self.seconds)
        return Guard(measures, [self.streams, self.sessions], self.moving, lambda: self.seconds)

    def state(self, handle: Handle, kind: str, version: int = 1) -> None:
        record = {
            "handle": handle, "municipality": "131016", "measure": "m1", "version": version, "kind": kind,
            "registered": NOW + version,
        }  # fmt: skip
        self.append(MEASURE, record)

    def append(self, name: str, record: dict[str, object]) -> None:
        self.broker.append(Outgoing(TOPIC, b"key", wire.encode_record(name, record)))


def test_of_whom_only_an_event_of_her_move_says_that_she_hides_what_is_open_ends_as_well() -> None:
    world = World()
    guard = world.guard()
    world.moving.legs.append(Leg(AOI, frozenset(), hides=True))
    world.seconds += ALL_EVERY_SECONDS
    ended = guard.sweep()

    assert (1, {REN}) == (ended, world.sessions.people())
    assert ("unknown", True, {AOI}) == (guard.standing(AOI), guard.hides(AOI), guard.hiding([AOI, REN]))


@pytest.mark.parametrize("how", ["by a measure", "by an event", "by another move"])
def test_who_moves_with_somebody_who_hides_hides_and_who_moves_apart_does_not(how: str) -> None:
    world = World()
    guard = world.guard()
    world.moving.legs += [
        Leg(AOI, frozenset({"g", "x"}), hides=False), Leg(MIO, frozenset({"g", "y"}), hides=how == "by an event"),
        Leg(MIO, frozenset(), hides=how == "by another move"), Leg(REN, frozenset({"h"}), hides=False),
    ]  # fmt: skip
    if how == "by a measure":
        world.state(MIO, "1")
    else:
        world.seconds += ALL_EVERY_SECONDS
    ended = guard.sweep()

    assert (1, {REN}) == (ended, world.sessions.people())
    assert (["unknown", "none"], {AOI}) == ([guard.standing(each) for each in (AOI, REN)], guard.hiding([AOI, REN]))


def test_whoever_moves_with_her_who_moves_with_somebody_who_hides_does_not_hide_by_that() -> None:
    world = World()
    world.moving.legs += [
        Leg(MIO, frozenset({"g"}), hides=True), Leg(AOI, frozenset({"g", "h"}), hides=False),
        Leg(REN, frozenset({"h"}), hides=False),
    ]  # fmt: skip

    assert {MIO, AOI} == world.guard().hiding([AOI, REN, MIO])
    assert set() == world.guard().hiding([REN])


@pytest.mark.parametrize("kind", ["1", "unknown"])
def test_a_measure_that_was_read_since_the_last_look_counts_at_once(kind: str) -> None:
    world = World()
    guard = world.guard()
    world.state(AOI, kind)
    guard._measures.catch_up()

    assert (True, "none") == (guard.hides(AOI), guard.standing(REN))


def test_who_comes_between_two_looks_is_asked_about_at_once() -> None:
    world = World()
    guard = world.guard()
    world.moving.legs.append(Leg(MIO, frozenset(), hides=True))

    assert (True, frozenset()) == (guard.hides(MIO), guard.hiding([]))


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

    assert [0, 3, 5] == asked


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
    with pytest.raises(StaleMeasuresError):
        guard.hiding([REN])
    stale = guard.is_fresh
    guard.sweep()

    assert ((False, True), False, False, True) == (before, stale, guard.hides(REN), guard.is_fresh)
    assert {AOI, REN} == world.sessions.people()


def test_what_is_new_is_new_once() -> None:
    """Whoever kept all names would ask for everybody again, one day for a nation."""
    world = World()
    measures = Measures(MemoryReader(world.broker, "gateway", [TOPIC], from_start=True))
    world.state(AOI, "1")
    first = measures.news()
    world.state(REN, "1")

    assert ({AOI}, {REN}, frozenset()) == (first, measures.news(), measures.news())
