"""A reader of explicitly assigned partitions (``kairan.stream.Reader``) on confluent-kafka."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from threading import Thread

from confluent_kafka import Consumer, KafkaError, KafkaException, Message
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import TopicMetadata

from kairan.kafka.assignment import Assignment
from kairan.kafka.client import CLIENT_LOG, BrokerRefusedError
from kairan.kafka.messages import cannot_be_unfolded, is_out_of_range, passes, record, refusal
from kairan.kafka.offsets import Offsets
from kairan.kafka.silence import Silence
from kairan.kafka.unfolding import Unfolding
from kairan.logs import log
from kairan.positions import kept
from kairan.stream import Incoming, TopicPartition
from kairan.topics import MEMBER_BATCH_BYTES
from kairan.watch import CALLS

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
    "fetch.max.bytes": MEMBER_BATCH_BYTES,
    "max.partition.fetch.bytes": MEMBER_BATCH_BYTES,
    "message.max.bytes": MEMBER_BATCH_BYTES,
    "receive.message.max.bytes": 16_777_216,
}
"""
For topics that members write. A batch of the costliest statements lasts seconds, for everybody: it has few megabytes.
A fetch has one full batch, for all that comes at once is unfolded at once (the client raises the first to the third).
The last is also how far zstd may unfold.
"""
METADATA_SECONDS = 15
TOLD_SECONDS = 2
CLOSE_SECONDS = 5.0
_FEW = 4


class KafkaReader:
    """
    Reads partitions of some topics from the group's committed offsets, the beginning where there is none.

    What is no longer kept is passed over with an alarm, whether it was lost before the start or while this reads.

    Args:
        properties: the principal's client properties.
        group: whose committed offsets.
        topics: all partitions of these.
        from_start: from the beginning, whatever was committed.
        of_strangers: members write there. A batch that nobody can unfold is passed over with an alarm, for a process
            that stopped at it would stop again, and everybody else with it.
        partitions: only these of each topic, where workers share them.

    Raises:
        BrokerRefusedError: wrong credentials, a missing right or topic.
        kafka errors that waiting mends are waited for.

    """

    @CALLS.within()
    def __init__(
        self,
        properties: Mapping[str, str],
        group: str,
        topics: Iterable[str],
        *,
        from_start: bool = False,
        of_strangers: bool = False,
        partitions: Collection[int] | None = None,
    ) -> None:
        self._fatal: str | None = None
        self._of_strangers = of_strangers
        self._searches: dict[TopicPartition, Unfolding] = {}
        self._silence = Silence()
        self._settings = (
            TUNING
            | (OF_STRANGERS if of_strangers else {})
            | dict(properties)
            | {"group.id": group, "error_cb": self._note_error, "logger": CLIENT_LOG}
        )
        self._consumer = Consumer(self._settings)
        self._offsets = Offsets(properties)
        described = self._described(list(topics))
        self._partitions = [at for at in described if partitions is None or at.partition in partitions]
        self._assignment = Assignment(self._consumer, self._begin(from_start=from_start))

    @CALLS.within()
    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        self._assignment.begin()
        first = self._consumer.poll(timeout)
        self._raise_fatal()
        if first is None:
            self._listen()
            return []
        rest = self._consumer.consume(at_most - 1, 0) if at_most > 1 else []
        messages = (first, *rest)
        if self._searches or (self._of_strangers and any(map(cannot_be_unfolded, messages))):
            messages = self._unfolded(messages)
        return [incoming for message in messages if (incoming := self._incoming(message)) is not None]

    @CALLS.within()
    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        self._assignment.commit(positions)

    @CALLS.within()
    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        self._end_searches(positions)
        self._assignment.seek(positions)

    @CALLS.within()
    def positions(self) -> dict[TopicPartition, int]:
        return self._assignment.positions()

    @CALLS.within()
    def ends(self) -> dict[TopicPartition, int]:
        if self._assignment.has_begun or len(self._partitions) > _FEW:
            return self._offsets.last(self._partitions)
        return {at: self._watermarks(at)[1] for at in self._partitions}

    def ends_of(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return self._offsets.told(partitions)

    @CALLS.within()
    def starts(self) -> dict[TopicPartition, int]:
        return self._offsets.first(self._partitions) if self._assignment.has_begun else self._firsts(self._partitions)

    def since(self, instant: int) -> dict[TopicPartition, int]:
        return self._offsets.since(self._partitions, instant)

    @CALLS.within()
    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        paused = set(partitions)
        self._end_searches(paused)
        self._assignment.pause(paused)

    @CALLS.within()
    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        self._assignment.resume(partitions)

    def close(self) -> None:
        """
        Tells the broker the positions if it answers soon; what it was not told is read again.

        The client would wait until the broker is back, and with it whoever wants to say why he closes.
        """
        closing = Thread(target=self._consumer.close, daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)

    def _listen(self) -> None:
        """Positions are not told by a client that has locked up, while its poll returns (kairan.watch)."""
        positions = self._assignment.fetching()
        if not self._searches and self._silence.lasts(positions, self._told):
            self._go_on_with_another_client()

    def _told(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """
        Few are asked of the client itself, whose connection is idle where nothing comes; if it is lost, of another one.

        Nothing is told while no broker answers: a client that waits for one would be left behind at each look.
        """
        if len(self._partitions) <= _FEW:
            with suppress(KafkaException):
                return {at: self._consumer.get_watermark_offsets(Assigned(*at), TOLD_SECONDS)[1] for at in partitions}
        return self._offsets.told(partitions)

    def _go_on_with_another_client(self) -> None:
        log().warning("begun again", alarm="a client fetched nothing although there was more")
        self._silence = Silence()
        self._assignment.leave()
        self.close()
        self._consumer = Consumer(self._settings)
        self._assignment.go_on(self._consumer)

    def _unfolded(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """What can be given out now: nothing of a partition in which the end of such a batch is looked for."""
        passed, tried = list[Message](), set[TopicPartition]()
        for message in messages:
            at = TopicPartition(message.topic() or "", message.partition() or 0)
            if at in tried:
                continue
            if at in self._searches or cannot_be_unfolded(message):
                tried.add(at)
                self._search(at, message.offset() if cannot_be_unfolded(message) else None)
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
        self._assignment.seek({at: search.good})

    def _end_searches(self, partitions: Iterable[TopicPartition]) -> None:
        for at in partitions:
            self._searches.pop(at, None)

    def _passes_over(self, message: Message) -> bool:
        """Whether the partition goes on where it begins now: retention has overtaken this reader."""
        if not is_out_of_range(message):
            return False
        at = TopicPartition(message.topic() or "", message.partition() or 0)
        self._fatal = refusal(message)  # also for whoever asks next, unless it is known where it goes on
        position, start = self.positions()[at], self._offsets.first([at])[at]
        if start <= position:
            return False  # the topic ends before: which of the two was exchanged only a person can know
        self._fatal = None
        self._assignment.seek({at: kept(at, position, start)})
        return True

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
            if not passes(error.args[0]):
                raise
            return self._offsets.first([at])[at], self._offsets.last([at])[at]  # which waits for a leader
        return first, last

    def _committed(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        committed = self._consumer.committed([Assigned(*at) for at in partitions], timeout=METADATA_SECONDS)
        return {TopicPartition(at.topic, at.partition): at.offset for at in committed if at.offset >= 0}

    def _note_error(self, error: KafkaError) -> None:
        if error.fatal() or error.code() in {KafkaError._AUTHENTICATION, KafkaError._STATE}:  # noqa: SLF001 - public by use
            self._fatal = error.name()

    def _incoming(self, message: Message) -> Incoming | None:
        """A partition that was refused gives nothing from then on: whoever asks again is told the same."""
        error = message.error()
        if error is None:
            return record(message)
        if not self._passes_over(message) and not passes(error):
            self._fatal = refusal(message)
            self._raise_fatal()
        return None

    def _raise_fatal(self) -> None:
        if self._fatal is not None:
            raise BrokerRefusedError(self._fatal)
