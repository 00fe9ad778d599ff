"""
The process that tells residents (``processors.notices.__main__``): one journal, its letters and timers.

It reads as that one does: protection before the log, the bulk lane behind both.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kairan.positions import read_on
from kairan.stream import TopicPartition
from processors.notices import feeds, firing, process, rules
from processors.notices.days import by_law
from processors.notices.firing import LETTERS_IN_TURN, Sources
from processors.runtime import inputs
from processors.runtime.behind import Behind
from processors.runtime.clock import Stands, Until
from processors.runtime.process import Process
from processors.runtime.runtime import Runtime
from tests.simulation.broker import Reader, Stalled, Writer
from tests.simulation.databases import DEADLY
from tests.simulation.journals import Connection, Kept
from tests.simulation.moving import MOST_AGAIN, Firing, Running, Together
from tests.simulation.processes import Relaying

if TYPE_CHECKING:
    from tests.simulation.play import Play

NAME = process.NAME
WAITED_FOR = (feeds.LOG, feeds.PROTECTION, inputs.TOPIC)
"""By its timers; they do not wait for the bulk lane."""


def notices() -> Process[Any, Any, Any]:
    return feeds.notices(rules.load(), by_law, lambda instant: instant)


class Readers(Behind):
    """``waits``: there is nothing to read in any topic."""

    def __init__(self, first: Reader, then: Reader, last: Reader) -> None:
        super().__init__(first, Behind(then, last))
        self._all = (first, then, last)

    @property
    def waits(self) -> bool:
        return not self._has_batches() and all(each.waits for each in self._all)

    def _has_batches(self) -> bool:
        return bool(self._waiting) or (isinstance(self._then, Behind) and bool(self._then._waiting))


@dataclass
class NoticesSlot:
    play: "Play"
    kept: Kept = field(default_factory=Kept)

    def start(self) -> Together:
        connection = Connection(self.kept, self.play.chance, self.play.broker, WAITED_FOR)
        connection.successor = self._succeed
        letters = Relaying("letters", self.kept, Writer(self.play.broker))
        clock = Firing(self.play, NAME, connection, self._until(connection), [self.kept])
        return Together(self.play, [self._running(connection), letters, clock])

    def _until(self, connection: Connection) -> Until:
        ends = Sources(
            read=lambda: self._ends(feeds.LOG, feeds.PROTECTION),
            inputs=lambda: self._ends(inputs.TOPIC),
            stands=connection.stands,
            letters_wait=lambda: bool(self.kept.pending(1)),
        )
        until = firing.of_notices(lambda: self.play.clock, ends)

        def _looked(stands: Stands) -> int | None:
            """As often as letters go round: nothing else moves meanwhile."""
            return [until(stands) for _ in range(LETTERS_IN_TURN + 2)][-1]

        return _looked

    def _ends(self, *topics: str) -> dict[TopicPartition, int]:
        broker = self.play.broker
        return {at: broker.end(at) for topic in topics for at in broker.filled(topic)}

    def _running(self, connection: Connection) -> Running:
        reader = Readers(*(self._reader(read) for read in (feeds.FIRST, feeds.THEN, feeds.LAST)))
        stands, again = connection.stands(), self.play.chance.below(MOST_AGAIN + 1)
        read_on(reader, {at: max(0, stand.position - again) for at, stand in stands.items()})
        return Running(reader, connection, Runtime(notices(), connection))

    def _reader(self, read: tuple[str, ...]) -> Reader:
        return Reader(self.play.broker, f"notices.{read[0]}", read, from_start=True, may_stall=True)

    def _succeed(self) -> None:
        """Another owner takes over for a round, whatever becomes of it."""
        with suppress(*DEADLY, Stalled):
            self.start().step()
