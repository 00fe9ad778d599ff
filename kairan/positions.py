"""Where to read on: the database knows, Kafka's committed offset is only a hint for lag tools."""

from collections.abc import Mapping

from kairan.logs import log
from kairan.stream import Reader, TopicPartition

_EXCHANGED = "do not go on before it is known which of the two was exchanged"


class AheadOfTopicError(Exception):
    """The database has applied what the topic does not hold: it belongs to another topic, or the topic was lost."""

    def __init__(self, at: TopicPartition, position: int, end: int) -> None:
        super().__init__(
            f"The database has consumed {at.topic} up to offset {position}, but the topic ends at {end}: {_EXCHANGED}."
        )


def read_on(reader: Reader, stored: Mapping[TopicPartition, int]) -> None:
    """
    Puts the reader where the database says; at the beginning where it says nothing.

    What a topic no longer keeps is passed over and alarmed; of deliveries, a refill brings again what is missing.

    Raises:
        AheadOfTopicError: the database is further than a topic.

    """
    ends = reader.ends()
    reader.seek({at: _checked(at, stored.get(at), start, ends[at]) for at, start in reader.starts().items()})


def kept(at: TopicPartition, position: int, start: int) -> int:
    """
    The position, or where the topic begins now, if it no longer keeps what lies there: nobody can read that again.

    It is alarmed and passed over, for a process that stopped at it would stop again, and everybody else with it.
    """
    if position < start:
        lost = {"partition": at.partition, "position": position, "offset": start, "count": start - position}
        log().error("behind retention", topic=at.topic, alarm=_remedy(at.topic), **lost)
    return max(position, start)


def _remedy(topic: str) -> str:
    if topic.startswith("life-events"):
        return "restore the log from a replica"
    return "refill from the log" if topic.startswith("deliveries.") else "have it sent again"


def _checked(at: TopicPartition, position: int | None, start: int, end: int) -> int:
    if position is None:
        return start
    if position > end:
        place = {"topic": at.topic, "partition": at.partition, "position": position, "offset": end}
        log().error("the database is ahead of the topic", alarm=_EXCHANGED, **place)
        raise AheadOfTopicError(at, position, end)
    return kept(at, position, start)
