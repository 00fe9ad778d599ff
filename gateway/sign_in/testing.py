"""Attempts in memory; they keep the contract of those on PostgreSQL."""

from gateway.sign_in.attempts import MILLISECONDS, Attempt


class MemoryAttempts:
    """See ``gateway.sign_in.attempts.Attempts``."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, Attempt] = {}

    def put(self, key: bytes, attempt: Attempt) -> None:
        oldest = attempt.began - MILLISECONDS
        self._waiting = {name: each for name, each in self._waiting.items() if each.began >= oldest} | {key: attempt}

    def take(self, key: bytes) -> Attempt | None:
        return self._waiting.pop(key, None)
