"""However notices were read, their journal is built again as it is, and from a topic that was compacted too."""

from collections.abc import Container
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.kafka import LOG_PARTITIONS
from kairan.loops import next_offsets, relay_batch
from kairan.stream import Incoming, Outgoing, Position
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from operations.look.journals import NOTICES, Pair, build
from processors.notices import feeds, leaving
from processors.runtime import clock
from processors.runtime.process import Row
from processors.runtime.runtime import Runtime
from processors.runtime.testing import MemoryJournal
from tests.unit.processors.notices.play import feed, link, measure
from tests.unit.processors.notices.test_feeds import CHILD, FATHER, MOTHER, arrival, birth, consent, loaded, stands
from tests.unit.processors.routing import world

FOR_EVER = world.APPENDED * 2
PEOPLE = {each: world.handle(each) for each in (CHILD, MOTHER, FATHER)}
SAID = [
    *((MOTHER, stands(MOTHER)), (FATHER, stands(FATHER)), (CHILD, birth()), (MOTHER, arrival())),
    *((CHILD, measure("1", CHILD)), (CHILD, measure("3", CHILD, version=2)), (MOTHER, measure("2", MOTHER))),
    *((CHILD, link(CHILD, 77)), (FATHER, loaded(FATHER)), (MOTHER, consent(world.APPENDED))),
]
DEEDS = st.sampled_from([*feeds.READ["notices"], "send", "fire"]) | st.sampled_from(SAID)
Deed = Any


class Compacted(MemoryReader):
    """Some records are no longer there."""

    gone: Container[Position] = frozenset()

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        return [each for each in super().poll(timeout, at_most) if each.at not in self.gone]


class Nation:
    """Topics, the process of notices that reads them, and its journal."""

    def __init__(self) -> None:
        ticks = count(world.APPENDED)
        names = [*NOTICES.topics, leaving.TOPIC]
        self.broker = MemoryBroker(dict.fromkeys(names, LOG_PARTITIONS), lambda: next(ticks))
        self.writer = MemoryWriter(self.broker)
        self.journal = MemoryJournal()
        self.process = feed()
        self.readers = {each: MemoryReader(self.broker, "n", [each], from_start=True) for each in NOTICES.topics}

    def do(self, deed: Deed) -> None:
        match deed:
            case "send":
                relay_batch("letters", self.journal, self.writer)
            case "fire":
                clock.fire("notices", self.journal, self.writer, FOR_EVER)
            case str(topic):
                batch = self.readers[topic].poll(0, 99)
                Runtime(self.process, self.journal).apply(batch)
                self.readers[topic].commit(next_offsets(batch))
            case person, record:
                self.broker.append(Outgoing(record.topic, PEOPLE[person], record.value))

    def rebuilt(self, gone: Container[Position] = frozenset()) -> MemoryJournal:
        fresh = MemoryJournal()
        reader = Compacted(self.broker, "rebuild", NOTICES.topics, from_start=True)
        reader.gone = gone
        build([Pair(self.process, self.journal, fresh)], reader, to_end=False)
        return fresh


def lived(*deeds: Deed) -> Nation:
    nation = Nation()
    for deed in deeds:
        nation.do(deed)
    return nation


def lines(journal: MemoryJournal) -> list[Row]:
    return [row for _, row in sorted(journal._kept.lines.items())]


@given(st.lists(DEEDS, max_size=30))
def test_in_whatever_order_the_topics_were_read_the_journal_is_built_again_as_it_is(deeds: list[Deed]) -> None:
    nation = lived(*deeds)
    again = nation.rebuilt()

    assert lines(nation.journal) == lines(again)
    assert nation.journal.stands() == again.stands()
    assert nation.journal.shown(PEOPLE.values()) == again.shown(PEOPLE.values())
    assert [] == again.pending(9)


HIDDEN = (CHILD, measure("1", CHILD))
OF_THE_MEASURE = [(CHILD, birth()), HIDDEN, feeds.PROTECTION, feeds.LOG, HIDDEN, feeds.PROTECTION]


def measures(nation: Nation) -> list[Position]:
    return [row.at for row in lines(nation.journal) if row.at.topic == feeds.PROTECTION]


def test_a_measure_that_was_said_twice_is_told_by_the_one_that_is_left() -> None:
    nation = lived(*OF_THE_MEASURE)
    first, second = measures(nation)

    assert lines(nation.journal) == lines(nation.rebuilt({first}))
    assert lines(nation.journal) != lines(nation.rebuilt({second}))


@pytest.mark.parametrize("other", [measure("3", CHILD, version=2), measure("2", CHILD), link(CHILD, 77)])
def test_a_line_that_no_record_tells_any_more_is_missed(other: Incoming) -> None:
    """Whoever put it there invented it, for compaction takes nothing that is not said again."""
    nation = lived(HIDDEN, feeds.PROTECTION, (CHILD, other), feeds.PROTECTION)
    first, _ = measures(nation)

    assert lines(nation.journal) != lines(nation.rebuilt({first}))
