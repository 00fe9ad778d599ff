"""
A call into Kafka's client that does not return ends its process.

Kafka's client can lock up for good when a broker leaves (librdkafka issue 5476): what is asked of it never returns,
nothing raises, and one channel would wait until somebody looks. To be killed anywhere loses nothing.

Nothing else is watched. Whoever waits for a member's database, for a lock there or a slow trigger, waits for that
member alone; a process that ended for it would stop all the others, and again when it is started again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread, get_ident

STILL_SECONDS = 300.0
"""Far beyond what the client's own timeouts let a call last: 15 s for a question, 60 s for a record."""
LOOK_SECONDS = 0.5


class Calls:
    """Which threads are within a call into Kafka's client, and since when."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[int, float] = {}

    @contextmanager
    def within(self) -> Iterator[None]:
        """
        A call; also as a decorator. One that is part of another tells nothing.

        Whoever tries again and again what a locked-up client refuses at once does not get on either.
        """
        thread = get_ident()
        if thread in self._since:
            yield
            return
        self._since[thread] = self._clock()
        try:
            yield
        finally:
            del self._since[thread]

    def one_stands_still(self) -> bool:
        """Whether some call has long not returned."""
        return any(self._clock() - since > STILL_SECONDS for since in list(self._since.values()))

    def end_if_one_stands_still(self, end: Callable[[], None]) -> None:
        """Looks from a thread of its own, for as long as the process lives."""
        Thread(target=self._look, args=(end,), name="watch", daemon=True).start()

    def _look(self, end: Callable[[], None]) -> None:
        while not self.one_stands_still():
            Event().wait(LOOK_SECONDS)
        end()


CALLS = Calls()
"""Of this process."""
