"""The time by which procedures go: the log's, or a sandbox's, which can leap ahead."""

import time as wall
from datetime import UTC, datetime, timedelta

from kairan.settings import Settings
from operations.look import databases
from operations.look.times import JAPAN, milliseconds
from operations.stack.errors import StackError
from processors.runtime import tables
from processors.runtime.leaps import AHEAD_MILLISECONDS, Leap, Leaps

_DAY = timedelta(days=1) // timedelta(milliseconds=1)
_SECOND = 1000


def time(settings: Settings) -> datetime:
    """
    What time it is for them.

    Raises:
        StackError: the database does not answer.

    """
    with databases.opened(settings, databases.BUS) as connection:
        known = tables.leaps(connection) if databases.has(connection, "processes.leap") else []
    return datetime.fromtimestamp(Leaps(lambda: known)(_now()) / _SECOND, tz=UTC).astimezone(JAPAN)


def leap(settings: Settings, days: int, hour: int | None = None) -> None:
    """
    Lets it leap ahead, and returns when it has: whatever happens from now on happens then.

    ``hour``: at which it is to arrive on that day in Japan; without one it is as late on that day as on this one.

    Raises:
        StackError: this is no local stack, or nothing was started on it.

    """
    if settings.postgres is not None or settings.bootstrap is not None:
        raise StackError("Only the clock of a local stack leaps: unset KAIRAN_POSTGRES and KAIRAN_BOOTSTRAP.")
    since = _now() + AHEAD_MILLISECONDS
    forward = days * _DAY if hour is None else _until(time(settings), days, hour)
    with databases.opened(settings, databases.BUS, writes=True) as connection:
        if not databases.has(connection, "processes.leap"):
            raise StackError("No procedures run here yet: `kairan up` starts them.")
        tables.leap(connection, Leap(since, forward))
    wall.sleep(max(0, since - _now()) / _SECOND)


def _until(now: datetime, days: int, hour: int) -> int:
    """Milliseconds; never back."""
    day = now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return max(0, milliseconds(day) - milliseconds(now))


def _now() -> int:
    return wall.time_ns() // 1_000_000
