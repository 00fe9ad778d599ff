"""
The port to what admission remembers between batches, and the memory that keeps it in dicts.

Memory is a projection: of the log (events, departures) and of ``subjects.<code>`` (who is who). It may be lost: each
partition has a watermark below which everything is noted, and whoever takes over first reads on from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from kairan.logs import log
from kairan.stream import Position, TopicPartition
from processors.admission.facts import (
    DepartureChange,
    Entry,
    Facts,
    Known,
    Question,
    Stated,
    departure_changes,
    protected_by,
)


class NotedEvent(NamedTuple):
    """An event of the log, as far as memory needs it."""

    id: bytes
    digest: bytes
    position: Position
    departures: tuple[DepartureChange, ...]
    corrects: bytes | None


@dataclass(slots=True)
class Notes:
    """What a batch, or a stretch of the log, adds; in the order of the log."""

    events: list[NotedEvent] = field(default_factory=list)
    stated: set[Stated] = field(default_factory=set)
    """Of whom something was stated; whoever knows that it was not the first time may leave it out."""
    protected: dict[Stated, bool] = field(default_factory=dict)
    """Of whom measures were stated: do any last?"""
    entries: list[Entry] = field(default_factory=list)
    watermarks: dict[TopicPartition, int] = field(default_factory=dict)

    def event(self, envelope: Mapping[str, Any], position: Position) -> None:
        """An event as it was just appended, or as it was read from the log."""
        changes = tuple(departure_changes(envelope))
        noted = NotedEvent(envelope["id"], envelope["statement_digest"], position, changes, envelope["corrects"])
        self.events.append(noted)
        self.protected |= protected_by(envelope)
        self.reached(position)

    def entry(self, entry: Entry, position: Position) -> None:
        self.entries.append(entry)
        self.reached(position)

    def reached(self, position: Position) -> None:
        at = TopicPartition(position.topic, position.partition)
        self.watermarks[at] = max(position.offset + 1, self.watermarks.get(at, 0))


class Memory(Protocol):
    """Looked up once and noted once for each batch; both implementations pass ``admission_memory_suite``."""

    def recall(self, question: Question) -> Facts:
        """What is known of these keys."""
        ...

    def note(self, notes: Notes) -> None:
        """
        All of it or nothing. An event that is already noted changes nothing, however often it is in the log.

        Of two numbers that were told of one handle the newest has it, as in the compacted topic and in the member's
        own map; the other one means nobody known any more, and that is alarmed.
        """
        ...

    def watermarks(self) -> Mapping[TopicPartition, int]:
        """The offset of each partition below which everything is noted."""
        ...


def alarm_of_two_numbers(count: int) -> None:
    """Admission tells of no handle under a second number; whoever reads that must not stop for it."""
    alarm = "find and correct the subjects that a member states under two of its numbers"
    log().error("a person was told of under two numbers", alarm=alarm, count=count)


class DictMemory:
    """Keeps everything in dicts, for tests and benches."""

    def __init__(self) -> None:
        self._facts = Facts()
        self._watermarks: dict[TopicPartition, int] = {}

    def recall(self, question: Question) -> Facts:
        found = Facts()
        found.events = {id_: known for id_ in question.events if (known := self._facts.events.get(id_))}
        found.corrected = self._facts.corrected & question.events
        for municipality, number in question.subjects:
            if (handle := self._facts.handle(municipality, number)) is not None:
                found.add(Entry(municipality, number, handle))
        for municipality, handle in question.handles:
            if (its := self._facts.atena_number(municipality, handle)) is not None:
                found.add(Entry(municipality, its, handle))
            for departure in self._facts.departures.get(handle, {}).values():
                found.restore(departure)
        found.stated = found.named() & self._facts.stated
        found.protected = found.named() & self._facts.protected
        return found

    def note(self, notes: Notes) -> None:
        for entry in notes.entries:
            if not self._facts.keeps(entry) and self._facts.add(entry) is not None:
                alarm_of_two_numbers(1)
        self._facts.stated |= notes.stated
        self._facts.protect(notes.protected)
        self._facts.corrected |= {event.corrects for event in notes.events if event.corrects is not None}
        for event in notes.events:
            if event.id not in self._facts.events:
                self._facts.events[event.id] = Known(event.digest, event.position)
                self._facts.change(event.departures)
        for at, offset in notes.watermarks.items():
            self._watermarks[at] = max(offset, self._watermarks.get(at, 0))

    def watermarks(self) -> Mapping[TopicPartition, int]:
        return dict(self._watermarks)
