"""
Proxies (代理人): somebody else who looks at a resident's pages, because both of them want it.

The resident asks, by an invitation that she hands over herself; whoever has it confirms. Either ends it at once. It is
a role of its own: who acts as proxy stays who she is, sees it on each page, and what she opens is written down.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from kairan.identifiers import Handle
from kairan.measures import Standing

Scope = Literal["duties", "notices", "move"]
"""What a page shows of a resident; the rest is nobody's but hers."""
SCOPES: tuple[Scope, ...] = ("duties", "notices", "move")
INVITED_DAYS = 7
INVITED_MILLISECONDS = INVITED_DAYS * 24 * 60 * 60 * 1000
LONGEST_DAYS = 366
VIEWS_SHOWN = 100
"""The newest; the others stay in the table."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """``proxy`` None: nobody has confirmed it yet. ``until``: the last day."""

    id: bytes
    represented: Handle
    proxy: Handle | None
    scopes: frozenset[Scope]
    until: date
    asked: int

    @property
    def sides(self) -> frozenset[Handle]:
        return frozenset({self.represented, self.proxy or self.represented})

    def allows(self, scope: Scope) -> bool:
        return scope in self.scopes


def may_stand(proxy: Standing, represented: Standing, *, is_minor: bool) -> bool:
    """
    Whether there may be such a proxy at all, as both stand; ``unknown`` counts as protected.

    Where one side is protected and the other is not, that may be whom she is protected from. For a protected minor
    nobody is: it may be a parent.
    """
    hides = represented != "none"
    return (proxy != "none") == hides and not (hides and is_minor)


def last_day(today: date, asked: date | None) -> date:
    """No longer than a year, whatever is asked."""
    longest = today + timedelta(days=LONGEST_DAYS)
    return min(asked, longest) if asked else longest


class Proxies(Protocol):
    """The store."""

    def ask(self, asked: Proxy, invitation: bytes) -> None:
        """``invitation``: the digest of what the resident hands over."""

    def invited(self, invitation: bytes, now: int) -> Proxy | None:
        """What an invitation is for, while it is open and not too old."""

    def confirm(self, invitation: bytes, proxy: Handle, now: int) -> bool:
        """Once; nobody is her own proxy."""

    def between(self, proxy: Handle, represented: Handle, today: date) -> Proxy | None:
        """The newest one that holds."""

    def of(self, person: Handle, today: date) -> Sequence[Proxy]:
        """Those that hold or wait, on either side of them."""

    def end(self, name: bytes, person: Handle, now: int) -> bool:
        """By either side."""

    def expire(self, today: date) -> int:
        """Ends those whose last day is over; how many."""

    def people(self) -> frozenset[Handle]:
        """On either side of those that have not ended."""

    def close_all(self, handles: Collection[Handle]) -> int:
        """Those with one of these on either side."""

    def note(self, name: bytes, page: Scope, now: int) -> None:
        """What a proxy opened."""

    def views(self, person: Handle) -> Sequence[tuple[Scope, int]]:
        """What proxies opened of this person's, the newest first, ``VIEWS_SHOWN``; also of those that ended."""
