"""
May this be told now? Asked once more at the edge, of what is known this moment.

The notices have decided it before: when they did, she may not have been protected, and it may have been day. The rule
of the hours is theirs (``processors/notices/channels.py``).
"""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from kairan.measures import Standing
from processors.channels.queue import PAGE, Copy, End
from processors.notices.channels import QUIET, QuietHours, opens_behind, retried_after

SAFE = "safe"
_HOURS: Mapping[str, QuietHours] = {str(channel): hours for channel, hours in QUIET.items()}


class Go(NamedTuple):
    """Now."""


class Never(NamedTuple):
    """It has ended like this."""

    end: End


class NotBefore(NamedTuple):
    """Milliseconds since 1970 UTC."""

    at: int


Verdict: TypeAlias = Go | Never | NotBefore


def judge(copy: Copy, standing: Standing, now: int) -> Verdict:
    """Whoever hides, or may hide, is told by the safe channel that she has named and by nothing else."""
    if standing != "none" and copy.sending.channel != SAFE:
        return Never("hidden")
    if copy.means != PAGE and (copy.address is None or copy.address.is_gone):
        return Never("gone")
    if copy.address is not None and copy.address.consented is None:
        return Never("unwanted")
    at = _opens(copy, now)
    return Go() if at == now else NotBefore(at)


def again(copy: Copy, seconds: int | None, now: int) -> int:
    """When who could not be reached is tried again: later each time, and not before the other side wants it."""
    return now + max(retried_after(copy.failures), 1000 * (seconds or 0))


def _opens(copy: Copy, now: int) -> int:
    own = copy.address.quiet if copy.address else None
    return opens_behind(own or _HOURS.get(copy.sending.channel), now)
