"""
One run of one contender: started as a process, watched from outside, stopped.

The clock is the same for all. A run begins when the contender says that it is about to read, and ends when the broker
has appended the last record (its own append time) and the contender has marked what it read.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

import psutil
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import TopicPartition as Asked
from confluent_kafka.admin import AdminClient, ListOffsetsResultInfo, OffsetSpec

from bench.contenders.telling import TURNS
from bench.place import CHECKOUT
from kairan.kafka.messages import passes
from kairan.settings import Settings
from kairan.topics import Topic

LOOK_SECONDS = 0.1
RUN_SECONDS = 180
STOP_SECONDS = 15
KAFKA_SECONDS = 15
MILLION = 1_000_000


class BenchError(Exception):
    """A measurement failed; the message is a sentence."""


class Contender(NamedTuple):
    """
    ``python -m bench.contenders.<module> <arguments>``; ``group``: its positions to forget before each run.

    ``command``: what to run before the arguments instead, where it is not this Python.
    """

    name: str
    module: str
    arguments: tuple[str, ...]
    group: str
    command: tuple[str, ...] = ()


def _python(module: str, interpreter: str) -> tuple[str, ...]:
    return interpreter, "-m", f"bench.contenders.{module}"


class Run(NamedTuple):
    """How many records were written in how many seconds, by a process of how many MB."""

    written: int
    seconds: float
    megabytes: float

    @property
    def rate(self) -> float:
        return self.written / self.seconds


class Written(Protocol):
    """Where contenders write, as it is seen from outside."""

    def count(self) -> int:
        """How many records there are."""
        ...

    def last_append(self) -> float:
        """The time of the newest, in milliseconds."""
        ...

    def forget(self, group: str) -> None:
        """The group's positions are lost: whoever reads as it reads from the start."""
        ...


class Watched:
    """The topics that a contender writes, as the broker's administrator sees them."""

    def __init__(self, settings: Settings, topics: Iterable[Topic]) -> None:
        self._admin = AdminClient({**settings.properties("admin"), "log_level": 0})
        self._partitions = [Asked(topic.name, part) for topic in topics for part in range(topic.kind.partitions)]

    def count(self) -> int:
        return sum(answer.offset for answer in self._ask(OffsetSpec.latest()))

    def last_append(self) -> int:
        """The append time of the newest record, in milliseconds."""
        return max(answer.timestamp for answer in self._ask(OffsetSpec.max_timestamp()))

    def forget(self, group: str) -> None:
        """The group's positions are lost: whoever reads as it reads from the start."""
        until = time.monotonic() + KAFKA_SECONDS
        while (error := self._refused(group)) is not None and error.code() != KafkaError.GROUP_ID_NOT_FOUND:
            if not _is_over_soon(error) or time.monotonic() > until:
                raise KafkaException(error)
            time.sleep(LOOK_SECONDS)

    def _refused(self, group: str) -> KafkaError | None:
        try:
            self._admin.delete_consumer_groups([group])[group].result(KAFKA_SECONDS)
        except KafkaException as refused:
            error: KafkaError = refused.args[0]
            return error
        return None

    def _ask(self, spec: OffsetSpec) -> list[ListOffsetsResultInfo]:
        answers = self._admin.list_offsets(dict.fromkeys(self._partitions, spec), request_timeout=KAFKA_SECONDS)
        return [answer.result(KAFKA_SECONDS) for answer in answers.values()]


def _is_over_soon(error: KafkaError) -> bool:
    """A broker that just started, a reader that has just left."""
    return passes(error) or error.code() == KafkaError.NON_EMPTY_GROUP


class Process:
    """A running contender; each line that it writes is the time (ns) at which it came to read again."""

    def __init__(self, settings: Settings, contender: Contender) -> None:
        folder = settings.home.absolute() / "logs"
        self._name = contender.name
        self._told = folder / f"{contender.module}.turns"
        self.log = folder / f"{contender.module}.log"
        self._told.write_bytes(b"")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*(contender.command or _python(contender.module, sys.executable)), *contender.arguments],
                cwd=CHECKOUT,
                env=_environment(settings.home) | {TURNS: str(self._told)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def turns(self) -> list[int]:
        return [int(line) for line in self._told.read_text().splitlines()]

    def megabytes(self) -> float:
        return float(psutil.Process(self._process.pid).memory_info().rss) / MILLION

    def demand_alive(self) -> None:
        if self._process.poll() is not None:
            raise BenchError(f"{self._name} ended with status {self._process.returncode}: see {self.log}")

    def end(self, *, gently: bool) -> None:
        if gently:
            self._process.terminate()
        else:
            self._process.kill()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run(settings: Settings, contender: Contender, watched: Written, target: int, *, whole: bool = True) -> Run:
    """
    Lets a contender write until there are ``target`` records more.

    Args:
        settings: of the stack.
        contender: who.
        watched: where it writes.
        target: how many records.
        whole: these and no others are due; otherwise it is killed amid its work.

    Raises:
        BenchError: it does not get there, or writes another number of records.

    """
    if contender.group:
        watched.forget(contender.group)
    before = watched.count()
    with running(settings, contender, gently=whole) as process:
        _await(process, contender, watched, before + target)
        megabytes = process.megabytes()
    written = watched.count() - before
    if whole and written != target:
        raise BenchError(f"{contender.name} wrote {written} records where {target} were due")
    return Run(written, seconds(process.turns(), watched.last_append()), megabytes)


def seconds(turns: list[int], last_append: float) -> float:
    """From the first turn (ns) to the one that followed the last append (ms); to the append if none did."""
    last = last_append * MILLION
    ended = min((turn for turn in turns if turn >= last), default=last)
    return (ended - turns[0]) / (1000 * MILLION)


@contextmanager
def running(settings: Settings, contender: Contender, *, gently: bool = True) -> Iterator[Process]:
    """A contender at work, ended in any case."""
    process = Process(settings, contender)
    try:
        yield process
    finally:
        process.end(gently=gently)


def _await(process: Process, contender: Contender, watched: Written, count: int) -> None:
    until = time.monotonic() + RUN_SECONDS
    while (there := watched.count()) < count:
        process.demand_alive()
        if time.monotonic() > until:
            raise BenchError(f"{contender.name} left {count - there} records unwritten in {RUN_SECONDS} s")
        time.sleep(LOOK_SECONDS)


def _environment(home: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KAIRAN_")}
    return inherited | {"KAIRAN_HOME": str(home.absolute())}
