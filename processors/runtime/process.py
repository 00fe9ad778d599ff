"""A process as the runtime runs it, and what it keeps of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from kairan.decider import Decider
from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from processors.runtime.words import Words

State = TypeVar("State")
Input = TypeVar("Input")
Output = TypeVar("Output")


class Timer(NamedTuple, Generic[Input]):
    """``told`` is what the process will be told when it is due (milliseconds since 1970 UTC)."""

    due: int
    told: Input


class Told(NamedTuple, Generic[Input]):
    """An input for the instance with this id."""

    instance: bytes
    told: Input


class Shown(NamedTuple):
    """
    Of what an instance shows; ``item`` tells it from others of the instance, ``kind`` says where it stands.

    ``desks``: codes of the municipalities that it is about. ``facts``: values of JSON; codes, days and ids only.
    """

    item: bytes
    kind: str
    desks: frozenset[str]
    facts: Mapping[str, Any]


UNSHOWN = Shown(b"", "unshown", frozenset(), {})
"""In the place of what a mistake of ours does not let be shown."""


MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What code of ours raises that does not understand a record; no server's error is one of them."""


class Unreadable(NamedTuple):
    """In the place of an input: the record cannot be read, by a mistake of ours or because a newer release wrote it."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Process(Generic[State, Input, Output]):
    """
    ``read``: what a record tells, to whom, nobody twice; nothing if it is not for this process.

    ``accepts``: is this still to be told? Judged once, when it comes.

    ``send``: what leaves because of an output, if anything does; its key and value follow from its arguments alone.

    ``shows``: what there is to be seen of it, by the state alone.
    """

    name: str
    decider: Decider[State, Input, Output]
    words: Words
    read: Callable[[Incoming], Iterable[Told[Input]]]
    accepts: Callable[[State, Input], bool]
    timers: Callable[[State], Iterable[Timer[Input]]]
    send: Callable[[bytes, Output], Outgoing | None]
    shows: Callable[[State], Iterable[Shown]] = field(default=lambda _: ())

    def hear(self, record: Incoming) -> list[Told[Any]]:
        """As ``read``; one that cannot be read is told to whose key it has. What a server raises ends the process."""
        try:
            return list(self.read(record))
        except MISTAKES as error:
            return [Told(record.key or b"", Unreadable(error))]


class Row(NamedTuple):
    """
    A line of the journal: what an instance was told by the record ``at``, and what it told; JSON texts.

    ``version`` from 1, in the order in which it came, which no topic tells; ``sent`` None: it changed nothing.
    """

    instance: bytes
    version: int
    told: str
    sent: tuple[str, ...] | None
    at: Position


class Due(NamedTuple):
    """A timer as it is kept."""

    instance: bytes
    due: int
    told: str


class Waiting(Due):
    """One that waits in the journal; ``number`` tells it from the same timer that was set anew since."""

    number: int = 0

    @classmethod
    def of(cls, due: Due, number: int) -> "Waiting":
        found = cls(*due)
        found.number = number
        return found


class Stand(NamedTuple):
    """Where a partition is read on, and when what was consumed last was appended (milliseconds since 1970 UTC)."""

    position: int
    reached: int


def stands_behind(batch: Iterable[Incoming]) -> dict[TopicPartition, Stand]:
    """Where who has consumed a batch stands."""
    return {TopicPartition(*record[:2]): Stand(record.offset + 1, record.timestamp) for record in batch}


FROM_THE_FIRST: Mapping[bytes, int] = {}


class TakenError(Exception):
    """This version of an instance, or this position, was written by somebody else: nothing of the batch is kept."""


class Journal(Protocol):
    """Where a process's journal, timers, letters and positions are kept; what changes them is inside a transaction."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; raises TakenError."""
        ...

    def stands(self) -> Mapping[TopicPartition, Stand]:
        """How far each partition is consumed."""
        ...

    def advance(self, before: Mapping[TopicPartition, Stand], after: Mapping[TopicPartition, Stand]) -> None:
        """Moves positions that still stand where they were read (0 where none is kept); raises TakenError."""
        ...

    def histories(
        self, instances: Iterable[bytes], known: Mapping[bytes, int] = FROM_THE_FIRST
    ) -> Mapping[bytes, list[str | None]]:
        """
        What each was told, in order, None for what changed nothing; an empty list for a new one.

        ``known``: whose first lines, up to this version, are not asked for.
        """
        ...

    def lines(self, instances: Iterable[bytes]) -> Mapping[bytes, list[Row]]:
        """All lines of each, in order; an empty list for a new one."""
        ...

    def append(self, rows: Iterable[Row]) -> None:
        """Raises TakenError where a version is there already."""
        ...

    def set_timers(self, timers: Mapping[bytes, Iterable[Due]]) -> None:
        """Replaces all timers of these instances; one that was asked for and is set again stays asked for."""
        ...

    def show(self, shown: Mapping[bytes, Iterable[Shown]]) -> None:
        """Replaces all that these instances show."""
        ...

    def shown(self, instances: Iterable[bytes]) -> Mapping[bytes, list[Shown]]:
        """What each shows, by item; an empty list for a new one."""
        ...

    def due(self, until: int, at_most: int) -> list[Waiting]:
        """The oldest timers that are due and were not asked for."""
        ...

    def asked(self, timers: Iterable[Waiting]) -> None:
        """These were appended to the process's inputs; one that was set anew since is still due."""
        ...

    def post(self, letters: Iterable[Outgoing]) -> None:
        """To be sent when the transaction is committed."""
        ...

    def hold(self, instance: bytes, at: Position) -> None:
        """This input waits behind those that wait for this instance already, or is the first; once, where it is."""
        ...

    def held(self, instances: Iterable[bytes]) -> frozenset[bytes]:
        """Who of these is held; until the transaction ends nobody releases them."""
        ...

    def all_held(self) -> Sequence[bytes]:
        """Everybody who is held, first who came first."""
        ...

    def waiting(self, instance: bytes) -> Sequence[Position]:
        """What waits, in the order in which it came; until the transaction ends nobody else adds to it or releases."""
        ...

    def release(self, instance: bytes, at: Position) -> None:
        """This input waits no longer."""
        ...
