"""How a process meets the world, under one principal: it reads, sends its letters, and has its timers fired."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from typing import Any, NamedTuple

from kairan import loops, single_records, topics
from kairan.kafka import LOG_PARTITIONS, KafkaReader, KafkaWriter
from kairan.kafka.offsets import Offsets
from kairan.loops import Effect, Stop
from kairan.positions import read_on
from kairan.postgres import Connection, connect
from kairan.settings import Settings
from kairan.single_records import SingleRecords
from kairan.stream import Reader, TopicPartition
from processors.runtime import clock
from processors.runtime.clock import Ends, Stands, Until
from processors.runtime.leaps import Leaps
from processors.runtime.process import Process
from processors.runtime.release import release
from processors.runtime.runtime import Runtime
from processors.runtime.shares import WHOLE, Share
from processors.runtime.tables import PostgresJournal

DATABASE = "kairan"


class Shell(NamedTuple):
    """Of the processes of one principal, or of one worker among them."""

    settings: Settings
    principal: str
    share: Share = WHOLE

    def reader(self, part: str, read: Iterable[str]) -> KafkaReader:
        """Of this worker's partitions, from the beginning: where to read on the journal knows."""
        properties, group = self.settings.properties(self.principal), topics.group(self.principal, part)
        return KafkaReader(properties, group, read, from_start=True, partitions=self.share.partitions)

    def writer(self) -> KafkaWriter:
        return KafkaWriter(self.settings.properties(self.principal))

    def consume(
        self,
        connection: Connection,
        its: Process[Any, Any, Any],
        reader: Reader,
        stop: Stop,
        within: Callable[[Runtime[Any, Any, Any]], Effect] = lambda runtime: runtime,
    ) -> None:
        """Decides first what is held, then what comes; ``within``: what else a batch does."""
        journal = PostgresJournal(connection, its.name)
        runtime = Runtime(its, journal)
        read_on(reader, {at: stand.position for at, stand in journal.stands().items()})
        if journal.all_held():
            with closing(self._of_single_records(its.name, {at.topic for at in reader.positions()})) as single:
                release(runtime, journal, SingleRecords(single), stop, self.share)
        loops.effect("process", reader, within(runtime), stop)

    def _of_single_records(self, process: str, read: Iterable[str]) -> KafkaReader:
        properties = self.settings.properties(self.principal) | single_records.TUNING
        return KafkaReader(properties, topics.group(self.principal, f"{process}.held"), read, from_start=True)

    def send_letters(self, connection: Connection, process: str, stop: Stop) -> None:
        with closing(self.writer()) as writer:
            loops.relay("letters", PostgresJournal(connection, process), writer, stop)

    def keep_timers(self, connection: Connection, process: str, until: Until, played: Leaps, stop: Stop) -> None:
        def _played(stands: Stands) -> int | None:
            instant = until(stands)
            return None if instant is None else played(instant)

        with closing(self.writer()) as writer:
            clock.keep(process, PostgresJournal(connection, process), writer, _played, stop)

    def ends_of(self, read: Sequence[str], partitions: int = LOG_PARTITIONS) -> Ends:
        offsets = Offsets(self.settings.properties(self.principal))
        asked = [TopicPartition(topic, part) for topic in read for part in range(partitions)]

        def _ends() -> Mapping[TopicPartition, int] | None:
            told = offsets.told(asked)
            return told if len(told) == len(asked) else None

        return _ends


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def connected(opened: ExitStack, dsn: str) -> Connection:
    """As long as this is open; each thread has one of its own."""
    return opened.enter_context(connect(dsn, autocommit=True))
