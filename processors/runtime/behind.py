"""Topics of which one has to be known before another: protection before the log, the live lane before the bulk one."""

from collections.abc import Callable, Iterable, Mapping

from kairan.stream import Incoming, Reader, TopicPartition

Offsets = Mapping[TopicPartition, int]
Others = Callable[[], Callable[[], bool]]
"""Asked when a batch has come: what then tells whether others have read so far what has to be known before it."""


def nobody() -> Callable[[], bool]:
    """There are no others."""
    return lambda: True


class Behind:
    """
    Reads ``then`` behind ``first``: a batch of it is handed out when everything was that ``first`` held by then.

    So whoever wrote to ``first`` before ``then`` is read in that order. Together they are one reader, as far as
    ``kairan.loops.effect`` and ``kairan.positions`` use one. ``others``: who reads the rest of ``first``.
    """

    def __init__(self, first: Reader, then: Reader, others: Others = nobody) -> None:
        self._first = first
        self._then = then
        self._others = others
        self._are_others_there = nobody()
        self._waiting = list[Incoming]()
        self._ends: Offsets | None = None

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        if before := self._first.poll(0, at_most):
            return before
        self._waiting = self._waiting or self._then.poll(timeout, at_most)
        if not self._waiting:
            return []
        if self._ends is None:
            self._ends, self._are_others_there = self._first.ends(), self._others()
        positions = self._first.positions()
        if any(positions[at] < end for at, end in self._ends.items()) or not self._are_others_there():
            return self._first.poll(timeout, at_most)
        batch, self._waiting, self._ends = self._waiting, [], None
        return batch

    def commit(self, positions: Offsets) -> None:
        for reader, its in self._parted(positions):
            reader.commit(its)

    def seek(self, positions: Offsets) -> None:
        self._waiting, self._ends = [], None
        for reader, its in self._parted(positions):
            reader.seek(its)

    def positions(self) -> Offsets:
        return {**self._first.positions(), **self._then.positions()}

    def starts(self) -> Offsets:
        return {**self._first.starts(), **self._then.starts()}

    def ends(self) -> Offsets:
        return {**self._first.ends(), **self._then.ends()}

    def since(self, instant: int) -> Offsets:
        return {**self._first.since(instant), **self._then.since(instant)}

    def ends_of(self, partitions: Iterable[TopicPartition]) -> Offsets:
        return self._first.ends_of(partitions)

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        for reader, its in self._parted(dict.fromkeys(partitions, 0)):
            reader.pause(its)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        for reader, its in self._parted(dict.fromkeys(partitions, 0)):
            reader.resume(its)

    def close(self) -> None:
        self._first.close()
        self._then.close()

    def _parted(self, positions: Offsets) -> list[tuple[Reader, Offsets]]:
        """Each its own, if it has any."""
        firsts = self._first.positions().keys()
        mine = {at: offset for at, offset in positions.items() if at in firsts}
        others = {at: offset for at, offset in positions.items() if at not in firsts}
        return [(reader, its) for reader, its in ((self._first, mine), (self._then, others)) if its]
