"""
A member's bulk lane waits for its live lane, as far as that one reached when the bulk records came.

An arrival (live) brings the handle of its 宛名番号. An assessment of that number (bulk) that is decided before it takes
the number for somebody new, and the arrival is refused. The relay sends to one lane when what stands before it is
stored, so whoever was given the live lane up to then was given every arrival that an assessment can rest on. A live
lane that is held holds its bulk lane (docs/adr/0018).
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from kairan import topics
from kairan.stream import Incoming, Reader, TopicPartition
from processors.admission.members import Ingress

MOST_BYTES = 4 * 1024 * 1024
"""Of a bulk lane of which more waits nothing is read: a live lane may be long behind."""


class _Stretch(NamedTuple):
    """Bulk records that may go on when the live lane was read up to ``until``."""

    until: int
    records: list[Incoming]


class Lanes:
    """Holds back bulk records; what comes to the live lane meanwhile does not make them wait longer."""

    def __init__(self, reader: Reader, ingress: Mapping[str, Ingress]) -> None:
        self._reader = reader
        self._live = {
            topic: TopicPartition(topics.name(topics.IN, its.municipality), 0)
            for topic, its in ingress.items()
            if its.lane == "bulk"
        }
        self._behind: dict[str, deque[_Stretch]] = defaultdict(deque)

    @property
    def are_awaited(self) -> bool:
        return bool(self._behind)

    def full(self) -> frozenset[TopicPartition]:
        """Bulk lanes of which so much waits that no more should be read."""
        return frozenset(TopicPartition(topic, 0) for topic in self._behind if self._bytes(topic) > MOST_BYTES)

    def is_behind(self, lane: TopicPartition, live: Collection[TopicPartition]) -> bool:
        """Is this the bulk lane of one of these live lanes?"""
        return self._live.get(lane.topic) in live

    def through(
        self, batch: Sequence[Incoming], begun: Mapping[str, int], paused: Collection[TopicPartition]
    ) -> list[Incoming]:
        """
        What may go on now.

        Args:
            batch: read just now, without the households that have begun.
            begun: where they begin, in topics where one was read and not given out.
            paused: lanes from which nothing may go on.

        """
        bulk: dict[str, list[Incoming]] = {}
        for record in batch:
            if record.topic in self._live:
                bulk.setdefault(record.topic, []).append(record)
        if bulk:
            self._wait(bulk)
        passed = [record for record in batch if record.topic not in bulk]
        return passed + self._released(begun, paused) if self._behind else passed

    def forget(self, topics: Iterable[str]) -> None:
        """These are read again."""
        for topic in topics:
            self._behind.pop(topic, None)

    def _wait(self, bulk: Mapping[str, list[Incoming]]) -> None:
        ends = self._reader.ends()
        for topic, records in bulk.items():
            self._behind[topic].append(_Stretch(ends[self._live[topic]], records))

    def _released(self, begun: Mapping[str, int], paused: Collection[TopicPartition]) -> list[Incoming]:
        positions, found = self._reader.positions(), list[Incoming]()
        for topic in [topic for topic in self._behind if TopicPartition(topic, 0) not in paused]:
            live, stretches = self._live[topic], self._behind[topic]
            given_out = begun.get(live.topic, positions[live])
            while stretches and given_out >= stretches[0].until:
                found += stretches.popleft().records
            if not stretches:
                del self._behind[topic]
        return found

    def _bytes(self, topic: str) -> int:
        return sum(len(record.value or b"") for stretch in self._behind[topic] for record in stretch.records)
