"""
A member's bulk lane waits for its live lane, as far as that one reached when the bulk records came.

An arrival (live) brings the handle of its 宛名番号. An assessment of that number (bulk) that is decided before it takes
the number for somebody new, and the arrival is refused. The relay sends to one lane when what stands before it is
stored, so whoever was given the live lane up to then was given every arrival that an assessment can rest on. A live
lane that is held holds its bulk lane (docs/adr/0018).
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kairan import topics
from kairan.stream import Incoming, Reader, TopicPartition
from processors.admission import waiting
from processors.admission.members import Ingress

AGAIN_SECONDS = 5.0
"""Between two questions for the ends of live lanes that nobody told: one may take two, of everybody's."""


@dataclass(slots=True)
class _Stretch:
    """
    Bulk records that may go on when the live lane was given out up to ``until``; None while no broker tells its end.

    Without records it stands for what was given back, and is read again then.
    """

    until: int | None
    records: list[Incoming]
    cost: int

    def may_go_on(self, given_out: int) -> bool:
        return self.until is not None and given_out >= self.until


class Lanes:
    """
    Holds back bulk records; what comes to the live lane meanwhile does not make them wait longer.

    Args:
        reader: of all lanes.
        ingress: which topic is whose lane.
        given_out: of each partition the offset of the first record that nobody was given yet.
        clock: in seconds.

    """

    def __init__(
        self,
        reader: Reader,
        ingress: Mapping[str, Ingress],
        given_out: Callable[[], Mapping[TopicPartition, int]],
        clock: Callable[[], float],
    ) -> None:
        self._reader, self._given_out, self._clock = reader, given_out, clock
        self._live = {
            topic: TopicPartition(topics.name(topics.IN, its.municipality), 0)
            for topic, its in ingress.items()
            if its.lane == "bulk"
        }
        self._behind: dict[str, deque[_Stretch]] = {}
        self._costs = Counter[str]()
        self._asks_again_at = clock()

    @property
    def are_awaited(self) -> bool:
        return bool(self._behind)

    def full(self) -> frozenset[TopicPartition]:
        """Bulk lanes of which no more should be read now: nobody knows how long they wait, or they gave back."""
        waits = {topic: stretches[-1] for topic, stretches in self._behind.items()}
        return frozenset(TopicPartition(at, 0) for at, last in waits.items() if last.until is None or not last.records)

    def is_behind(self, lane: TopicPartition, live: Collection[TopicPartition]) -> bool:
        """Is this the bulk lane of one of these live lanes?"""
        return self._live.get(lane.topic) in live

    def through(self, batch: Sequence[Incoming], paused: Collection[TopicPartition]) -> list[Incoming]:
        """What of this and of what waited may go on now; nothing from lanes that are paused."""
        bulk: dict[str, list[Incoming]] = {}
        for record in batch:
            if record.topic in self._live:
                bulk.setdefault(record.topic, []).append(record)
        self._ask_again()
        if bulk:
            self._wait(bulk)
        passed = [record for record in batch if record.topic not in bulk]
        return passed + self._released(paused) if self._behind else passed

    def give_back(self) -> dict[TopicPartition, int]:
        """
        From where to read again what is not kept: of the lanes with the most, while more waits than may.

        They are full until their live lane is where it ended when the last of it came. So one that waits for long
        takes the room of no other.
        """
        places: dict[TopicPartition, int] = {}
        while self._costs.total() > waiting.OF_LANES:
            (topic, _), *_ = self._costs.most_common(1)
            first, *_ = (stretch.records[0] for stretch in self._behind[topic] if stretch.records)
            places[TopicPartition(topic, 0)] = first.offset
            self._behind[topic] = deque([_Stretch(self._behind[topic][-1].until, [], 0)])
            del self._costs[topic]
        return places

    def forget(self, topics: Iterable[str]) -> None:
        """These are read again."""
        for topic in topics:
            self._behind.pop(topic, None)
            self._costs.pop(topic, None)

    def _wait(self, bulk: Mapping[str, list[Incoming]]) -> None:
        ends = self._ends(bulk)
        for topic, records in bulk.items():
            stretch = _Stretch(ends.get(topic), records, sum(map(waiting.cost, records)))
            self._behind.setdefault(topic, deque()).append(stretch)
            self._costs[topic] += stretch.cost

    def _ask_again(self) -> None:
        unknown = [topic for topic, stretches in self._behind.items() if stretches[-1].until is None]
        if not unknown or self._clock() < self._asks_again_at:
            return
        for topic, end in self._ends(unknown).items():
            for stretch in self._behind[topic]:
                stretch.until = end if stretch.until is None else stretch.until
        self._asks_again_at = self._clock() + AGAIN_SECONDS

    def _ends(self, bulk: Iterable[str]) -> dict[str, int]:
        """Where the live lanes of these end, as far as that is told."""
        live = {topic: self._live[topic] for topic in bulk}
        told = self._reader.ends_of(live.values())
        return {topic: told[at] for topic, at in live.items() if at in told}

    def _released(self, paused: Collection[TopicPartition]) -> list[Incoming]:
        """Stretch by stretch of one lane after the other, so that all have a share of what goes on at once."""
        given_out, found, room = self._given_out(), list[Incoming](), waiting.AT_ONCE
        waits = deque(topic for topic in self._behind if TopicPartition(topic, 0) not in paused)
        while waits and room > 0:
            topic = waits.popleft()
            if self._behind[topic][0].may_go_on(given_out[self._live[topic]]):
                stretch = self._first(topic)
                found += stretch.records
                room -= stretch.cost
                waits.extend({topic} & self._behind.keys())
        return found

    def _first(self, topic: str) -> _Stretch:
        """Taken out; the next turn of this lane comes behind all others'."""
        stretches = self._behind.pop(topic)
        stretch = stretches.popleft()
        self._costs[topic] -= stretch.cost
        if stretches:
            self._behind[topic] = stretches
        else:
            del self._costs[topic]
        return stretch
