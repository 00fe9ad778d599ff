"""A reader of explicitly assigned partitions (``kairan.stream.Reader``) on confluent-kafka."""

import logging
from collections.abc import Iterable, Mapping
from typing import NoReturn

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message
from confluent_kafka import TopicPartition as Assigned

from kairan.stream import Incoming, TopicPartition

TUNING = {
    "enable.auto.commit": False,
    "auto.offset.reset": "error",
    "enable.partition.eof": False,
    "fetch.queue.backoff.ms": 5,
    "queued.min.messages": 20_000,
    "queued.max.messages.kbytes": 16_384,
    "socket.timeout.ms": 10_000,
    "allow.auto.create.topics": False,
    "log.connection.close": False,
}
METADATA_SECONDS = 15
CLIENT_LOG = logging.getLogger("librdkafka")
CLIENT_LOG.setLevel(logging.CRITICAL)  # its errors arrive at error_cb; its text repeats them many times
_COMMIT_TRIES = 10


class BrokerRefusedError(Exception):
    """The broker refuses this principal, topic or group: nothing that waiting would mend."""


class KafkaReader:
    """
    Reads all partitions of some topics from the group's committed offsets, the beginning where there is none.

    Raises:
        BrokerRefusedError: wrong credentials, a missing right or topic.
        kafka errors that waiting mends are waited for.

    """

    def __init__(
        self, properties: Mapping[str, str], group: str, topics: Iterable[str], *, from_start: bool = False
    ) -> None:
        self._fatal: KafkaError | None = None
        self._consumer = Consumer(
            TUNING | dict(properties) | {"group.id": group, "error_cb": self._note_error, "logger": CLIENT_LOG}
        )
        found = self._partitions(list(topics))
        self._assigned = self._positions(found, from_start=from_start)
        self._consumer.assign(self._assigned)

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        first = self._consumer.poll(timeout)
        self._raise_fatal()
        if first is None:
            return []
        rest = self._consumer.consume(at_most - 1, 0) if at_most > 1 else []
        return [incoming for message in (first, *rest) if (incoming := _incoming(message)) is not None]

    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        offsets = [Assigned(topic, partition, offset) for (topic, partition), offset in positions.items()]
        for attempt in range(_COMMIT_TRIES):
            try:
                self._consumer.commit(offsets=offsets, asynchronous=False)
            except KafkaException as error:
                if not _passes(error.args[0]) or attempt == _COMMIT_TRIES - 1:
                    raise
            else:
                return

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        moved = {TopicPartition(at.topic, at.partition): at.offset for at in self._position()} | dict(positions)
        self._consumer.assign([Assigned(topic, partition, offset) for (topic, partition), offset in moved.items()])

    def positions(self) -> dict[TopicPartition, int]:
        """The next offset of each assigned partition, as numbers."""
        found = {}
        for at in self._position():
            low, _ = self._watermarks(at)
            found[TopicPartition(at.topic, at.partition)] = at.offset if at.offset >= 0 else low
        return found

    def ends(self) -> dict[TopicPartition, int]:
        return {TopicPartition(at.topic, at.partition): self._watermarks(at)[1] for at in self._assigned}

    def starts(self) -> dict[TopicPartition, int]:
        """The oldest offset that is still kept."""
        return {TopicPartition(at.topic, at.partition): self._watermarks(at)[0] for at in self._assigned}

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        self._consumer.pause([Assigned(*at) for at in partitions])

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        self._consumer.resume([Assigned(*at) for at in partitions])

    def close(self) -> None:
        self._consumer.close()

    def _partitions(self, topics: list[str]) -> list[Assigned]:
        found = []
        for topic in topics:
            described = self._consumer.list_topics(topic, timeout=METADATA_SECONDS).topics[topic]
            if described.error is not None:
                raise BrokerRefusedError(f"topic {topic}: {described.error.name()}")
            found += [Assigned(topic, partition) for partition in sorted(described.partitions)]
        return found

    def _positions(self, partitions: list[Assigned], *, from_start: bool) -> list[Assigned]:
        if from_start:
            return [Assigned(at.topic, at.partition, OFFSET_BEGINNING) for at in partitions]
        committed = self._consumer.committed(partitions, timeout=METADATA_SECONDS)
        return [Assigned(at.topic, at.partition, at.offset if at.offset >= 0 else OFFSET_BEGINNING) for at in committed]

    def _position(self) -> list[Assigned]:
        read = self._consumer.position(self._assigned)
        return [now if now.offset >= 0 else start for now, start in zip(read, self._consumer.assignment(), strict=True)]

    def _watermarks(self, at: Assigned) -> tuple[int, int]:
        low, high = self._consumer.get_watermark_offsets(Assigned(at.topic, at.partition), timeout=METADATA_SECONDS)
        return low, high

    def _note_error(self, error: KafkaError) -> None:
        if error.fatal() or error.code() in {KafkaError._AUTHENTICATION, KafkaError._STATE}:  # noqa: SLF001 - public by use
            self._fatal = error

    def _raise_fatal(self) -> None:
        if self._fatal is not None:
            raise BrokerRefusedError(self._fatal.name())


def _incoming(message: Message) -> Incoming | None:
    error = message.error()
    if error is not None:
        if _passes(error):
            return None
        _refuse(message, error)
    return Incoming(
        message.topic() or "",
        message.partition() or 0,
        message.offset() or 0,
        message.timestamp()[1],
        message.key(),
        message.value(),
    )


def _refuse(message: Message, error: KafkaError) -> NoReturn:
    raise BrokerRefusedError(f"{message.topic()} {message.partition()}: {error.name()}")


def _passes(error: KafkaError) -> bool:
    """An error that goes away by itself, such as a restarting broker."""
    return bool(error.retriable()) or error.code() in _WAITED_FOR


_WAITED_FOR = {
    KafkaError._TRANSPORT,  # noqa: SLF001 - the client's own names for local conditions
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
    KafkaError._RESOLVE,  # noqa: SLF001
    KafkaError._TIMED_OUT,  # noqa: SLF001
    KafkaError._WAIT_COORD,  # noqa: SLF001
    KafkaError.REQUEST_TIMED_OUT,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.NOT_COORDINATOR,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
}
