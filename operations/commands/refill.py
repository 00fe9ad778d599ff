"""``refill``: what a channel has lost is written to it again, from the log."""

import datetime as dt
import time
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from operations.output import as_json, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from operations.look.refilling import Progress

SAY_SECONDS = 1.0


def refill(
    channel: str, *, since: Annotated[dt.datetime | None, Parameter(name="--from")] = None, json: bool = False
) -> None:
    """
    Read the log again and write to a channel everything that is due to it; its sink drops what it has.

    For a channel behind retention: what `kairan reconcile` says is missing comes again, with today's protection.
    Nothing need be held; doing it twice does no harm.

    Parameters
    ----------
    channel
        `131237.insurance`.
    since
        Only what was admitted at this time or later, in Japan: `2026-04-01` or `2026-04-01T09:30:00`.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import names, refilling, times  # noqa: PLC0415
    from processors.routing.editions import Receiver  # noqa: PLC0415

    settings = here.settings()
    receiver = Receiver(*names.channel(here.register_in_force(settings), channel))
    instant = None if since is None else times.milliseconds(since.replace(tzinfo=since.tzinfo or times.JAPAN))
    done = _followed(refilling.refill(settings, receiver, instant, here.now()))
    read, written = (done.read, done.written) if done else (0, 0)
    if json:
        as_json({"topic": receiver.topic, "read": read, "written": written})
    else:
        print(
            f"{written:,} deliveries written to {receiver.topic}, of {read:,} records read; the sink drops what it has."
        )


def _followed(steps: "Iterable[Progress]") -> "Progress | None":
    """The last of them; meanwhile it is told how far that is."""
    last, told = None, time.monotonic()
    for last in steps:
        if time.monotonic() - told >= SAY_SECONDS:
            told = time.monotonic()
            say(f"{last.read:,} of {last.of:,} records read, {last.written:,} deliveries written")
    return last
