"""Whoever begins to hide is told nothing more, whoever of those who are one with her was named; and no one else."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from threading import Thread
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kairan import wire
from kairan.identifiers import Handle
from kairan.stream import Outgoing
from kairan.testing import MemoryBroker, MemoryReader
from processors.channels.hiding import Hiding
from processors.channels.testing import MemoryQueue
from processors.routing.measures import TOPIC
from processors.routing.protection import ProtectionState
from tests.unit.processors.channels.world import ALWAYS_LATE, HANAKO, MORNING, World, measure
from tests.unit.processors.routing.test_protection import ANYTHING, PEOPLE, shape_of
from tests.unit.processors.routing.world import handle


class Asked(MemoryQueue):
    """Notes who was dropped, and what a transaction was begun for."""

    def __init__(self) -> None:
        super().__init__()
        self.dropped: list[Handle] = []
        self.begun = 0

    def transaction(self) -> AbstractContextManager[None]:
        self.begun += 1
        return super().transaction()

    def hide(self, persons: Collection[Handle], at: int) -> list[bytes]:
        self.dropped += persons
        return super().hide(persons, at)


def who_hides(records: list[dict[str, Any]]) -> set[bytes]:
    """By asking everybody."""
    state = ProtectionState()
    for each in records:
        state.take(shape_of(each), each)
    return {handle(person) for person in PEOPLE if state.standing(handle(person)) != "none"}


@given(st.lists(ANYTHING, max_size=4))
def test_who_is_dropped_is_whom_asking_everybody_would_find(rounds: list[list[dict[str, Any]]]) -> None:
    broker, queue, taken = MemoryBroker({TOPIC: 1}), Asked(), list[dict[str, Any]]()
    hiding, expected = Hiding(MemoryReader(broker, "c", [TOPIC], from_start=True), ALWAYS_LATE), set[bytes]()
    for records in rounds:
        for each in records:
            broker.append(Outgoing(TOPIC, each["handle"], wire.encode_record(shape_of(each), each)))
        taken += records
        hiding.drop(queue, 0)
        expected |= who_hides(taken)
        assert expected == set(queue.dropped)


def test_nobody_is_dropped_again_while_nothing_new_is_said() -> None:
    world, queue = World(), Asked()
    world.written([measure(HANAKO)])
    for _ in range(3):
        world.hiding.drop(queue, world.now)
    assert ([HANAKO], 1) == (queue.dropped, queue.begun)

    world.written([measure(HANAKO, version=2)])
    world.hiding.drop(queue, world.now)
    assert [HANAKO, HANAKO] == queue.dropped


def test_while_one_channel_drops_the_others_may_ask_who_hides() -> None:
    world, asked = World(), list[str]()
    world.written([measure(HANAKO)])

    class Long(MemoryQueue):
        def hide(self, persons: Collection[Handle], at: int) -> list[bytes]:
            other = Thread(target=lambda: asked.append(world.hiding.standing(HANAKO)), daemon=True)
            other.start()
            other.join(5)
            return super().hide(persons, at)

    world.hiding.drop(Long(), MORNING)

    assert ["protected"] == asked
