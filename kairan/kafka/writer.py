"""A writer (``kairan.stream.Writer``) on confluent-kafka: idempotent, acknowledged by all replicas."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice

from confluent_kafka import KafkaError, Message, Producer

from kairan.kafka.client import CLIENT_LOG, BrokerRefusedError
from kairan.stream import NotConfirmedError, Outgoing, Position
from kairan.watch import CALLS

TUNING = {
    "enable.idempotence": True,
    "acks": "all",
    "partitioner": "murmur2_random",
    "compression.type": "lz4",
    "linger.ms": 5,
    "delivery.timeout.ms": 60_000,
    "socket.timeout.ms": 10_000,
    "queue.buffering.max.messages": 1_000_000,
    "queue.buffering.max.kbytes": 65_536,
    "message.max.bytes": 2_097_152,
    "allow.auto.create.topics": False,
    "log.connection.close": False,
}
_ROOM_SECONDS = 0.05
_LOOK_EVERY = 256
"""Records between two looks at what was reported: a look costs a third of a record."""
OF_MEMBER = {"batch.size": 64 * 1024}
"""Bytes before they are compressed: one that does not compress must fit too (``topics.MEMBER_BATCH_BYTES``)."""
Report = Callable[[KafkaError | None, Message], None]


class KafkaWriter:
    """
    Appends records of one principal.

    After the first record that was not stored nothing is appended any more, neither what waits nor what is sent
    later: it would stand before what must be sent again, and a person's order would break.

    Args:
        properties: the principal's client properties.
        positions: whether ``confirm`` tells the positions; without, only failures are reported and it is
            faster (the routing of 100,000 deliveries a second).
        of_member: what members write, whose topics take small batches only.

    """

    def __init__(self, properties: Mapping[str, str], *, positions: bool = True, of_member: bool = False) -> None:
        self._fatal: KafkaError | None = None
        self._failed: KafkaError | None = None
        self._told: list[Position | None] = []
        self._positions = positions
        self._producer = Producer(
            TUNING
            | {"delivery.report.only.error": not positions, "linger.ms": 5 if positions else 50}
            | (OF_MEMBER if of_member else {})
            | dict(properties)
            | {"error_cb": self._note_error, "logger": CLIENT_LOG}
        )

    def send(self, record: Outgoing) -> None:
        self.send_all((record,))

    def send_all(self, records: Iterable[Outgoing]) -> None:
        """What the caller does to bring forth the next records is not watched: it may wait for whatever it likes."""
        left = iter(records)
        while some := list(islice(left, _LOOK_EVERY)):
            self._send_some(some)

    @CALLS.within()
    def _send_some(self, records: Sequence[Outgoing]) -> None:
        produce = self._producer.produce
        report: Report = self._note_failure
        self._look(0)
        for topic, key, value, partition in records:
            if self._positions:
                report = self._place()
            try:
                produce(topic, value, key, partition, report)
            except BufferError:
                self._produce_patiently(Outgoing(topic, key, value, partition), report)

    @CALLS.within()
    def confirm(self) -> Sequence[Position]:
        self._raise_failure()
        while self._producer.flush(1.0):
            self._raise_failure()
        self._raise_failure()
        told, self._told = self._told, []
        return [position for position in told if position is not None]

    @CALLS.within()
    def close(self) -> None:
        """Waits for what was sent; after a failure what is left is given up first: it must not be appended."""
        if self._failed is not None or self._fatal is not None:
            self._purge()
        self._producer.flush(5.0)

    def _look(self, seconds: float) -> None:
        """Failures are noted only while somebody polls; a long wave does not wait for its end."""
        self._raise_failure()
        self._producer.poll(seconds)
        self._raise_failure()

    def _place(self) -> Report:
        """Notes the position of the record that is sent now, among those of the wave."""
        self._told.append(None)
        return partial(self._note, len(self._told) - 1)

    def _produce_patiently(self, record: Outgoing, report: Report) -> None:
        """When the client's queue is full."""
        topic, key, value, partition = record
        while True:
            self._look(_ROOM_SECONDS)
            try:
                self._producer.produce(topic, value, key, partition, on_delivery=report)
            except BufferError:
                continue
            return

    def _note(self, place: int, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._fail(error)
        else:
            self._told[place] = Position(message.topic() or "", message.partition() or 0, message.offset() or 0)

    def _note_failure(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._fail(error)

    def _fail(self, error: KafkaError) -> None:
        """The first failure takes out all that waits; what is taken out is reported here again."""
        if self._failed is None:
            self._failed = error
            self._purge()

    def _purge(self) -> None:
        self._producer.purge(in_queue=True, in_flight=True)

    def _note_error(self, error: KafkaError) -> None:
        if error.fatal() or error.code() == KafkaError._AUTHENTICATION:  # noqa: SLF001 - the client's own name
            self._fatal = error

    def _raise_failure(self) -> None:
        if self._fatal is not None:
            raise BrokerRefusedError(self._fatal.name())
        if self._failed is not None:
            raise NotConfirmedError(self._failed.name())
