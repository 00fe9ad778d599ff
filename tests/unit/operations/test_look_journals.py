"""However a process has read its topics, its journal is built again as it is; and a lost one as times tell it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.kafka import LOG_PARTITIONS
from kairan.loops import next_offsets, relay_batch
from kairan.stream import Incoming, Outgoing, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from operations.look.journals import MOVING, Pair, build
from operations.stack.errors import StackError
from processors.moving import feeds
from processors.moving.facts import Group, Input
from processors.moving.process import WORDS
from processors.runtime import clock, inputs
from processors.runtime.process import Due, Process, Row, Told
from processors.runtime.runtime import Runtime
from processors.runtime.testing import MemoryJournal
from tests.unit.processors.moving.story import AT, DAYS, A, arrived, declared, visit
from tests.unit.processors.moving.test_feeds import Nobody
from tests.unit.processors.moving.test_histories import FACTS

ANN, BEN = b"a" * 16, b"b" * 16
FOR_EVER = AT * 2
UNDECIDABLE = "undecidable"
FAMILY = Group(A, "1", 2)


def as_json(record: Incoming) -> Iterable[Told[Any]]:
    """The log of these tests holds words as JSON."""
    if record.topic == inputs.TOPIC:
        return inputs.read("moving", WORDS, record)
    return [Told(record.key or b"", WORDS.from_json(json.loads(record.value or b"")))]


class Nation:
    """A log, the processes of a move that read it, and their journals."""

    def __init__(self) -> None:
        ticks = count(AT)
        self.broker = MemoryBroker(dict.fromkeys(MOVING.topics, LOG_PARTITIONS), lambda: next(ticks))
        self.writer = MemoryWriter(self.broker)
        moving = replace(feeds.moving(DAYS, Nobody(), int), read=as_json)
        self.processes: dict[str, Process[Any, Any, Any]] = {"moving": moving, "household": feeds.households()}
        self.journals = {name: MemoryJournal() for name in self.processes}
        self.readers = {
            (name, topic): MemoryReader(self.broker, name, [topic], from_start=True)
            for name, topics in feeds.READ.items()
            for topic in topics
        }

    def admit(self, person: bytes, fact: Input) -> None:
        self.broker.append(Outgoing(feeds.LOG, person, json.dumps(WORDS.to_json(fact)).encode()))

    def read(self, name: str, topic: str) -> None:
        """What is there of this topic, and nothing of the others."""
        reader = self.readers[name, topic]
        batch = reader.poll(0, 99)
        Runtime(self.processes[name], self.journals[name]).apply(batch)
        reader.commit(next_offsets(batch))

    def fire(self, name: str) -> None:
        clock.fire(name, self.journals[name], self.writer, FOR_EVER)

    def send(self) -> None:
        relay_batch("letters", self.journals["moving"], self.writer)

    def rebuilt(self, *, to_end: bool = False) -> dict[str, MemoryJournal]:
        fresh = {name: MemoryJournal() for name in self.processes}
        pairs = [Pair(self.processes[name], self.journals[name], fresh[name]) for name in self.processes]
        build(pairs, MemoryReader(self.broker, "rebuild", MOVING.topics, from_start=True), to_end=to_end)
        return fresh


def lines(journal: MemoryJournal) -> list[Row]:
    return [row for _, row in sorted(journal._kept.lines.items())]


def told_of(journal: MemoryJournal) -> tuple[Any, ...]:
    """All that is compared."""
    timers: list[Due] = sorted(due for due, _ in journal._kept.timers.values())
    shown = {person: its for person, its in journal._kept.standing.items() if its}
    return lines(journal), timers, journal.stands(), journal._kept.held, shown


STEPS = {
    "read the log": lambda nation: nation.read("moving", feeds.LOG),
    "read the inputs": lambda nation: nation.read("moving", inputs.TOPIC),
    "read of households": lambda nation: nation.read("household", inputs.TOPIC),
    "fire": lambda nation: nation.fire("moving"),
    "fire for households": lambda nation: nation.fire("household"),
    "send": Nation.send,
}
PLANNED = [replace(fact, group=FAMILY) for fact in (declared(), arrived(), visit())]
Deeds = list[str | tuple[bytes, Input]]


def lived(deeds: Deeds) -> Nation:
    nation = Nation()
    for deed in deeds:
        if isinstance(deed, str):
            STEPS[deed](nation)
        else:
            nation.admit(*deed)
    return nation


@given(
    st.lists(
        st.sampled_from([*STEPS]) | st.tuples(st.sampled_from([ANN, BEN]), st.sampled_from([*FACTS, *PLANNED])),
        max_size=25,
    )
)
def test_in_whatever_order_the_topics_were_read_the_journal_is_built_again_as_it_is(deeds: Deeds) -> None:
    nation = lived(deeds)
    again = nation.rebuilt()

    for name, journal in nation.journals.items():
        assert told_of(journal) == told_of(again[name])
        assert [] == again[name].pending(9)


OVERTAKEN: Deeds = [
    (ANN, declared()), "read the log", "fire", (ANN, arrived()), "read the log", "read the inputs", "send",
]  # fmt: skip
"""Timers were appended before the arrival and came after it, when nobody waited for them any more."""


def test_a_timer_that_was_overtaken_stays_overtaken_as_long_as_the_journal_tells_the_order() -> None:
    nation = lived(OVERTAKEN)
    passed = [row.at for row in lines(nation.journals["moving"]) if row.sent is None]
    assert passed

    assert lines(nation.journals["moving"]) == lines(nation.rebuilt()["moving"])
    nation.journals["moving"]._kept.lines.clear()
    assert not set(passed) & {row.at for row in lines(nation.rebuilt(to_end=True)["moving"]) if row.sent is None}


def test_a_timer_that_came_stays_taken_though_days_are_counted_otherwise_now() -> None:
    nation = lived([(ANN, declared()), "read the log", "fire", "read the inputs"])
    of_today = nation.processes["moving"]
    nation.processes["moving"] = replace(of_today, accepts=lambda _, told: told.at < AT + 9)

    assert lines(nation.journals["moving"]) == lines(nation.rebuilt()["moving"])


def damaged(nation: Nation, version: int, **changed: Any) -> None:
    kept = nation.journals["moving"]._kept.lines
    kept[ANN, version] = kept[ANN, version]._replace(**changed)


@pytest.mark.parametrize("changed", [{"told": "{}"}, {"sent": ()}, {"sent": None}])
def test_a_line_that_was_damaged_is_built_again(changed: dict[str, Any]) -> None:
    nation = lived(OVERTAKEN)
    whole = lines(nation.journals["moving"])
    damaged(nation, 1, **changed)

    assert whole != lines(nation.journals["moving"])
    assert whole == lines(nation.rebuilt()["moving"])


def test_of_a_line_that_was_lost_letters_leave_again_and_of_no_other() -> None:
    nation = lived([(ANN, PLANNED[0]), (BEN, PLANNED[0]), "read the log", "send", "read of households"])
    whole = lines(nation.journals["moving"])
    assert [] == nation.rebuilt(to_end=True)["moving"].pending(9)
    del nation.journals["moving"]._kept.lines[ANN, 1]
    again = nation.rebuilt(to_end=True)["moving"]

    assert whole == lines(again)
    [(_, letter)] = again.pending(9)
    assert letter.value in {record.value for record in nation.broker.records(inputs.TOPIC)}
    nation.broker.append(letter)
    before = nation.journals["household"].due(FOR_EVER, 9)
    nation.read("household", inputs.TOPIC)
    assert (before, None) == (
        nation.journals["household"].due(FOR_EVER, 9),
        lines(nation.journals["household"])[-1].sent,
    )


def test_a_check_reads_as_far_as_the_process_has_and_who_replaces_reads_on() -> None:
    nation = lived([(ANN, declared()), "read the log", (ANN, arrived())])

    assert 1 == len(lines(nation.rebuilt()["moving"]))
    assert [declared().event, arrived().event] == [
        WORDS.from_json(json.loads(row.told)).event for row in lines(nation.rebuilt(to_end=True)["moving"])
    ]


def test_who_was_held_is_let_go_when_the_mistake_is_mended() -> None:
    nation = lived([(ANN, declared()), "read the log"])
    of_today = nation.processes["moving"]
    nation.processes["moving"] = replace(of_today, accepts=_mistaken)
    for deed in ((ANN, arrived()), (BEN, declared())):
        nation.admit(*deed)
    nation.fire("moving")
    nation.read("moving", inputs.TOPIC)
    nation.read("moving", feeds.LOG)
    assert {ANN} == nation.journals["moving"].held([ANN, BEN])
    assert told_of(nation.journals["moving"]) == told_of(nation.rebuilt()["moving"])

    nation.processes["moving"] = of_today
    again = nation.rebuilt(to_end=True)["moving"]
    assert not again.held([ANN])
    assert arrived().event == WORDS.from_json(json.loads(again.lines([ANN])[ANN][-1].told)).event
    assert 1 == len(again.lines([BEN])[BEN])


def test_what_waits_is_tried_again_in_the_order_in_which_it_waits() -> None:
    nation = lived([(ANN, declared()), "read the log", "fire", (ANN, arrived())])
    nation.processes["moving"] = replace(nation.processes["moving"], accepts=_mistaken)
    for topic in (feeds.LOG, inputs.TOPIC):
        nation.read("moving", topic)

    assert [feeds.LOG, inputs.TOPIC] == [*dict.fromkeys(at.topic for at in nation.journals["moving"].waiting(ANN))]
    assert told_of(nation.journals["moving"]) == told_of(nation.rebuilt()["moving"])


def _mistaken(_: Any, told: Input) -> bool:
    if told == arrived():
        raise ZeroDivisionError
    return True


def test_nothing_is_built_again_from_topics_that_are_not_whole() -> None:
    nation = lived([(ANN, declared()), (ANN, arrived()), "read the log"])
    [at] = [at for at in nation.journals["moving"].stands() if at.topic == feeds.LOG]
    nation.broker.forget(TopicPartition(*at), 1)

    with pytest.raises(StackError, match="no longer begin"):
        nation.rebuilt()


def test_positions_beyond_the_end_of_a_topic_are_taken_back() -> None:
    nation = lived([(ANN, declared()), "read the log"])
    journal = nation.journals["moving"]
    [at] = journal.stands()
    whole = dict(journal.stands())
    journal._kept.stands[at] = journal.stands()[at]._replace(position=1000)

    assert whole == nation.rebuilt()["moving"].stands() == nation.rebuilt(to_end=True)["moving"].stands()
