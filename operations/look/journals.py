"""
The journals of processes, built again from the topics that tell them, partition by partition.

A compacted topic keeps the last of what was said twice. A line that one of the others told is what the last one tells.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from kairan import topics
from kairan.kafka import LOG_PARTITIONS
from kairan.postgres.copies import Projection
from kairan.settings import Settings
from kairan.stream import Incoming, Position, Reader, TopicPartition
from operations.look import databases, reading, routing
from operations.stack.errors import StackError
from processors.moving import feeds as moving_feeds
from processors.moving.__main__ import processes as moves
from processors.notices import feeds as notices_feeds
from processors.notices.__main__ import notices
from processors.runtime import tables
from processors.runtime.leaps import Leaps
from processors.runtime.process import Journal, Process, Row, Stand, Told
from processors.runtime.replaying import Appended, in_order
from processors.runtime.runtime import Runtime
from processors.runtime.tables import PostgresJournal, projection

_AT_ONCE = 1000
_WRITTEN = """
update journal fresh set written_at = used.written_at from processes.journal used
where (fresh.process, fresh.instance, fresh.topic, fresh.partition, fresh."offset")
    = (used.process, used.instance, used.topic, used.partition, used."offset")"""


class Journals(NamedTuple):
    """Of the processes that one program runs: the topics that each reads, and they themselves."""

    reads: Mapping[str, Sequence[str]]
    processes: Callable[[Settings, Leaps], Sequence[Process[Any, Any, Any]]]

    @property
    def projection(self) -> Projection:
        return projection(*self.reads)

    @property
    def topics(self) -> list[str]:
        return sorted({topic for topics in self.reads.values() for topic in topics})


MOVING = Journals(
    moving_feeds.READ, lambda settings, played: moves(routing.bundle(settings), routing.keys(settings), played)
)
NOTICES = Journals(notices_feeds.READ, lambda _, played: [notices(played)])
READ = {**MOVING.reads, **NOTICES.reads}
"""The topics of each process."""
_COMPACTED = frozenset({topics.name(topics.PROTECTION)})


class Pair(NamedTuple):
    """A process, its journal in use, and the one that is built again."""

    process: Process[Any, Any, Any]
    used: Journal
    fresh: Journal


def read(journals: Journals, settings: Settings, reader: Reader, *, to_end: bool) -> int:
    """
    How many records were read; lines that were there before keep the time at which they were written.

    Whoever asks what waits locks it for that moment, and so has to be allowed to write.
    """
    with (
        databases.opened(settings, databases.BUS, writes=True) as used,
        databases.opened(settings, databases.BUS, writes=True) as fresh,
    ):
        known = tables.leaps(used)
        beside = journals.projection.fresh
        pairs = [
            Pair(each, PostgresJournal(used, each.name), PostgresJournal(fresh, each.name, beside))
            for each in journals.processes(settings, Leaps(lambda: known))
        ]
        count = build(pairs, reader, to_end=to_end)
        fresh.execute(_WRITTEN)
    return count


def build(pairs: Iterable[Pair], reader: Reader, *, to_end: bool) -> int:
    """
    Fills the fresh journals; ``to_end``: further than the process has read, as far as the topics go.

    Raises:
        StackError: the topics are not whole.

    """
    if lost := [at.topic for at, start in reader.starts().items() if start]:
        raise StackError(f"{', '.join(sorted({*lost}))} no longer begin with the first record: restore them first.")
    ends, count = reader.ends(), 0
    replays = [_Replay(pair, _until(pair, ends, to_end=to_end)) for pair in pairs]
    for part in range(LOG_PARTITIONS):
        for record in reading.between(reader, {at: (0, end) for at, end in ends.items() if at.partition == part}):
            count += 1
            for replay in replays:
                replay.hear(record)
        for replay in replays:
            replay.write_down()
    for replay in replays:
        replay.note_stands()
    return count


def _until(pair: Pair, ends: Mapping[TopicPartition, int], *, to_end: bool) -> dict[TopicPartition, int]:
    its, stands = READ[pair.process.name], pair.used.stands()
    consumed = {at: stands[at].position if at in stands else 0 for at in ends}
    return {at: end if to_end else min(end, consumed[at]) for at, end in ends.items() if at.topic in its}


class _Replay:
    """What one partition tells to a process's instances, kept until all of it is read."""

    def __init__(self, pair: Pair, until: Mapping[TopicPartition, int]) -> None:
        self._pair, self._until = pair, until
        self._told = defaultdict[bytes, dict[str, list[Appended]]](self._nothing)
        self._stands = dict[TopicPartition, Stand]()
        self._held = frozenset(pair.used.all_held())

    def hear(self, record: Incoming) -> None:
        at = TopicPartition(*record[:2])
        if record.offset < self._until.get(at, 0):
            self._stands[at] = Stand(record.offset + 1, record.timestamp)
            for told in self._pair.process.hear(record):
                self._told[told.instance][record.topic].append(Appended(record.at, record.timestamp, told))

    def write_down(self) -> None:
        """What was taken stays taken: a table of days that was changed since judges nothing again."""
        instances = list(self._told)
        for first in range(0, len(instances), _AT_ONCE):
            self._replay(instances[first : first + _AT_ONCE])
        self._told.clear()

    def note_stands(self) -> None:
        with self._pair.fresh.transaction():
            self._pair.fresh.advance({}, self._stands)

    def _replay(self, instances: Sequence[bytes]) -> None:
        lines = self._pair.used.lines(instances)
        for instance in instances:
            self._add_doubles(instance, lines[instance])
        taken = {line.at for each in lines.values() for line in each if line.sent is not None}
        ordered = [
            (each.at, each.told)
            for instance in instances
            for each in in_order(self._told[instance].values(), self._known(instance, lines[instance]))
        ]
        with self._pair.fresh.transaction():
            Runtime(self._pair.process, self._pair.fresh, taken).tell(ordered)

    def _add_doubles(self, instance: bytes, lines: Iterable[Row]) -> None:
        """Of a line whose record is compacted away, if a later record of the topic tells the same at another time."""
        for topic in _COMPACTED.intersection(self._told[instance]):
            there = self._told[instance][topic]
            gone = [line for line in lines if line.at.topic == topic and line.at not in {each.at for each in there}]
            doubles = (_double(line, self._pair.process, there) for line in gone)
            self._told[instance][topic] = sorted([*there, *filter(None, doubles)], key=lambda each: each.at)

    def _nothing(self) -> dict[str, list[Appended]]:
        return {topic: [] for topic in READ[self._pair.process.name]}

    def _known(self, instance: bytes, lines: Iterable[Row]) -> list[Position]:
        waiting = self._pair.used.waiting(instance) if instance in self._held else ()
        return [*(line.at for line in lines), *waiting]


def _double(line: Row, process: Process[Any, Any, Any], there: Iterable[Appended]) -> Appended | None:
    """None: nobody says so any more, so that nobody can know."""
    said = process.words.from_json(json.loads(line.told))
    later = [each for each in there if each.at.offset > line.at.offset]
    if any(replace(said, at=each.told.told.at) == each.told.told for each in later):
        return Appended(line.at, later[0].when, Told(line.instance, said))
    return None
