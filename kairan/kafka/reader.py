"""A reader of explicitly assigned partitions (``kairan.stream.Reader``) on confluent-kafka."""

from collections.abc import Iterable, Mapping
from typing import NoReturn

from confluent_kafka import Consumer, KafkaError, KafkaException, Message
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import TopicMetadata

from kairan.kafka.client import CLIENT_LOG, BrokerRefusedError
from kairan.kafka.offsets import Offsets
from kairan.kafka.unfolding import Unfolding
from kairan.logs import log
from kairan.positions import kept
from kairan.stream import Incoming, TopicPartition
from kairan.topics import STATEMENTS_BYTES

TUNING = {
    "enable.auto.offset.store": False,
    "auto.commit.interval.ms": 500,
    "auto.offset.reset": "error",
    "enable.partition.eof": False,
    "fetch.queue.backoff.ms": 5,
    "queued.min.messages": 20_000,
    "queued.max.messages.kbytes": 16_384,
    "socket.timeout.ms": 10_000,
    "allow.auto.create.topics": False,
    "log.connection.close": False,
}
OF_STRANGERS = {
    "queued.max.messages.kbytes": 4_096,
    "fetch.max.bytes": STATEMENTS_BYTES,
    "max.partition.fetch.bytes": STATEMENTS_BYTES,
    "message.max.bytes": STATEMENTS_BYTES,
    "receive.message.max.bytes": 16_777_216,
}
"""
For topics that members write. A batch of the costliest statements lasts seconds, for everybody: it has few megabytes.
A fetch has one full batch, for all that comes at once is unfolded at once (the client raises the first to the third).
The last is also how far zstd may unfold.
"""
METADATA_SECONDS = 15
_FEW = 4


