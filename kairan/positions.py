"""Where to read on: the database knows, Kafka's committed offset is only a hint for lag tools."""

from collections.abc import Mapping

from kairan.logs import log
from kairan.stream import Reader, TopicPartition


class AheadOfTopicError(Exception):
    """The database has applied what the topic does not hold: it belongs to another topic, or the topic was lost."""

    def __init__(self, at: TopicPartition, position: int, end: int) -> None:
        super().__init__(
            f"The database has consumed {at.topic} up to offset {position}, but the topic ends at {end}: "
            "do not go on before it is known which of the two was exchanged."
        )


def read_on(reader: Reader, stored: Mapping[TopicPartition, int]) -> None:
    """
    Puts the reader where the database says; at the beginning where it says nothing.

    What a topic no longer keeps is passed over and alarmed: the ledger shows the gap, a replay fills it.

    Raises:
        AheadOfTopicError: the database is further than a topic.

    """
    ends = reader.ends()
    reader.seek({at: _checked(at, stored.get(at), start, ends[at]) for at, start in reader.starts().items()})


def _checked(at: TopicPartition, position: int | None, start: int, end: int) -> int:
    if position is None:
        return start
    if position > end:
        log().error("the database is ahead of the topic", topic=at.topic, position=position, offset=end)
        raise AheadOfTopicError(at, position, end)
    if position < start:
        log().error("behind retention", topic=at.topic, position=position, offset=start, alarm="refill from the log")
    return max(position, start)
