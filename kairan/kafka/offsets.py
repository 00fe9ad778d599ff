"""
First, last and other offsets of partitions, asked on a connection of their own.

A consumer's own connection is busy with a waiting fetch: a question behind it takes half a second, here 1 ms.
"""

import time
from collections.abc import Iterable, Mapping

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient, OffsetSpec

from kairan.stream import TopicPartition

_SECONDS = 15
_PAUSE_SECONDS = 0.1
_OUTLIVED = {
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError._NOENT,  # noqa: SLF001 - the client's own name for "no leader found"
    KafkaError._TRANSPORT,  # noqa: SLF001 - and for a connection that broke
}
"""A client that outlived its broker knows an old leader; a fresh one learns the new one."""
_TUNING: dict[str, str | int | float | bool] = {
    "socket.timeout.ms": 10_000,
    "log.connection.close": False,
    "log_level": 0,
}
_clients: dict[tuple[str, str], AdminClient] = {}


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

    def since(self, partitions: Iterable[TopicPartition], instant: int) -> dict[TopicPartition, int]:
        """Of the first record appended at this time (milliseconds since 1970 UTC) or later; the end where none was."""
        asked = list(partitions)
        ends = self.last(asked)  # first: what is appended meanwhile lies behind them and is not passed over
        found = self._of(asked, OffsetSpec.for_timestamp(instant))
        return ends | {at: offset for at, offset in found.items() if offset >= 0}

    def _of(self, partitions: Iterable[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
        asked = {Assigned(*at): spec for at in partitions}
        if not asked:
            return {}
        until = time.monotonic() + _SECONDS
        while True:
            try:
                return self._answer(asked)
            except KafkaException as error:
                if error.args[0].code() not in _OUTLIVED or time.monotonic() > until:
                    raise
                _clients.pop(self._who, None)
                time.sleep(_PAUSE_SECONDS)

    def _answer(self, asked: dict[Assigned, OffsetSpec]) -> dict[TopicPartition, int]:
        answers = self._client().list_offsets(asked, request_timeout=_SECONDS)
        return {
            TopicPartition(at.topic, at.partition): answer.result(_SECONDS).offset for at, answer in answers.items()
        }

    @property
    def _who(self) -> tuple[str, str]:
        return (self._properties["bootstrap.servers"], self._properties.get("sasl.username", ""))

    def _client(self) -> AdminClient:
        if self._who not in _clients:
            _clients[self._who] = AdminClient(_TUNING | dict(self._properties))
        return _clients[self._who]
