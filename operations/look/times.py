"""Times for a person's eyes: milliseconds since 1970 UTC as a clock in Japan shows them."""

import datetime as dt

_YEAR_9999 = 253_370_764_800_000
JAPAN = dt.timezone(dt.timedelta(hours=9), "JST")


def moment(milliseconds: int) -> str:
    """``2026-04-01 09:30:00.123 JST``; a number that is no time of the calendar as it is."""
    if not 0 <= milliseconds < _YEAR_9999:
        return str(milliseconds)
    return f"{_in_japan(milliseconds):%Y-%m-%d} {clock(milliseconds)} {JAPAN.tzname(None)}"


def clock(milliseconds: int) -> str:
    """``09:30:00.123``, for a place that says beside it which zone this is."""
    return f"{_in_japan(milliseconds):%H:%M:%S}.{milliseconds % 1000:03d}"


def milliseconds(at: dt.datetime) -> int:
    return round(at.timestamp() * 1000)


def since(start: int, then: int) -> str:
    """``+412``: milliseconds, with thin marks where there are thousands."""
    return f"{then - start:+,}"


def _in_japan(milliseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(milliseconds // 1000, JAPAN)
