"""Pages that are open with live updates in this process: woken when there is something new, ended when they must."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Lock

from kairan.identifiers import Handle

MOST, MOST_OF_SESSION = 5_000, 8
"""Open pages of one process, and of one session in it (assumed ⊕): nobody takes the memory of all."""


@dataclass(eq=False)
class Stream:
    """One open page of a session. It belongs to an event loop; whoever wakes or ends it may be any thread."""

    key: bytes
    people: frozenset[Handle]
    loop: asyncio.AbstractEventLoop
    is_over: bool = False
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def news(self) -> None:
        """Returns when it is woken or ended."""
        await self._woken.wait()
        self._woken.clear()

    def wake(self) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._woken.set)

    def end(self) -> None:
        self.is_over = True
        self.wake()


class Streams:
    """All of them."""

    def __init__(self) -> None:
        self._open: set[Stream] = set()
        self._lock = Lock()

    def open(self, key: bytes, people: Collection[Handle]) -> Stream:
        """Within its event loop."""
        stream = Stream(key, frozenset(people), asyncio.get_running_loop())
        with self._lock:
            self._open.add(stream)
        return stream

    def has_room(self, key: bytes) -> bool:
        """Whether this session may have one more."""
        streams = self._all()
        return len(streams) < MOST and sum(each.key == key for each in streams) < MOST_OF_SESSION

    def forget(self, stream: Stream) -> None:
        with self._lock:
            self._open.discard(stream)

    def wake(self, handles: Collection[Handle]) -> None:
        for stream in self._about(handles):
            stream.wake()

    def close(self, key: bytes) -> None:
        """Those of a session that has ended."""
        for stream in self._all():
            if stream.key == key:
                stream.end()

    def keys(self) -> frozenset[bytes]:
        """Of the sessions that have any."""
        return frozenset(stream.key for stream in self._all())

    def keep(self, may_go_on: Callable[[Stream], bool]) -> None:
        """Ends all others."""
        for stream in self._all():
            if not may_go_on(stream):
                stream.end()

    def people(self) -> frozenset[Handle]:
        return frozenset().union(*(stream.people for stream in self._all()))

    def close_all(self, handles: Collection[Handle]) -> int:
        found = self._about(handles)
        for stream in found:
            stream.end()
        return len(found)

    def _about(self, handles: Collection[Handle]) -> list[Stream]:
        named = frozenset(handles)
        return [stream for stream in self._all() if stream.people & named]

    def _all(self) -> list[Stream]:
        with self._lock:
            return list(self._open)