class KafkaReader:
    """
    Reads all partitions of some topics from the group's committed offsets, the beginning where there is none.

    What is no longer kept is passed over with an alarm, whether it was lost before the start or while this reads.

    Args:
        properties: the principal's client properties.
        group: whose committed offsets.
        topics: all partitions of these.
        from_start: from the beginning, whatever was committed.
        of_strangers: members write there. A batch that nobody can unfold is passed over with an alarm, for a process
            that stopped at it would stop again, and everybody else with it.

    Raises:
        BrokerRefusedError: wrong credentials, a missing right or topic.
        kafka errors that waiting mends are waited for.

    """

    def __init__(
        self,
        properties: Mapping[str, str],
        group: str,
        topics: Iterable[str],
        *,
        from_start: bool = False,
        of_strangers: bool = False,
    ) -> None:
        self._fatal: KafkaError | None = None
        self._of_strangers = of_strangers
        self._searches: dict[TopicPartition, Unfolding] = {}
        self._consumer = Consumer(
            TUNING
            | (OF_STRANGERS if of_strangers else {})
            | dict(properties)
            | {"group.id": group, "error_cb": self._note_error, "logger": CLIENT_LOG}
        )
        self._offsets = Offsets(properties)
        self._is_fetching = False
        self._partitions = self._described(list(topics))
        self._started = self._begin(from_start=from_start)

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        if not self._is_fetching:
            self._fetch_from(self._started)
        first = self._consumer.poll(timeout)
        self._raise_fatal()
        if first is None:
            return []
        rest = self._consumer.consume(at_most - 1, 0) if at_most > 1 else []
        messages = (first, *rest)
        if self._searches or (self._of_strangers and any(map(_cannot_be_unfolded, messages))):
            messages = self._unfolded(messages)
        there = (message for message in messages if not self._passes_over(message))
        return [incoming for message in there if (incoming := _incoming(message)) is not None]

    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        """Told to the broker by the client's own thread, twice a second and at ``close``: nobody waits for it."""
        self._consumer.store_offsets(offsets=_at(positions))

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        self._started = self.positions() | dict(positions)
        self._searches.clear()
        if self._is_fetching:
            self._fetch_from(self._started)

    def positions(self) -> dict[TopicPartition, int]:
        if not self._is_fetching:
            return dict(self._started)
        asked = [Assigned(*at) for at in self._partitions]
        read = {TopicPartition(at.topic, at.partition): at.offset for at in self._consumer.position(asked)}
        return {at: read[at] if read[at] >= 0 else start for at, start in self._started.items()}

    def ends(self) -> dict[TopicPartition, int]:
        if self._is_fetching or len(self._partitions) > _FEW:
            return self._offsets.last(self._partitions)
        return {at: self._watermarks(at)[1] for at in self._partitions}

    def starts(self) -> dict[TopicPartition, int]:
        return self._offsets.first(self._partitions) if self._is_fetching else self._firsts(self._partitions)

    def since(self, instant: int) -> dict[TopicPartition, int]:
        return self._offsets.since(self._partitions, instant)

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        if not self._is_fetching:
            self._fetch_from(self._started)
        self._consumer.pause([Assigned(*at) for at in partitions])

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        self._consumer.resume([Assigned(*at) for at in partitions])

    def close(self) -> None:
        self._consumer.close()

    def _unfolded(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """What can be given out now: nothing of a partition in which the end of such a batch is looked for."""
        passed, tried = list[Message](), set[TopicPartition]()
        for message in messages:
            at = TopicPartition(message.topic() or "", message.partition() or 0)
            if at in tried:
                continue
            if at in self._searches or _cannot_be_unfolded(message):
                tried.add(at)
                self._search(at, message.offset() if _cannot_be_unfolded(message) else None)
            else:
                passed.append(message)
        return tuple(passed)

    def _search(self, at: TopicPartition, base: int | None) -> None:
        """One step; at its end the partition goes on behind the batch."""
        search = self._searches.get(at)
        if search is None:
            search = self._searches[at] = Unfolding(base or 0, self._offsets.last([at])[at])
        else:
            search.learn(base)
        if not search.is_over:
            self._consumer.seek(Assigned(*at, search.probe))
            return
        del self._searches[at]
        place = {"partition": at.partition, "offset": search.base, "count": search.good - search.base}
        log().error("cannot be unfolded", alarm="passed over", topic=at.topic, **place)
        self._go_on(at, search.good)

    def _passes_over(self, message: Message) -> bool:
        """Whether the partition goes on where it begins now: retention has overtaken this reader."""
        if not _is_out_of_range(message):
            return False
        at = TopicPartition(message.topic() or "", message.partition() or 0)
        position, start = self.positions()[at], self._offsets.first([at])[at]
        if start <= position:
            return False  # the topic ends before: which of the two was exchanged only a person can know
        self._go_on(at, kept(at, position, start))
        return True

    def _go_on(self, at: TopicPartition, offset: int) -> None:
        """Behind what nobody can read; a mere seek leaves the position before it until something comes."""
        self._started[at] = offset
        self._consumer.incremental_unassign([Assigned(*at)])
        self._consumer.incremental_assign([Assigned(*at, offset)])

    def _fetch_from(self, positions: Mapping[TopicPartition, int]) -> None:
        """Begins at the first poll: until then the connection is idle and answers at once."""
        self._consumer.assign(_at(positions))
        self._is_fetching = True

    def _described(self, topics: list[str]) -> list[TopicPartition]:
        known = self._metadata(topics[0]) if len(topics) == 1 else self._metadata(None)
        found = []
        for topic in topics:
            described = known.get(topic)
            if described is None:
                raise BrokerRefusedError(f"topic {topic}: not there, or not to be seen by this principal")
            if described.error is not None:
                raise BrokerRefusedError(f"topic {topic}: {described.error.name()}")
            found += [TopicPartition(topic, partition) for partition in sorted(described.partitions)]
        return found

    def _metadata(self, topic: str | None) -> Mapping[str, TopicMetadata]:
        """Of one topic, or of all that this principal may see: one question instead of many."""
        try:
            found: Mapping[str, TopicMetadata] = self._consumer.list_topics(topic, timeout=METADATA_SECONDS).topics
        except KafkaException:
            self._consumer.poll(0)  # a wrong password arrives at error_cb only
            self._raise_fatal()
            raise
        return found

    def _begin(self, *, from_start: bool) -> dict[TopicPartition, int]:
        """Offsets as numbers: a partition that first has to ask for its beginning misses the first fetch."""
        committed = {} if from_start else self._committed(self._partitions)
        return {at: kept(at, committed.get(at, first), first) for at, first in self._firsts(self._partitions).items()}

    def _firsts(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """One by one on the idle connection; many at once on another."""
        if len(partitions) > _FEW:
            return self._offsets.first(partitions)
        return {at: self._watermarks(at)[0] for at in partitions}

    def _watermarks(self, at: TopicPartition) -> tuple[int, int]:
        try:
            first, last = self._consumer.get_watermark_offsets(Assigned(*at), timeout=METADATA_SECONDS)
        except KafkaException as error:
            if not _passes(error.args[0]):
                raise
            return self._offsets.first([at])[at], self._offsets.last([at])[at]  # which waits for a leader
        return first, last

    def _committed(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        committed = self._consumer.committed([Assigned(*at) for at in partitions], timeout=METADATA_SECONDS)
        return {TopicPartition(at.topic, at.partition): at.offset for at in committed if at.offset >= 0}

    def _note_error(self, error: KafkaError) -> None:
        if error.fatal() or error.code() in {KafkaError._AUTHENTICATION, KafkaError._STATE}:  # noqa: SLF001 - public by use
            self._fatal = error

    def _raise_fatal(self) -> None:
        if self._fatal is not None:
            raise BrokerRefusedError(self._fatal.name())


def _at(positions: Mapping[TopicPartition, int]) -> list[Assigned]:
    return [Assigned(topic, partition, offset) for (topic, partition), offset in positions.items()]


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


def _cannot_be_unfolded(message: Message) -> bool:
    error = message.error()
    return error is not None and error.code() == KafkaError._BAD_COMPRESSION  # noqa: SLF001 - the client's own name


def _is_out_of_range(message: Message) -> bool:
    error = message.error()
    return error is not None and error.code() == KafkaError._AUTO_OFFSET_RESET  # noqa: SLF001 - the client's own name


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
