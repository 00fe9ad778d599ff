"""After an outage nobody is asked for what was told before: each source is waited for, at its own pace."""

from collections.abc import Mapping

import pytest

from kairan.stream import TopicPartition
from processors.moving import firing
from processors.moving.firing import Last, Sources
from processors.runtime.clock import Stands
from processors.runtime.process import Stand

LOG, INPUT, ANSWER = (TopicPartition(name, 0) for name in ("life-events", "process-inputs", "answers.131237"))
NOW = 1000


class Bus:
    """Where each source ends, and how far answers are told on."""

    def __init__(self) -> None:
        self.ends: dict[TopicPartition, int] = {LOG: 2, INPUT: 5, ANSWER: 3}
        self.heard: Stands = {ANSWER: Stand(3, 90)}
        self.knows = True
        self.now = NOW
        sources = Sources(self.of(LOG, INPUT), self.of(ANSWER), lambda: self.heard, self.of(INPUT))
        self.until = firing.of_persons(lambda: self.now, sources)

    def of(self, *partitions: TopicPartition) -> firing.Ends:
        return lambda: {at: self.ends[at] for at in partitions} if self.knows else None


def stands(log: int = 2, inputs: int = 5, reached: int = 70) -> Mapping[TopicPartition, Stand]:
    return {LOG: Stand(log, reached), INPUT: Stand(inputs, reached)}


@pytest.fixture
def bus() -> Bus:
    return Bus()


def looks(bus: Bus, *seen: Stands) -> list[int | None]:
    return [bus.until(each) for each in seen]


def test_when_all_is_read_timers_fire_up_to_now(bus: Bus) -> None:
    assert [None, NOW] == looks(bus, stands(), stands())


def test_what_offices_have_said_and_nobody_told_on_holds_timers_back(bus: Bus) -> None:
    bus.heard = {ANSWER: Stand(1, 40)}

    assert [None, 40] == looks(bus, stands(), stands())


def test_what_was_told_on_and_is_not_consumed_holds_timers_back(bus: Bus) -> None:
    bus.ends[INPUT] = 6

    assert [None, None, NOW] == looks(bus, stands(), stands(), stands(inputs=6))


def test_a_log_that_is_not_read_holds_timers_back(bus: Bus) -> None:
    assert [None, 70] == looks(bus, stands(), stands(log=1))


def test_while_no_broker_tells_the_ends_nothing_fires(bus: Bus) -> None:
    bus.knows = False

    assert [None, None] == looks(bus, stands(), stands())


@pytest.mark.parametrize(("persons", "waits"), [(None, False), (50, True)])
def test_a_household_waits_for_what_its_members_process_has_yet_to_tell(persons: int | None, waits: bool) -> None:  # noqa: FBT001
    until = firing.of_households(lambda: persons, lambda: waits, lambda: {INPUT: 0})

    assert [None, None] == [until({}), until({})]


def test_a_household_fires_as_far_as_its_members_process_has_read() -> None:
    until = firing.of_households(lambda: 50, lambda: False, lambda: {INPUT: 1})

    assert [None, 50] == [until({}), until({INPUT: Stand(1, 1)})]


def test_a_household_waits_for_the_same_sources_without_asking_for_their_ends_again(bus: Bus) -> None:
    persons, asked = Last(bus.until), list[None]()
    until = firing.of_households(lambda: persons.said, lambda: False, lambda: asked.append(None) or {INPUT: 1})
    first = until({INPUT: Stand(1, 1)})
    found = looks(bus, stands()), persons(stands())
    bus.knows = False

    assert (None, [], ([None], NOW)) == (first, asked, found)
    assert [None, NOW] == [until({INPUT: Stand(1, 1)}) for _ in range(2)]


def test_when_nobody_tells_persons_how_far_households_do_not_go_further(bus: Bus) -> None:
    persons = Last(bus.until)
    until = firing.of_households(lambda: persons.said, lambda: False, lambda: {INPUT: 1})
    for _ in range(2):
        persons(stands())
    before = [until({INPUT: Stand(1, 1)}) for _ in range(2)]
    bus.knows, bus.now = False, NOW + 1

    assert ([None, NOW], None) == (before, persons(stands()))
    assert NOW == until({INPUT: Stand(1, 1)})


def test_a_member_that_stands_still_stops_nobodys_timers_for_long(bus: Bus) -> None:
    """What it wrote last cannot be unfolded, say, or it writes faster than anybody reads."""
    bus.heard = {ANSWER: Stand(1, 40)}
    before = looks(bus, stands(), stands())
    bus.now += firing.MOST_STILL
    after = looks(bus, stands(), stands(), stands())

    assert ([None, 40], bus.now) == (before, after[-1])


def test_a_member_that_gets_on_is_waited_for_however_long_it_takes(bus: Bus) -> None:
    for position in range(3):
        bus.heard = {ANSWER: Stand(position, 40)}
        bus.now += firing.MOST_STILL
        looks(bus, stands(), stands())

    assert [40] == looks(bus, stands())
