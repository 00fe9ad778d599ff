"""
The journal of a process between two owners: the product's fake, seen through a connection of each.

What an owner writes is there when its transaction ends; meanwhile it may stand still, and its successor works.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from processors.runtime.process import FROM_THE_FIRST, Due, Row, Shown, Stand
from processors.runtime.testing import MemoryJournal
from tests.simulation.broker import Broker, Stalled
from tests.simulation.chance import Chance
from tests.simulation.databases import may_break

_NOWHERE = Stand(0, 0)


class Kept(MemoryJournal):
    """
    What outlives all owners of a process, and what the verdict asks for.

    ``batches``: what was consumed, as it was committed. ``posted``: every letter there ever was. ``early``: timers that
    fired before what was appended before their time was consumed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Sequence[Incoming]] = []
        self.posted: list[Outgoing] = []
        self.early: list[Due] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """As the fake's; of what never changes no copy is made."""
        of = self._kept
        before = replace(
            of,
            lines={**of.lines},
            letters={**of.letters},
            stands={**of.stands},
            timers={**of.timers},
            held=[*of.held],
            standing={**of.standing},
        )
        posted = len(self.posted)
        try:
            yield
        except BaseException:
            self._kept = before
            del self.posted[posted:]
            raise

    def instances(self) -> set[bytes]:
        return {instance for instance, _ in self._kept.lines}

    def timers(self) -> set[Due]:
        return {due for due, _ in self._kept.timers.values()}

    def is_held(self) -> bool:
        return bool(self._kept.held)


class Connection:
    """
    One owner's (``processors.runtime.process.Journal``).

    ``successor`` works while this owner stands still in the middle of a batch: of two who write one fails.
    """

    def __init__(self, kept: Kept, chance: Chance, broker: Broker, topics: Iterable[str]) -> None:
        self.kept, self._chance, self._broker, self._topics = kept, chance, broker, tuple(topics)
        self.successor: Callable[[], None] = lambda: None
        self.batch: Sequence[Incoming] = ()
        self.writes: list[Callable[[], None]] = []
        self._in_hand: list[Due] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.writes = []
        yield
        may_break(self._chance, "journal, undone")
        self.commit()
        may_break(self._chance, "journal, done")

    def commit(self) -> None:
        """Nothing is kept when somebody else was there."""
        with self.kept.transaction():
            for write in self.writes:
                write()

    def stands(self) -> Mapping[TopicPartition, Stand]:
        return self.kept.stands()

    def histories(
        self, instances: Iterable[bytes], known: Mapping[bytes, int] = FROM_THE_FIRST
    ) -> Mapping[bytes, list[str | None]]:
        found = self.kept.histories(instances, known)
        if self._chance.of("stalled", "in the middle of a batch"):
            self.successor()
        return found

    def held(self, instances: Iterable[bytes]) -> frozenset[bytes]:
        return self.kept.held(instances)

    def due(self, until: int, at_most: int) -> list[Due]:
        """May stand still with them in its hands."""
        if self._in_hand:
            found, self._in_hand = self._in_hand, []
            return found
        found = self.kept.due(until, at_most)
        self.kept.early += [due for due in found if self._is_unread_before(due.due)]
        if found and self._chance.of("stalled", "with timers"):
            self._in_hand = found
            raise Stalled
        return found

    def append(self, rows: Iterable[Row]) -> None:
        self.writes.append(lambda: self.kept.append(rows))

    def advance(self, before: Mapping[TopicPartition, Stand], after: Mapping[TopicPartition, Stand]) -> None:
        batch = self.batch
        self.writes += [lambda: self.kept.advance(before, after), lambda: self.kept.batches.append(batch)]

    def set_timers(self, timers: Mapping[bytes, Iterable[Due]]) -> None:
        self.writes.append(lambda: self.kept.set_timers(timers))

    def show(self, shown: Mapping[bytes, Iterable[Shown]]) -> None:
        self.writes.append(lambda: self.kept.show(shown))

    def asked(self, timers: Iterable[Due]) -> None:
        self.writes.append(lambda: self.kept.asked(timers))

    def post(self, letters: Sequence[Outgoing]) -> None:
        self.writes += [lambda: self.kept.post(letters), lambda: self.kept.posted.extend(letters)]

    def hold(self, instance: bytes, at: Position) -> None:
        self.writes.append(lambda: self.kept.hold(instance, at))

    def _is_unread_before(self, instant: int) -> bool:
        stands, broker = self.kept.stands(), self._broker
        filled = (at for topic in self._topics for at in broker.filled(topic))
        return any(
            record.timestamp < instant
            for at in filled
            for record in broker.slice(at, stands.get(at, _NOWHERE).position, 1)
        )
