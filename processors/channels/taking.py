"""What the notices ask for is queued: for each address a copy, and what is taken back waits no longer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from kairan.identifiers import Handle
from kairan.logs import log
from kairan.loops import next_offsets
from kairan.stream import Incoming
from processors.channels import closing, sendings
from processors.channels.addresses import Address
from processors.channels.queue import PAGE, Copy, Queue
from processors.channels.sendings import EVERY, Sending
from processors.runtime.process import MISTAKES

_BY_HAND = "post"
"""A letter is printed and sent by the office: nobody here knows what becomes of it."""


class Taking:
    """The effect of ``kairan.loops.effect``: a batch and its position in one transaction."""

    def __init__(self, queue: Queue, now: Callable[[], int]) -> None:
        self._queue = queue
        self._now = now

    def apply(self, batch: Sequence[Incoming]) -> None:
        at = self._now()
        with self._queue.transaction():
            for takes_back, its in groupby(self._read(batch), attrgetter("takes_back")):
                asked = list(its)
                if takes_back:
                    self._take_back(asked, at)
                self._put(asked, at)
            self._queue.advance(next_offsets(batch))

    def _read(self, batch: Iterable[Incoming]) -> Iterator[Sending]:
        """One that nobody can read is kept, and stands in nobody's way."""
        for record in batch:
            try:
                yield sendings.decode(record.value or b"")
            except MISTAKES as error:
                name = type(error).__name__
                self._queue.set_aside(record, name)
                place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
                log().error("a sending cannot be read", alarm="it is kept aside", error=name, **place)

    def _take_back(self, asked: Iterable[Sending], at: int) -> None:
        ended = [each for notice in {its.notice for its in asked} for each in self._queue.take_back(notice, at)]
        closing.close(self._queue, ended, at)

    def _put(self, asked: Sequence[Sending], at: int) -> None:
        told = [each for each in asked if each.channel != EVERY]
        reached = self._queue.reach({(each.handle, each.channel) for each in told})
        self._queue.put({each: list(_copies(each, reached)) for each in told})
        closing.close(self._queue, [each.id for each in told if each.channel != _BY_HAND], at)


def _copies(sending: Sending, reached: Mapping[tuple[Handle, str], Sequence[Address]]) -> Iterator[Copy]:
    if sending.channel == PAGE:
        yield Copy(sending, 0, PAGE, sending.not_before)
    for each in reached[sending.handle, sending.channel]:
        yield Copy(sending, each.number, each.means, sending.not_before)
