"""Counting: Faust's worker against the same aggregation elsewhere; its store built again; a long log recounted."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

from confluent_kafka import ConsumerGroupTopicPartitions
from confluent_kafka.admin import AdminClient

from bench import contest, crowd, environments, filling, people, place
from bench.contest import BenchError, Contender, Run, Watched
from bench.crowd import LOG
from bench.figures import Line, Part, Target
from bench.place import CHECKOUT, REGISTER, say
from kairan import topics
from kairan.kafka import KafkaReader
from kairan.partitioning import LOG_PARTITIONS
from kairan.settings import Settings
from kairan.stream import Outgoing, TopicPartition, until_now
from operations.look import reading
from processors.statistics.recount import Tables, tables

ROUNDS = 3
ADMITTED = 1_500
EVENTS, PERSONS, KEYS = 20_000, 1_000_000, 1_000_000
"""Of one round; of the mass rebuild; of the store that is built again."""
YEARS = 4
"""Events of each person."""
WANTED, WANTED_SECONDS = 1_500, 15 * 60
WORKER = Contender("Kairan (Faust)", "kairan_statistics", (), "")
TABLES = {"persons": topics.name(topics.STATISTICS_PERSONS), "cells": topics.name(topics.STATISTICS_CELLS)}


class Marked:
    """What a group has marked of the log, and when that grew last."""

    def __init__(self, settings: Settings, group: str) -> None:
        self._admin = AdminClient({**settings.properties("admin"), "log_level": 0})
        self._group = group
        self._count, self._grown = 0, 0.0

    def count(self) -> int:
        answer = self._admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(self._group)])[self._group]
        marked: int = sum(max(each.offset, 0) for each in answer.result().topic_partitions or [] if each.topic == LOG)
        if marked > self._count:
            self._count, self._grown = marked, time.time_ns() / contest.MILLION
        return marked

    def last_append(self) -> float:
        return self._grown

    def forget(self, group: str) -> None:
        raise NotImplementedError(group)


def measure(scale: float) -> list[Part]:
    with place.stack(only_servers=True) as settings:
        filling.fill(settings, [], people.people(0, ADMITTED))
        those = crowd.templates(settings)
        counting = _counting(settings, those, int(EVENTS * scale))
        _demand_same(settings)
        recovery = _recovery(settings, int(KEYS * scale))
        return [counting, recovery, _mass(settings, those, int(PERSONS * scale))]


def _counting(settings: Settings, those: Sequence[crowd.Template], events: int) -> Part:
    ran: dict[str, list[Run]] = {}
    first = 0
    for number in range(ROUNDS + 1):
        crowd.append(settings, crowd.told(those, range(first, first + events), 1))
        first += events
        for contender, group in _contenders():
            marked = Marked(settings, group)
            run = contest.run(settings, contender, marked, _end(settings) - marked.count())
            if number:  # before that each reads what admission wrote, and makes its topics
                ran.setdefault(contender.name, []).append(run)
            say(f"  {contender.name}: {run.rate:,.0f} events/s ({run.seconds:.1f} s, {run.megabytes:.0f} MB)")
    rates = [Line(name, "events/s", tuple(run.rate for run in runs)) for name, runs in ran.items()]
    memory = [Line(f"{name}: its process", "MB", tuple(run.megabytes for run in runs)) for name, runs in ran.items()]
    own, plain, quix = rates
    return Part(
        "Counting the log",
        f"Three times {events} `residence.MovedIn`, each of a person of whom nothing was counted; all datasets.",
        (*rates, *memory),
        (
            Target("events/s of a worker", WANTED, own.median),
            Target("Kairan / quixstreams", 1, own.median / quix.median),
            Target("Kairan / plain loop, which keeps nothing", 1, own.median / plain.median),
        ),
    )


def _contenders() -> Iterator[tuple[Contender, str]]:
    yield WORKER, topics.group("statistics")
    yield Contender("plain loop", "plain_statistics", (), ""), topics.group("statistics", "plain")
    command = (str(environments.python("quixstreams")), "-m", "bench.contenders.quix_statistics")
    yield Contender("quixstreams", "quix_statistics", (), "", command), "admin.quixstreams"


def _end(settings: Settings) -> int:
    with reading.reader(settings, "bench", [LOG]) as reader:
        return sum(reader.ends().values())


def _demand_same(settings: Settings) -> None:
    """What Faust keeps is what the plain loop makes of the same log, to the byte."""
    kept = Tables({}, {})
    for name, topic in TABLES.items():
        with closing(
            KafkaReader(settings.properties("operator"), topics.group("operator", "same"), [topic], from_start=True)
        ) as reader:
            its: dict[bytes, bytes] = getattr(kept, name)
            its.update((each.key or b"", each.value or b"") for batch in until_now(reader) for each in batch)
    made = Tables({}, {})
    with reading.reader(settings, "same", [LOG]) as reader:
        ends = reader.ends()
        for partition in range(LOG_PARTITIONS):
            at = TopicPartition(LOG, partition)
            of_it = tables(reading.between(reader, {at: (0, ends[at])}))
            made.persons.update(of_it.persons)
            made.cells.update(of_it.cells)
    if kept != made:
        raise BenchError("Faust's tables are not what the plain loop counts")
    say(f"  Faust's tables are the plain loop's, to the byte: {len(made.persons)} persons, {len(made.cells)} cells")


def _recovery(settings: Settings, keys: int) -> Part:
    """The store is lost: all persons are read again from the topic of changes, before anything is counted."""
    with reading.reader(settings, "bench", [TABLES["persons"]]) as reader:
        value = next(each.value for each in reading.everything(reader) if each.value)
    changes = (Outgoing(TABLES["persons"], crowd.handle(-1 - each & 2**63 - 1), value) for each in range(keys))
    crowd.append(settings, changes, "statistics")
    watched = Watched(
        settings, [topic for topic in topics.topics(REGISTER) if topic.kind is topics.STATISTICS_PARTIALS]
    )
    contender = WORKER._replace(arguments=("recovery",))
    shutil.rmtree(settings.home / "statistics")
    run = contest.run(settings, contender, watched, LOG_PARTITIONS, whole=False)
    say(f"  store built again: {run.seconds:.1f} s")
    seconds = Line("until it counts again", "s", (run.seconds,))
    memory = Line("its process", "MB", (run.megabytes,))
    about = (
        f"The store is lost; {keys} persons and their cells are read again. From its start until it tells how far "
        "it has counted."
    )
    return Part("The store built again", about, (seconds, memory))


class Recounted(NamedTuple):
    """What the plain loop says of itself."""

    records: int
    persons: int
    seconds: float
    megabytes: float


def _mass(settings: Settings, those: Sequence[crowd.Template], persons: int) -> Part:
    """Ten years of a prefecture."""
    say(f"{YEARS} events of each of {persons} persons …")
    crowd.append(settings, crowd.told(those, range(2**40, 2**40 + persons), YEARS))
    environment = {"KAIRAN_HOME": str(settings.home.absolute())}
    command = [sys.executable, "-m", "bench.contenders.kairan_recount"]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"the plain loop failed: {done.stderr.strip()[-200:]}")
    found = Recounted(**json.loads(done.stdout))
    say(f"  plain loop: {found.records:,} records in {found.seconds:.0f} s, {found.megabytes:.0f} MB")
    return Part(
        "A mass rebuild",
        f"`kairan statistics check`'s loop over {found.records:,} events of {found.persons:,} persons, one partition "
        "after the other; that its tables are Faust's to the byte is demanded of the log of the first table.",
        (
            Line("in all", "s", (found.seconds,)),
            Line("rate", "events/s", (found.records / found.seconds,)),
            Line("its process at most", "MB", (found.megabytes,)),
        ),
        (Target("seconds", WANTED_SECONDS, found.seconds, at_least=False),),
    )
