"""
What admission is given and when: not what is held, households together, a bulk lane behind its live lane.

A held member is paused, a held type stops that member's lane at the first such statement. What stands behind it waits
too, in the bulk lane as well, because letting it pass would break the order per person. Nothing is lost: positions
stay where they are. What waits for its household or its live lane was read and is not given out (``households.py``,
``lanes.py``); of what waits for long, more than there is room for is read again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from kairan import shapes, wire
from kairan.holds import Holds
from kairan.shapes import UnknownSchemaIdError
from kairan.stream import Incoming, Reader, TopicPartition
from kairan.wire import NotFramedError
from processors.admission.households import Households
from processors.admission.lanes import Lanes
from processors.admission.members import Ingress

_SOON = 0.05
"""Seconds between two looks at whether a household is complete, or a live lane read."""


class HeldReader:
    """A reader of ingress topics (``kairan.stream.Reader``) that gives out what is not held and need not wait."""

    def __init__(
        self, reader: Reader, holds: Holds, ingress: Mapping[str, Ingress], clock: Callable[[], float]
    ) -> None:
        self._reader = reader
        self._holds = holds
        self._ingress = ingress
        self._households = Households(clock)
        self._lanes = Lanes(reader, ingress, self._given_out, clock)
        self._partitions = tuple(reader.positions())
        self._stopped: dict[TopicPartition, str] = {}
        """Lanes that stand before a statement of this type."""
        self._held: frozenset[TopicPartition] = frozenset()
        self._full: frozenset[TopicPartition] = frozenset()
        """Bulk lanes of which no more is read for now."""
        self._paused: frozenset[TopicPartition] = frozenset()
        self._obey()

    @property
    def holds_back(self) -> bool:
        """Was something read that waits for something else?"""
        return self._households.are_awaited or self._lanes.are_awaited

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        if self._holds.refresh():
            self._obey()
        polled = self._reader.poll(min(timeout, _SOON) if self.holds_back else timeout, at_most)
        batch = self._lanes.through(self._households.through(polled), self._held)
        self._make_room()
        held = self._holds.of("type")
        return self._cut(batch, held) if held else batch

    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        self._reader.commit(positions)

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        self._households.forget(at.topic for at in positions)
        self._lanes.forget(at.topic for at in positions)
        self._seek(positions)

    def positions(self) -> Mapping[TopicPartition, int]:
        return self._reader.positions()

    def starts(self) -> Mapping[TopicPartition, int]:
        return self._reader.starts()

    def since(self, instant: int) -> Mapping[TopicPartition, int]:
        return self._reader.since(instant)

    def ends(self) -> Mapping[TopicPartition, int]:
        return self._reader.ends()

    def ends_of(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        return self._reader.ends_of(partitions)

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        self._reader.pause(partitions)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        self._reader.resume(partitions)

    def close(self) -> None:
        self._reader.close()

    def _given_out(self) -> dict[TopicPartition, int]:
        return {**self._reader.positions(), **self._households.begun()}

    def _make_room(self) -> None:
        """What lanes give back is read again, and so are the households behind it."""
        if back := self._lanes.give_back():
            self._households.forget(at.topic for at in back)
            self._seek(back)
        if (full := self._lanes.full()) != self._full:
            self._full = full
            self._pause()

    def _seek(self, positions: Mapping[TopicPartition, int]) -> None:
        self._reader.seek(positions)
        self._reader.pause(self._paused)

    def _obey(self) -> None:
        """Pauses what is held now and lets go what is not held any more."""
        held = self._holds.of("type")
        self._stopped = {at: type_ for at, type_ in self._stopped.items() if type_ in held}
        members = self._holds.of("member")
        paused = {at for at in self._partitions if self._ingress[at.topic].municipality in members}
        behind = {at for at in self._partitions if self._lanes.is_behind(at, self._stopped)}
        self._held = frozenset(paused | behind | set(self._stopped))
        self._pause()

    def _pause(self) -> None:
        wanted = self._held | self._full
        self._reader.resume(self._paused - wanted)
        self._reader.pause(wanted)
        self._paused = wanted

    def _cut(self, batch: Sequence[Incoming], held: set[str]) -> list[Incoming]:
        """The batch without held statements and what stands behind them; there the lanes stop."""
        passed, stops = list[Incoming](), dict[TopicPartition, int]()
        for record in batch:
            at = TopicPartition(record.topic, record.partition)
            if at in stops:
                continue
            type_ = _type(record)
            if type_ in held:
                stops[at], self._stopped[at] = record.offset, type_
            elif self._lanes.is_behind(at, stops):
                stops[at] = record.offset
            else:
                passed.append(record)
        if stops:
            self.seek(stops)
            self._obey()
        return passed


def _type(record: Incoming) -> str:
    """The type that the bytes name; empty where they name none."""
    try:
        return shapes.by_id(wire.schema_id(record.value or b"")).type
    except (NotFramedError, UnknownSchemaIdError):
        return ""
