"""A reader that obeys holds: a held channel is paused, and goes on where it was. It tells what retention took."""

from collections.abc import Callable, Iterable, Mapping

from kairan.loops import next_offsets
from kairan.stream import Incoming, Reader, TopicPartition


class ObedientReader:
    """
    Reads through another reader (``kairan.stream.Reader``) while ``is_held`` says no.

    When nothing comes any more and it stands behind what was given out, retention has overtaken it: ``passed`` learns
    where it goes on, for perhaps nothing comes for long.
    """

    def __init__(self, reader: Reader, is_held: Callable[[], bool], passed: Callable[[int], None]) -> None:
        self._reader = reader
        self._is_held = is_held
        self._passed = passed
        self._paused = False
        self._next = dict(reader.positions())

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        if self._is_held() != self._paused:
            self._turn()
        batch = self._reader.poll(timeout, at_most)
        self._next |= next_offsets(batch)
        if not batch:
            self._look_where_it_stands()
        return batch

    def _look_where_it_stands(self) -> None:
        for at, position in self._reader.positions().items():
            if position > self._next[at]:
                self._passed(position)
                self._next[at] = position

    def _turn(self) -> None:
        act = self._reader.resume if self._paused else self._reader.pause
        act(self._reader.positions())
        self._paused = not self._paused

    def commit(self, positions: Mapping[TopicPartition, int]) -> None:
        self._reader.commit(positions)

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        self._reader.seek(positions)
        self._next |= positions

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
