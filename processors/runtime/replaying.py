"""
What an instance was told, in the order in which it took it: the one that its journal keeps (docs/adr/0029).

What waits comes behind its lines, as it waits; a record that is neither, because a line was lost, when it was appended.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kairan.stream import Position
from processors.runtime.process import Told


class Appended(NamedTuple):
    """An input and the record that tells it; ``when`` it was appended (milliseconds since 1970 UTC)."""

    at: Position
    when: int
    told: Told[Any]


def in_order(partitions: Iterable[Iterable[Appended]], known: Iterable[Position]) -> Iterator[Appended]:
    """
    The inputs of one instance, each partition's in its own order; ``known``: the order of those that the journal has.

    What stands there in an order that partitions cannot have given does not count.
    """
    queues = [deque(partition) for partition in partitions]
    there = {each.at for queue in queues for each in queue}
    left = dict.fromkeys(at for at in known if at in there)
    placed = frozenset(left)
    while heads := [queue for queue in queues if queue]:
        turn = next(iter(left), None)
        ready = [queue for queue in heads if queue[0].at == turn or queue[0].at not in placed] or heads
        each = min(ready, key=lambda queue: queue[0].when).popleft()
        left.pop(each.at, None)
        yield each
