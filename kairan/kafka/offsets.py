"""
First and last offsets of partitions, asked on a connection of their own.

A consumer's own connection is busy with a waiting fetch: a question behind it takes half a second, here 1 ms.
"""

from collections.abc import Iterable, Mapping

from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient, OffsetSpec

from kairan.stream import TopicPartition

_SECONDS = 15
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

    def _of(self, partitions: Iterable[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
        asked = {Assigned(*at): spec for at in partitions}
        if not asked:
            return {}
        answers = self._client().list_offsets(asked, request_timeout=_SECONDS)
        return {
            TopicPartition(at.topic, at.partition): answer.result(_SECONDS).offset for at, answer in answers.items()
        }

    def _client(self) -> AdminClient:
        who = (self._properties["bootstrap.servers"], self._properties.get("sasl.username", ""))
        if who not in _clients:
            _clients[who] = AdminClient(_TUNING | dict(self._properties))
        return _clients[who]
