"""While the database works on one part, the next one is decoded: the client waits without the interpreter's lock."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

PART = 1000
"""Records of a transaction: its own costs hardly count, and a member's other channels wait for no more."""
_beside = ThreadPoolExecutor(1, thread_name_prefix="ahead")
"""One for all sinks of a process, for two could not compute side by side."""

Record = TypeVar("Record")
Made = TypeVar("Made")


def ahead(make: Callable[[Sequence[Record]], Made], batch: Sequence[Record]) -> Iterator[tuple[Sequence[Record], Made]]:
    """Part after part with what is made of it; a batch of one part is made at once."""
    first, *others = (batch[start : start + PART] for start in range(0, len(batch), PART))
    part, made = first, make(first)
    for following in others:
        coming = _beside.submit(make, following)
        yield part, made
        part, made = following, coming.result()
    yield part, made
