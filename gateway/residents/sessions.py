"""
Sessions of residents: opened by a sign-in, ended by time, by the resident, or by what happens to her.

Nobody can take one from the store: that has the digest of the browser's secret. A session ends ``IDLE`` after the last
page and ``LONGEST`` after the sign-in, whatever is done meanwhile; a stream of live notices does not prolong it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from kairan.identifiers import Handle

_MINUTE = 60 * 1000
IDLE = 30 * _MINUTE
LONGEST = 8 * 60 * _MINUTE


@dataclass(frozen=True, slots=True)
class Session:
    """``handle``: who signed in; ``acting_for``: whose pages she looks at as proxy. Times in milliseconds."""

    key: bytes
    handle: Handle
    began: int
    seen: int
    acting_for: Handle | None = None

    def lasts(self, now: int) -> bool:
        return now < min(self.seen + IDLE, self.began + LONGEST)

    @property
    def shown(self) -> Handle:
        """Whose pages these are."""
        return self.acting_for or self.handle


class Sessions(Protocol):
    """The store; every method is one step that another process sees whole or not at all."""

    def open(self, key: bytes, handle: Handle, now: int) -> None:
        """Also forgets those that have ended by time."""

    def find(self, key: bytes, now: int) -> Session | None:
        """As it stands, if it lasts."""

    def lasting(self, keys: Collection[bytes], now: int) -> Mapping[bytes, Session]:
        """Those of these that last, asked at once."""

    def note(self, key: bytes, now: int) -> None:
        """It is used."""

    def act_for(self, key: bytes, person: Handle | None) -> None: ...

    def close(self, key: bytes) -> None: ...

    def close_all(self, handles: Collection[Handle]) -> int:
        """All of those who signed in as one of these, or look at their pages; how many."""

    def people(self) -> frozenset[Handle]:
        """Everybody who has one, or whose pages are looked at in one."""
