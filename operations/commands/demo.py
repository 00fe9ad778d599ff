"""``demo``: the bus at work, on an empty stack."""

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from operations.exit_codes import ExitCode
from operations.output import say

SEED, EVENTS, RATE = 7, 3000, 100.0
LEAST_EVENTS = 10


def demo(  # noqa: PLR0913 - the options of the command line
    *,
    seed: int = SEED,
    events: Annotated[int, Parameter(validator=validators.Number(gte=LEAST_EVENTS))] = EVENTS,
    municipalities: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    rate: Annotated[float, Parameter(validator=validators.Number(gte=0))] = RATE,
    exit: bool = False,  # noqa: A002 - the option's name
    headless: bool = False,
    report: Path | None = None,
) -> ExitCode:
    """
    Play a nation on an empty stack, tell eight stories, and count what was lost.

    Parameters
    ----------
    seed
        The same seed plays the same nation.
    events
        How many facts core systems register, the initial load included.
    municipalities
        Codes of other municipalities than the six of the default register.
    rate
        Facts a second after the initial load; 0 is as fast as possible.
    exit
        End when the figures are shown; without it the bus goes on until Ctrl-C.
    headless
        For programs: no live table, and it ends when the figures are shown.
    report
        Write the figures to this file, as JSON.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.demo.conduct import Options  # noqa: PLC0415
    from operations.demo.screen import Screen  # noqa: PLC0415
    from operations.demo.whole import Demonstration  # noqa: PLC0415

    options = Options(seed=seed, events=events, rate=rate, municipalities=municipalities)
    whole = Demonstration(here.settings(), options, Screen(live=not headless), say, time.monotonic)
    return whole.run(report, stays=not (exit or headless))
