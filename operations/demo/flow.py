"""
What is on its way right now: how much each part of the way has done and has yet to do.

Counts come from where they are kept (outboxes, topics' ends, the groups' and offices' positions); nothing here
looks into a body.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient
from psycopg import sql

from kairan import shapes, topics, wire
from kairan.kafka import LOG_PARTITIONS, KafkaReader
from kairan.kafka.messages import passes
from kairan.kafka.offsets import Offsets
from kairan.postgres import connect
from kairan.settings import Settings
from kairan.stream import TopicPartition
from processors.moving import feeds as of_moves
from processors.notices import feeds as of_notices

_PATIENCE_SECONDS = 15
SENDINGS = topics.name(topics.NOTICE_SENDINGS)
DISCLOSURES = topics.name(topics.DISCLOSURES)
BESIDE = (topics.name(topics.PROCESS_INPUTS), topics.name(topics.PROTECTION), SENDINGS, DISCLOSURES)
"""What processes read beside the log."""
READ = {**of_moves.READ, **of_notices.READ}
LOG = (topics.name(topics.LIFE_EVENTS), topics.name(topics.LIFE_EVENTS_BULK))
_OUTBOX = """
select
    (select count(*) from core_system.outbox where sent_at is null and refused_at is null),
    (select count(*) from core_system.outbox where refused_at is not null)"""
_OFFICE = """
select {topic}, (select coalesce(max(position), 0) from {schema}.consumed where topic = {topic}),
    (select count(*) from {schema}.parked where released is not null),
    (select count(*) from {schema}.receipt where sent_at is null),
    (select count(*) from {schema}.answer where answered_at is null)"""
_WAITING = {"redrive": 2, "receipts": 3, "answers": 4}
"""What waits in an office, and in which column its number stands."""
_OF_LEDGER = "select topic, partition, position from ledger.consumed"
_OF_DISCLOSURES = "select topic, partition, position from disclosures.consumed"
_OF_CHANNELS = "select topic, partition, position from channels.consumed"
_OF_PROCESSES = "select process, topic, partition, position from processes.consumed"
_OF_LETTERS_AND_TIMERS = """
with clock as (select extract(epoch from now()) * 1000 as reads),
played as (select reads + coalesce((select sum(forward) from processes.leap where since <= reads), 0) as now from clock)
select
    (select count(*) from processes.letter where sent_at is null) + (select count(*) from channels.letter),
    (select count(*) from processes.timer, played where not is_asked and due <= played.now),
    (select count(*) from channels.copy, played where ended is null and means <> 'mail' and due <= played.now)"""
_RECENT = """
select extract(epoch from applied_at - registered) * 1000 from {schema}.received
where lane = 'live' and applied_at > now() - interval '5 seconds'"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at the bus; ``lag`` counts records before each part of the way, ``latencies`` are milliseconds."""

    events: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)
    lag: Mapping[str, int] = field(default_factory=dict)
    refused: int = 0
    latencies: tuple[float, ...] = ()

    def is_settled(self) -> bool:
        return not any(self.lag.values())


