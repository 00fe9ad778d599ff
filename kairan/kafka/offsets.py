"""
First, last and other offsets of partitions, asked on a connection of their own.

A consumer's own connection is busy with a waiting fetch: a question behind it takes half a second, here 1 ms.
"""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait

from confluent_kafka import OFFSET_INVALID, KafkaError, KafkaException
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient, ListOffsetsResultInfo, OffsetSpec

from kairan.logs import log
from kairan.stream import TopicPartition
from kairan.watch import CALLS

_SECONDS = 15
_SECONDS_ONCE = 5
_SECONDS_TOLD = 2
_GRACE_SECONDS = 1
_PAUSE_SECONDS = 0.1
_OUTLIVED = {
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError._NOENT,  # noqa: SLF001 - the client's own name for "no leader found"
    KafkaError._TRANSPORT,  # noqa: SLF001 - and for a connection that broke
    KafkaError._TIMED_OUT,  # noqa: SLF001 - and for a broker that does not answer
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - and for all of them
}
"""A client that outlived its broker knows an old leader; a fresh one learns the new one."""
_TUNING: dict[str, str | int | float | bool] = {
    "socket.timeout.ms": 10_000,
    "log.connection.close": False,
    "log_level": 0,
}
_clients: dict[tuple[str, str], AdminClient] = {}
_Answer = Future[ListOffsetsResultInfo]
_Answers = Mapping[TopicPartition, _Answer]


class Offsets:
    """Asks as one principal; the client is made at the first question and shared."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self._properties = properties

    def first(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """The oldest offset that is kept."""
        return self._of(partitions, OffsetSpec.earliest())

    def last(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset behind the newest record."""
        return self._of(partitions, OffsetSpec.latest())

    @CALLS.within()
    def told(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """The same, without what no broker tells in two seconds: a partition has no leader, or another one by now."""
        found: dict[TopicPartition, int] = {}
        for at, answer in self._ask(partitions, OffsetSpec.latest(), _SECONDS_TOLD).items():
            try:
                found[at] = _offset(answer)
            except KafkaException as error:
                self._outlive(error)
                log().warning("the end is not told", error=error.args[0].name(), **at._asdict())
        return found

    def since(self, partitions: Iterable[TopicPartition], instant: int) -> dict[TopicPartition, int]:
        """Of the first record appended at this time (milliseconds since 1970 UTC) or later; the end where none was."""
        asked = list(partitions)
        ends = self.last(asked)  # first: what is appended meanwhile lies behind them and is not passed over
        found = self._of(asked, OffsetSpec.for_timestamp(instant))
        return ends | {at: offset for at, offset in found.items() if offset >= 0}

    @CALLS.within()
    def _of(self, partitions: Iterable[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
        asked = list(partitions)
        until = time.monotonic() + _SECONDS
        while True:
            try:
                return {at: _offset(answer) for at, answer in self._ask(asked, spec, _SECONDS_ONCE).items()}
            except KafkaException as error:
                if time.monotonic() > until:
                    raise
                self._outlive(error)
                time.sleep(_PAUSE_SECONDS)

    def _ask(
        self, partitions: Iterable[TopicPartition], spec: OffsetSpec, seconds: int
    ) -> dict[TopicPartition, _Answer]:
        """One answer for each: a partition without a leader fails alone. A client without a broker gives none."""
        asked = {Assigned(*at): spec for at in partitions}
        answers = self._client().list_offsets(asked, request_timeout=seconds) if asked else {}
        wait(answers.values(), seconds + _GRACE_SECONDS)
        return {TopicPartition(at.topic, at.partition): answer for at, answer in answers.items()}

    def _outlive(self, error: KafkaException) -> None:
        """The next question is put by a fresh client, if that helps."""
        if error.args[0].code() not in _OUTLIVED:
            raise error
        _clients.pop(self._who, None)

    @property
    def _who(self) -> tuple[str, str]:
        return (self._properties["bootstrap.servers"], self._properties.get("sasl.username", ""))

    def _client(self) -> AdminClient:
        if self._who not in _clients:
            _clients[self._who] = AdminClient(_TUNING | dict(self._properties))
        return _clients[self._who]


def _offset(answer: _Answer) -> int:
    """What the client leaves at "invalid", or open, without an error, was never told: its broker did not answer."""
    try:
        offset: int = answer.result(0).offset
    except TimeoutError:
        offset = OFFSET_INVALID
    if offset == OFFSET_INVALID:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 - the client's own name
    return offset
