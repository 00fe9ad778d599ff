"""``clock``: the sandbox travels through weeks."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from operations.output import as_json


def clock(*, forward: Annotated[int, Parameter(validator=Number(gte=0, lte=366))] = 0, json: bool = False) -> None:
    """
    Show what time it is for procedures, or let a sandbox's clock leap ahead: what was waited for comes.

    Parameters
    ----------
    forward
        So many days; only on a local stack, never where people live.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import travelling  # noqa: PLC0415

    settings = here.settings()
    if forward:
        travelling.leap(settings, forward)
    time = travelling.time(settings)
    if json:
        as_json({"time": time.isoformat()})
    else:
        print(f"For procedures it is {time:%Y-%m-%d %H:%M} in Japan.")
