"""Who hides: asked before anything is handed over, of what the topic ``protection`` holds at that moment."""

import time
from collections.abc import Callable
from threading import Lock

from kairan.identifiers import Handle
from kairan.measures import Standing
from kairan.stream import Reader
from processors.channels import closing
from processors.channels.queue import Queue
from processors.routing.measures import Measures


class Hiding:
    """One for all channels, which ask it from threads of their own; it reads on when it was read a second ago."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._named = set[bytes]()
        self._measures = Measures(reader, clock, self._named.add)
        self._lock = Lock()

    def standing(self, person: Handle) -> Standing:
        """``none`` where no measure was ever stated: then what the notices have decided holds."""
        with self._lock:
            return self._measures.now().standing(person)

    def drop(self, queue: Queue, at: int) -> None:
        """
        Whatever waits for somebody whose protection has begun is dropped, also what is due later.

        By the first channel that comes to it; of those alone whom anything new may concern, for who waits is a long
        list in a mass mailing. The others go on meanwhile, and each message is judged before it is handed over.
        """
        with self._lock:
            hidden = self._newly_hidden()
        if hidden:
            with queue.transaction():
                closing.close(queue, queue.hide(hidden, at), at)

    def _newly_hidden(self) -> list[Handle]:
        state = self._measures.now()
        concerned = frozenset[bytes]().union(*map(state.around, self._named))
        self._named.clear()
        return [Handle(person) for person in sorted(concerned) if state.standing(person) != "none"]
