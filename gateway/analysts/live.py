"""New releases on pages that are open: one question for all of them, whoever reads."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from threading import Event, Lock

from sse_starlette import ServerSentEvent

from kairan.loops import Stop
from processors.statistics.publishing.shelf import OpenShelf, Released

LOOK_SECONDS = 2
MOST = 500
"""Pages that may be open with live news in one process (assumed); others show what they have."""
AGAIN_MILLISECONDS = 30_000


class Readers:
    """All open pages. Each belongs to an event loop; who wakes them is another thread."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._open: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._open)

    def open(self) -> asyncio.Event | None:
        """None: there is no room for one more."""
        with self._lock:
            if len(self._open) >= self._most:
                return None
            event = asyncio.Event()
            self._open[event] = asyncio.get_running_loop()
            return event

    def forget(self, event: asyncio.Event) -> None:
        with self._lock:
            self._open.pop(event, None)

    def wake(self) -> None:
        with self._lock:
            for event, loop in self._open.items():
                if not loop.is_closed():
                    loop.call_soon_threadsafe(event.set)


async def news(
    readers: Readers, since: Callable[[int], Sequence[Released]], show: Callable[[Released], str], after: int
) -> AsyncIterator[ServerSentEvent]:
    """Each release behind the one of this number, the oldest first; its number is the event's id."""
    if (woken := readers.open()) is None:
        yield ServerSentEvent(retry=AGAIN_MILLISECONDS, comment="not now")
        return
    try:
        while True:
            for each in await asyncio.to_thread(since, after):
                yield ServerSentEvent(show(each), event="release", id=str(each.number))
                after = each.number
            await woken.wait()
            woken.clear()
    finally:
        readers.forget(woken)


def watch(shelf: OpenShelf, readers: Readers, stop: Stop) -> None:
    """Wakes them when there is a release more; asks nothing while nobody reads. For ``kairan.process.together``."""
    known = 0
    while not stop():
        if len(readers):
            newest = max((each.number for each in shelf.releases(most=1)), default=0)
            if newest != known:
                known = newest
                readers.wake()
        Event().wait(LOOK_SECONDS)
