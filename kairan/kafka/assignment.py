"""Which partitions a consumer fetches, and from where."""

from collections.abc import Iterable, Mapping

from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as Assigned

from kairan.stream import TopicPartition


class Assignment:
    """
    Begins at the first poll: until then the connection is idle and answers at once.

    The client's own pause and resume are not used: whichever comes close behind an assignment may be dropped as
    outdated (librdkafka issues 2190 and 5591), and that partition is silent for good; one reading in a hundred was. A
    paused partition is taken out of the assignment instead, and put back where it stood.
    """

    def __init__(self, consumer: Consumer, positions: Mapping[TopicPartition, int]) -> None:
        self._consumer = consumer
        self._from = dict(positions)
        self._paused: set[TopicPartition] = set()
        self.has_begun = False

    def begin(self) -> None:
        if not self.has_begun:
            self._consumer.assign(self._at(self._from.keys() - self._paused))
            self.has_begun = True

    def positions(self) -> dict[TopicPartition, int]:
        """Where each was put until something came from there; of a paused one, where it stood."""
        return self._from | self.fetching()

    def fetching(self) -> dict[TopicPartition, int]:
        """The same, of those that are not paused."""
        fetched = self._fetched(self._from)
        told = self._consumer.position([Assigned(*at) for at in fetched]) if fetched else []
        read = {TopicPartition(at.topic, at.partition): at.offset for at in told if at.offset >= 0}
        return {at: self._from[at] for at in fetched} | read

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        """A mere seek of the client leaves the position before it until something comes."""
        fetched = self._fetched(positions)
        self._drop(fetched)
        self._from |= positions
        self._add(fetched)

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        paused = set(partitions) - self._paused
        fetched = self._fetched(paused)
        positions = self.positions()
        self._from |= {at: positions[at] for at in fetched}
        self._drop(fetched)
        self._paused |= paused

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        resumed = self._paused & set(partitions)
        self._paused -= resumed
        self._add(self._fetched(resumed))

    def leave(self) -> None:
        """From now on the client is not used any more."""
        self._from, self.has_begun = self.positions(), False

    def go_on(self, consumer: Consumer) -> None:
        """Another client begins where the last one was left."""
        self._consumer = consumer
        self.begin()

    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        """Told to the broker by the client's own thread, twice a second and at its close: nobody waits for it."""
        fetched = self._fetched(positions)
        if fetched:
            self._consumer.store_offsets(offsets=[Assigned(*at, positions[at]) for at in fetched])
        if others := [Assigned(*at, offset) for at, offset in positions.items() if at not in fetched]:
            self._consumer.commit(offsets=others, asynchronous=True)

    def _fetched(self, partitions: Iterable[TopicPartition]) -> set[TopicPartition]:
        return set(partitions) - self._paused if self.has_begun else set()

    def _drop(self, partitions: Iterable[TopicPartition]) -> None:
        if gone := [Assigned(*at) for at in partitions]:
            self._consumer.incremental_unassign(gone)

    def _add(self, partitions: Iterable[TopicPartition]) -> None:
        if new := self._at(partitions):
            self._consumer.incremental_assign(new)

    def _at(self, partitions: Iterable[TopicPartition]) -> list[Assigned]:
        return [Assigned(*at, self._from[at]) for at in partitions]
