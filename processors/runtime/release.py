"""
Tries again what a mistake of ours held: the version of the program that starts may have it mended.

It runs before the process reads on, so nothing comes between. If it is interrupted, the next start does the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from kairan.logs import log
from kairan.loops import Stop
from kairan.single_records import SingleRecords
from kairan.stream import Incoming, Position
from processors.runtime.process import Journal
from processors.runtime.runtime import Runtime
from processors.runtime.shares import WHOLE, Share

_AT_ONCE = 200
"""Instances whose inputs are read together: they lie in many partitions, and each of these takes its time."""


def release(
    runtime: Runtime[Any, Any, Any], journal: Journal, records: SingleRecords, stop: Stop, share: Share = WHOLE
) -> None:
    """
    One transaction for each instance of this worker's share.

    Raises:
        RecordNotFoundError: a topic is silent where something waits.
        TakenError: somebody else does the same; of this instance nothing is kept.

    """
    for instance, came in _all_waiting(journal, records, share):
        if stop():
            return
        runtime.decide_again(instance, came)


def _all_waiting(journal: Journal, records: SingleRecords, share: Share) -> Iterator[tuple[bytes, Sequence[Incoming]]]:
    everybody = filter(share.has, journal.all_held())
    while some := list(islice(everybody, _AT_ONCE)):
        yield from _read({instance: journal.waiting(instance) for instance in some}, records)


def _read(
    waiting: Mapping[bytes, Sequence[Position]], records: SingleRecords
) -> Iterator[tuple[bytes, Sequence[Incoming]]]:
    """Without those of whom something is lost: they stay held, for what follows is not decided without it."""
    wanted = {at for inputs in waiting.values() for at in inputs}
    lost = records.lost(wanted)
    found = records.read(wanted - lost)
    for instance, inputs in waiting.items():
        if missing := sorted(lost.intersection(inputs)):
            place = missing[0]._asdict()
            log().error("held", alarm="what waits is lost: restore the topic from a replica", **place)
        else:
            yield instance, [found[at] for at in inputs]