class Flow:
    """Looks at one stack; keeps its connections open between looks."""

    def __init__(self, settings: Settings) -> None:
        register = settings.register()
        admin = settings.properties("admin")
        self._members = {member.code: member.name for member in register.members}
        self._channels = [(each.member, each.channel) for each in register.channels]
        self._sources = [member.code for member in register.municipalities()]
        self._admin = AdminClient({**admin, "log_level": 0})
        self._offsets = Offsets(admin)
        self._cores = [connect(settings.dsn(f"core_{code}"), autocommit=True) for code in self._sources]
        self._offices = {
            code: connect(settings.dsn(f"offices_{code}"), autocommit=True) for code in {m for m, _ in self._channels}
        }
        self._bus = connect(settings.dsn("kairan"), autocommit=True)
        self._log = KafkaReader(settings.properties("operator"), "operator.demo", LOG, from_start=True)
        self._events: Counter[str] = Counter()

    def look(self, *, latencies: bool = True) -> Snapshot:
        """The state now; positions are read before ends, so that what looks settled is."""
        unsent, refused = self._in_outboxes()
        read, at_offices = self._positions()
        ends = self._offsets.last(self._partitions())
        self._count_events()
        return Snapshot(
            events=dict(self._events),
            deliveries=self._deliveries(ends),
            lag={"outboxes": unsent} | self._lag(read, ends) | at_offices,
            refused=refused,
            latencies=tuple(self._latencies()) if latencies else (),
        )

    def close(self) -> None:
        for connection in (*self._cores, *self._offices.values(), self._bus):
            connection.close()
        self._log.close()

    def _count_events(self) -> None:
        while batch := self._log.poll(0.0, 5000):
            self._events.update(shapes.by_id(wire.schema_id(each.value)).type for each in batch if each.value)

    def _partitions(self) -> list[TopicPartition]:
        return [
            *(TopicPartition(topic, part) for topic in (*LOG, *BESIDE) for part in range(LOG_PARTITIONS)),
            *(
                TopicPartition(topic, 0)
                for topic in (*self._ingress(), *self._delivery_topics(), *self._receipts(), *self._answers())
            ),
        ]

    def _ingress(self) -> list[str]:
        return [topics.name(kind, code) for kind in (topics.IN, topics.IN_BULK) for code in self._sources]

    def _delivery_topics(self) -> list[str]:
        return [topics.name(topics.DELIVERIES, *each) for each in self._channels]

    def _receipts(self) -> list[str]:
        return [topics.name(topics.RECEIPTS, code) for code in self._members]

    def _answers(self) -> list[str]:
        return [topics.name(topics.ANSWERS, code) for code in self._members]

    def _deliveries(self, ends: Mapping[TopicPartition, int]) -> dict[str, int]:
        found: Counter[str] = Counter()
        for (member, _), topic in zip(self._channels, self._delivery_topics(), strict=True):
            found[self._members[member]] += ends[TopicPartition(topic, 0)]
        return dict(found)

    def _in_outboxes(self) -> tuple[int, int]:
        """Rows that wait, and rows that were refused."""
        found = [core.execute(_OUTBOX).fetchone() or (0, 0) for core in self._cores]
        return sum(row[0] for row in found), sum(row[1] for row in found)

    def _positions(self) -> tuple[dict[str, dict[TopicPartition, int]], dict[str, int]]:
        """
        By part of the way: up to where it has read each of its partitions; and what waits in the offices.

        An office is asked for both in one breath: what it has not applied yet can have left no receipt.
        """
        groups = {
            "admission": self._committed("admission", self._ingress()),
            "routing": self._committed("routing.live", LOG[:1]) | self._committed("routing.bulk", LOG[1:]),
            "answering": self._committed("moving.answers", self._answers()),
        }
        offices = list(self._asked(_OFFICE))
        applied = {TopicPartition(topic, 0): position for topic, position, *_ in offices}
        read = groups | {"sinks": applied, "ledger": self._of_ledger()}
        read |= {"disclosures": self._of(DISCLOSURES, _OF_DISCLOSURES), "channels": self._of(SENDINGS, _OF_CHANNELS)}
        waiting = {what: sum(row[place] for row in offices) for what, place in _WAITING.items()}
        return read | self._of_processes(), waiting | self._letters_and_timers()

    def _of_ledger(self) -> dict[TopicPartition, int]:
        noted = self._bus.execute(_OF_LEDGER).fetchall()
        read = {TopicPartition(topic, partition): position for topic, partition, position in noted}
        return {TopicPartition(topic, 0): 0 for topic in self._receipts()} | read

    def _of(self, its: str, query: LiteralString) -> dict[TopicPartition, int]:
        """Up to where a topic is kept in the bus's database: who was told what, what residents are to be told."""
        read = {TopicPartition(its, part): 0 for part in range(LOG_PARTITIONS)}
        noted = self._bus.execute(query).fetchall()
        return read | {TopicPartition(topic, partition): position for topic, partition, position in noted}

    def _of_processes(self) -> dict[str, dict[TopicPartition, int]]:
        """What they have consumed; of what none has read yet, nothing."""
        read = {
            process: {TopicPartition(topic, part): 0 for topic in its for part in range(LOG_PARTITIONS)}
            for process, its in READ.items()
        }
        for process, topic, partition, position in self._bus.execute(_OF_PROCESSES):
            read[process][TopicPartition(topic, partition)] = position
        return read

    def _letters_and_timers(self) -> dict[str, int]:
        ((letters, timers, copies),) = self._bus.execute(_OF_LETTERS_AND_TIMERS).fetchall()
        return {"letters": letters, "timers": timers, "copies": copies}

    def _committed(self, group: str, names: Iterable[str]) -> dict[TopicPartition, int]:
        wanted = set(names)
        asked = [Assigned(*at) for at in self._partitions() if at.topic in wanted]
        found = self._group_offsets(ConsumerGroupTopicPartitions(group, asked))
        return {TopicPartition(at.topic, at.partition): max(at.offset, 0) for at in found}

    def _group_offsets(self, asked: ConsumerGroupTopicPartitions) -> list[Assigned]:
        """A broker that has just begun loads its groups first."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                answer = self._admin.list_consumer_group_offsets([asked])[asked.group_id]
                return list(answer.result(_PATIENCE_SECONDS).topic_partitions)
            except KafkaException as error:
                if not passes(error.args[0]) or time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def _asked(self, query: LiteralString) -> Iterator[tuple[Any, ...]]:
        """The same question to every office, in one query a member."""
        for member, offices in self._offices.items():
            each = [
                sql.SQL(query).format(schema=_schema(channel), topic=topics.name(topics.DELIVERIES, member, channel))
                for its, channel in self._channels
                if its == member
            ]
            yield from offices.execute(sql.SQL(" union all ").join(each))

    def _lag(
        self, read: Mapping[str, Mapping[TopicPartition, int]], ends: Mapping[TopicPartition, int]
    ) -> dict[str, int]:
        return {part: sum(max(ends[of] - at, 0) for of, at in its.items()) for part, its in read.items()}

    def _latencies(self) -> list[float]:
        return sorted(float(latency) for (latency,) in self._asked(_RECENT))


def _schema(channel: str) -> sql.Identifier:
    return sql.Identifier(channel.replace("-", "_"))


def percentile(sorted_values: tuple[float, ...], share: float) -> float:
    """The value below which this share lies; 0 for none."""
    if not sorted_values:
        return 0.0
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]
