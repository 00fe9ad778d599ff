"""Workers that share notices by partition: in whatever order they come to it, all is told that one alone would tell."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from kairan import topics, wire
from kairan.partitioning import LOG_PARTITIONS, partition_of
from kairan.stream import Incoming, Outgoing, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from processors.notices import feeds, leaving, process
from processors.notices.facts import Fact, Measured
from processors.runtime.abreast import Abreast
from processors.runtime.behind import Behind
from processors.runtime.runtime import Runtime
from processors.runtime.shares import Share
from processors.runtime.testing import MemoryJournal
from tests.unit.processors.notices.play import feed, measure
from tests.unit.processors.notices.test_family import CHILD, FATHER, MOTHER, arriving, family
from tests.unit.processors.notices.test_family import leaving as departing
from tests.unit.processors.routing import world

TOPICS = dict.fromkeys((*feeds.READ[process.NAME], leaving.TOPIC), LOG_PARTITIONS)
PERSONS = {number: world.handle(number) for number in (FATHER, MOTHER, CHILD)}
LIFE = [*family(departing), measure("1", MOTHER), *family(arriving)]
STEPS = st.lists(st.integers(0, 3), max_size=40)
"""Who comes to it next: one of the workers, or, 3, who writes."""


class Worker:
    """A journal and a broker are all that it shares with others."""

    def __init__(self, share: Share, broker: MemoryBroker, journal: MemoryJournal) -> None:
        def _reader(topics: Iterable[str]) -> MemoryReader:
            return MemoryReader(broker, "n", topics, from_start=True, partitions=share.partitions)

        def _ends() -> dict[TopicPartition, int]:
            return {at: broker.end(at) for topic in feeds.FIRST for at in broker.of(topic)}

        others = Abreast(_ends, journal.stands).now
        self._reader = Behind(_reader(feeds.FIRST), Behind(_reader(feeds.THEN), _reader(feeds.LAST)), others)
        self._runtime = Runtime(feed(), journal)

    def go(self) -> bool:
        batch = self._reader.poll(0, 2)
        self._runtime.apply(batch)
        return bool(batch)


def about(record: Incoming) -> bytes:
    """Its subject's handle."""
    value = record.value or b""
    if record.topic == feeds.PROTECTION:
        return bytes(wire.decode_record(value)[1]["handle"])
    return bytes(wire.decode_envelope(value).record["subject"]["handle"])


class Workers:
    """Several, and the letters that the first of them sends."""

    def __init__(self, of: int) -> None:
        self.broker = MemoryBroker(TOPICS, count(world.APPENDED).__next__)
        self.journal = MemoryJournal()
        self.workers = [Worker(Share(number, of), self.broker, self.journal) for number in range(of)]

    def write(self, record: Incoming) -> None:
        """To the partition of whom it is about, as admission does."""
        self.broker.append(Outgoing(record.topic, b"", record.value, partition_of(about(record))))

    def go(self, worker: int) -> bool:
        went = self.workers[worker % len(self.workers)].go()
        rows = self.journal.pending(99)
        for _, letter in rows:
            self.broker.append(letter)
        self.journal.mark([row for row, _ in rows], [])
        return went or bool(rows)

    def drain(self) -> "Workers":
        idle = 0
        while idle < 3:
            went = [self.go(number) for number in range(len(self.workers))]
            idle = 0 if any(went) else idle + 1
        return self

    def holding(self) -> Mapping[int, set[tuple[str, str]]]:
        """Which notices hold for whom, with the day by which."""
        return {number: self._holding(handle) for number, handle in PERSONS.items()}

    def _holding(self, handle: bytes) -> set[tuple[str, str]]:
        its = feed()
        told = [its.words.from_json(json.loads(row.told)) for row in self.journal.lines([handle])[handle] if row.sent]
        entries = its.decider.replay(told).entries.values()
        return {(each.notice.rule, str(each.notice.due)) for each in entries if each.holds}

    def decided(self, kind: type[object]) -> set[bytes]:
        """Whose instance was told this by a topic."""
        words = feed().words
        return {
            person
            for person, lines in self.journal.lines(PERSONS.values()).items()
            if any(isinstance(words.from_json(json.loads(row.told)), kind) for row in lines)
        }


@cache
def alone() -> Mapping[int, set[tuple[str, str]]]:
    its = Workers(1)
    for record in LIFE:
        its.write(record)
    return its.drain().holding()


@settings(max_examples=12)
@given(st.integers(2, 3), STEPS)
def test_together_they_tell_what_one_alone_would(of: int, steps: list[int]) -> None:
    """For her who hides more may be kept: what her child passed on before it heard of her measure (ADR 46)."""
    its, to_write = Workers(of), iter(LIFE)
    for step in steps:
        if step < 3:
            its.go(step)
        elif record := next(to_write, None):
            its.write(record)
    for record in to_write:
        its.write(record)
    found = its.drain().holding()

    for person, told in alone().items():
        assert told == found[person] or (person == MOTHER and told < found[person])
    assert any(found.values())


def test_nothing_of_anybody_is_decided_before_a_measure_that_lies_with_another_worker() -> None:
    """The child's record names its mother, whose measure was there first; her worker stands still."""
    its, of = Workers(2), 2
    theirs = {person: partition_of(PERSONS[person]) % of for person in PERSONS}
    child, mother = next(pair for pair in ((CHILD, MOTHER), (CHILD, FATHER)) if theirs[pair[0]] != theirs[pair[1]])
    its.write(measure("1", mother))
    its.write(departing(child))
    for _ in range(9):
        its.go(theirs[child])
    assert set() == its.decided(Fact)

    its.drain()
    assert {PERSONS[mother]} == its.decided(Measured)
    assert {PERSONS[child]} <= its.decided(Fact)


def test_an_instances_partition_is_the_same_in_all_that_it_reads() -> None:
    read = [kind for kind in topics.TABLE if kind.pattern in feeds.READ[process.NAME]]

    assert (4, {LOG_PARTITIONS}) == (len(read), {kind.partitions for kind in read})
