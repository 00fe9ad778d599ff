"""Attempts, and what both kinds of sessions share, in memory; they keep the contract of those on PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from gateway.sign_in.attempts import MILLISECONDS, Attempt


class Ending(Protocol):
    """A session: a dataclass that ends by time; ``seen`` is when it was used."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def lasts(self, now: int) -> bool: ...


Session = TypeVar("Session", bound=Ending)


class MemoryStore(Generic[Session]):
    """Of sessions by the digests of their secrets."""

    def __init__(self) -> None:
        self._open: dict[bytes, Session] = {}

    def find(self, key: bytes, now: int) -> Session | None:
        session = self._open.get(key)
        return session if session and session.lasts(now) else None

    def note(self, key: bytes, now: int) -> None:
        if session := self.find(key, now):
            self._open[key] = replace(session, seen=now)

    def close(self, key: bytes) -> None:
        self._open.pop(key, None)

    def _put(self, key: bytes, session: Session, now: int) -> None:
        """Those that have ended by time are forgotten."""
        self._open = {name: each for name, each in self._open.items() if each.lasts(now)} | {key: session}

    def _close_if(self, ends: Callable[[Session], bool]) -> int:
        closed = [key for key, each in self._open.items() if ends(each)]
        for key in closed:
            self.close(key)
        return len(closed)


class MemoryAttempts:
    """See ``gateway.sign_in.attempts.Attempts``."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, Attempt] = {}

    def put(self, key: bytes, attempt: Attempt) -> None:
        oldest = attempt.began - MILLISECONDS
        self._waiting = {name: each for name, each in self._waiting.items() if each.began >= oldest} | {key: attempt}

    def take(self, key: bytes) -> Attempt | None:
        return self._waiting.pop(key, None)
