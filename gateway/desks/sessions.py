"""
Sessions of staff: opened by a sign-in, ended by time, by the clerk, or by an operator of hers on every device.

Nobody can take one from the store: that has the digest of the browser's secret. They are kept apart from residents',
so that neither kind of secret opens anything of the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.desks.staff import Staff
from gateway.sign_in.browser import digest
from gateway.sign_in.lasting import used

_MINUTE = 60 * 1000
IDLE = 30 * _MINUTE
LONGEST = 9 * 60 * _MINUTE
"""A working day with its break (8:30 to 17:15, assumed): who stays longer signs in again."""


@dataclass(frozen=True, slots=True)
class Session:
    """Times in milliseconds; ``began``: the sign-in; ``seen``: the last page."""

    key: bytes
    staff: Staff
    began: int
    seen: int

    def lasts(self, now: int) -> bool:
        return now < min(self.seen + IDLE, self.began + LONGEST)


class SessionStore(Protocol):
    """Every method is one step that another process sees whole or not at all."""

    def open(self, key: bytes, staff: Staff, now: int) -> None:
        """Also forgets those that have ended by time."""

    def find(self, key: bytes, now: int) -> Session | None:
        """As it stands, if it lasts."""

    def note(self, key: bytes, now: int) -> None:
        """It is used."""

    def close(self, key: bytes) -> None: ...

    def close_all(self, member: str, clerk: str) -> int:
        """Of this clerk of this member, in whichever role; how many."""


@dataclass(frozen=True)
class SignedIn:
    """``gateway.desks.staff.Sessions``, as a page asks for them; ``now``: the clock, which no sandbox moves."""

    store: SessionStore
    now: Callable[[], int]

    def staff(self, token: str) -> Staff | None:
        session = used(self.store, digest(token), self.now())
        return session.staff if session else None
