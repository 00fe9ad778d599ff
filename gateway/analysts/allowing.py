"""How often programs may ask: so often a minute from an address, so that nobody takes the database from all."""

from threading import Lock

PER_MINUTE = 120
"""Assumed."""
MINUTE = 60_000
"""Milliseconds."""
MOST = 10_000
"""Addresses that are remembered, for a minute and in memory alone; whoever comes beyond them waits."""


class Allowance:
    """For several threads."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._minute = -1
        self._asked: dict[str, int] = {}
        self._lock = Lock()

    def take(self, address: str, now: int) -> int:
        """0: it may ask; else in how many seconds it may again."""
        with self._lock:
            self._turn(now // MINUTE)
            asked = self._asked.get(address, 0)
            if asked < self._per_minute and (asked or len(self._asked) < MOST):
                self._asked[address] = asked + 1
                return 0
        return 1 + (MINUTE - now % MINUTE) // 1000

    def _turn(self, minute: int) -> None:
        if minute != self._minute:
            self._minute, self._asked = minute, {}
