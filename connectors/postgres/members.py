"""
All sinks of one member: a reader for each channel under its own principal, one database, one sender of receipts.

Each channel waits for its topic in a thread of its own and takes its turn at the database; one thread keeps
the map of subjects and drains what operators release, one sends the receipts.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from threading import Event

from connectors.postgres.database import Database
from connectors.postgres.holding import ObedientReader
from connectors.postgres.sending import ReceiptOutbox
from connectors.postgres.sink import Sink
from connectors.postgres.subjects import Subjects
from connectors.postgres.tables import PostgresOffice, released_in
from connectors.postgres.turn import Channel
from kairan import loops, topics
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.loops import Stop
from kairan.positions import read_on
from kairan.settings import Settings
from kairan.stream import TopicPartition

IsHeld = Callable[[str], bool]
Task = Callable[[Stop], None]
TEND_SECONDS = 0.5
PATIENT = {"fetch.wait.max.ms": "5000", "auto.commit.interval.ms": "5000"}
"""
A member has many quiet channels: their fetches wait at the broker, which answers as soon as there is a record, and
their positions, a hint for lag tools only, are told seldom.
"""


class Offices:
    """The offices of a member and what their sinks share."""

    def __init__(self, settings: Settings, member: str, channels: Sequence[str], is_held: IsHeld) -> None:
        self._settings = settings
        self._member = member
        self._channels = channels
        self._is_held = is_held
        self._database = Database(settings.dsn(f"offices_{member}"))
        self._receipts = ReceiptOutbox(self._database, member, channels)
        self._principal = topics.channel(member, channels[0])
        subjects = topics.name(topics.SUBJECTS, member)
        self._subject_reader = self._reader(self._principal, "subjects", subjects)
        self._subjects = Subjects(self._database, self._subject_reader, member)
        read_on(self._subject_reader, _stored(subjects, self._subjects.position()))

    def tasks(self) -> Iterator[Task]:
        for channel in self._channels:
            yield partial(self.sink, channel)
        yield self.tend
        yield self.send_receipts

    def sink(self, channel: str, stop: Stop) -> None:
        """Applies one channel's deliveries."""
        topic = topics.name(topics.DELIVERIES, self._member, channel)
        office = PostgresOffice(self._database, channel)
        with closing(self._reader(topics.channel(self._member, channel), "sink", topic)) as reader:
            read_on(reader, _stored(topic, office.position(topic, 0)))
            sink = self._sink(channel, office)
            sink.pass_over(reader.positions()[TopicPartition(topic, 0)])
            obedient = ObedientReader(reader, lambda: self._is_held(f"{self._member}.{channel}"), sink.pass_over)
            loops.effect("sink", obedient, sink, stop)

    def tend(self, stop: Stop) -> None:
        """Copies new subjects and drains what was released, also when no delivery comes."""
        sinks = {channel: self._sink(channel, PostgresOffice(self._database, channel)) for channel in self._channels}
        with closing(self._subject_reader):
            while not stop():
                self._subjects.refresh()
                for channel in released_in(self._database, self._channels):
                    if not self._is_held(f"{self._member}.{channel}"):
                        sinks[channel].drain()
                Event().wait(TEND_SECONDS)

    def send_receipts(self, stop: Stop) -> None:
        with closing(KafkaWriter(self._settings.properties(self._principal))) as writer:
            loops.relay("receipts", self._receipts, writer, stop)

    def close(self) -> None:
        self._database.close()

    def _sink(self, channel: str, office: PostgresOffice) -> Sink:
        return Sink(
            office,
            Channel(self._member, channel),
            clock=now,
            translate=self._subjects.translate,
            receipted=lambda: self._receipts.stored_in(channel),
        )

    def _reader(self, principal: str, part: str, topic: str) -> KafkaReader:
        properties = self._settings.properties(principal) | PATIENT
        return KafkaReader(properties, topics.group(principal, part), [topic], from_start=True)


def _stored(topic: str, position: int | None) -> dict[TopicPartition, int]:
    """Topics of a member or a channel have one partition."""
    return {} if position is None else {TopicPartition(topic, 0): position}


def now() -> int:
    return time.time_ns() // 1_000_000
