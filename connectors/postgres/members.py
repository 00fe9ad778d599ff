"""
All sinks of one member: a reader for each channel under its own principal, one database, one sender of each kind.

Each channel waits for its topic in a thread of its own and takes its turn at the database; one thread keeps
the map of subjects and drains what operators release, one sends the receipts, one the answers.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from threading import Event

from connectors.postgres.database import Database
from connectors.postgres.holding import ObedientReader
from connectors.postgres.patience import patient
from connectors.postgres.sending import AnswerOutbox, ReceiptOutbox
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
    """
    The offices of a member and what their sinks share.

    Its tables are read in its own tasks only: one that is locked lets nobody wait but this member.
    """

    def __init__(self, settings: Settings, member: str, channels: Sequence[str], is_held: IsHeld) -> None:
        self._settings = settings
        self._member = member
        self._channels = channels
        self._is_held = is_held
        self._database = Database(settings.dsn(f"offices_{member}"))
        self._receipts = ReceiptOutbox(self._database, member, channels)
        self._answers = AnswerOutbox(self._database, member, channels)
        self._principal = topics.channel(member, channels[0])
        subjects = topics.name(topics.SUBJECTS, member)
        self._subject_reader = self._reader(self._principal, "subjects", subjects)
        self._subjects = Subjects(self._database, self._subject_reader, member)

    def tasks(self) -> Iterator[Task]:
        for channel in self._channels:
            yield patient(partial(self.sink, channel))
        yield patient(self.tend)
        yield patient(self.send_receipts)
        yield patient(self.send_answers)

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
        while not stop():
            self._subjects.refresh()
            for channel in released_in(self._database, self._channels):
                if not self._is_held(f"{self._member}.{channel}"):
                    sinks[channel].drain()
            Event().wait(TEND_SECONDS)

    def send_receipts(self, stop: Stop) -> None:
        for channel in self._channels:
            self._receipts.stored_in(channel)  # also what it had asked for in vain
        with closing(self._writer()) as writer:
            loops.relay("receipts", self._receipts, writer, stop)

    def send_answers(self, stop: Stop) -> None:
        for channel in self._channels:
            self._answers.stored_in(channel)  # the same
        with closing(self._writer()) as writer:
            loops.relay("answers", self._answers, writer, stop)

    def close(self) -> None:
        self._subject_reader.close()
        self._database.close()

    def _sink(self, channel: str, office: PostgresOffice) -> Sink:
        return Sink(
            office,
            Channel(self._member, channel),
            clock=now,
            translate=self._subjects.translate,
            receipted=partial(self._stored_in, channel),
        )

    def _stored_in(self, channel: str) -> None:
        """What is to be answered lies there with the receipt."""
        self._receipts.stored_in(channel)
        self._answers.stored_in(channel)

    def _writer(self) -> KafkaWriter:
        """Any channel of a member may write what all its channels tell."""
        return KafkaWriter(self._settings.properties(self._principal), of_member=True)

    def _reader(self, principal: str, part: str, topic: str) -> KafkaReader:
        properties = self._settings.properties(principal) | PATIENT
        return KafkaReader(properties, topics.group(principal, part), [topic], from_start=True)


def _stored(topic: str, position: int | None) -> dict[TopicPartition, int]:
    """Topics of a member or a channel have one partition."""
    return {} if position is None else {TopicPartition(topic, 0): position}


def now() -> int:
    return time.time_ns() // 1_000_000
