"""When a class of channel may be used: quiet hours, and how long after a failure it is tried again."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from processors.notices.facts import ChannelClass

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_TOKYO = 9 * _HOUR
_EPOCH = date(1970, 1, 1).toordinal()
RETRY = _HOUR // 4
"""How long after its first failure a channel is tried again (milliseconds); the others do not wait for it."""
REMINDED_BY: frozenset[ChannelClass] = frozenset({"push", "mail", "safe"})
"""A page shows the day anyway, and nobody gets a second letter."""


class QuietHours(NamedTuple):
    """From one full hour to another in Japan; over midnight, where it ends earlier than it begins."""

    start: int
    end: int


NIGHT = QuietHours(21, 8)
QUIET: Mapping[ChannelClass, QuietHours] = {"push": NIGHT, "mail": NIGHT, "safe": NIGHT}
"""Of whatever may ring beside a bed; the hours are assumed (⊕). A class that is not here may be used at any time."""


def opens(channel: ChannelClass, at: int) -> int:
    """When it may be used, at this time or behind it (milliseconds since 1970 UTC)."""
    return opens_behind(QUIET.get(channel), at)


def opens_behind(quiet: QuietHours | None, at: int) -> int:
    """The same by these hours, whoever has named them."""
    if quiet is None:
        return at
    quiet_for = (at + _TOKYO - quiet.start * _HOUR) % _DAY
    lasts = (quiet.end - quiet.start) % 24 * _HOUR
    return at + lasts - quiet_for if quiet_for < lasts else at


def retried_after(failures: int) -> int:
    """Twice as long after each failure, a day at most (milliseconds); nobody gives up."""
    return min(RETRY << min(failures, 10), _DAY)


def start_of(day: date) -> int:
    """Its first moment in Japan."""
    return (day.toordinal() - _EPOCH) * _DAY - _TOKYO
