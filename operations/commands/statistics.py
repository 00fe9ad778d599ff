"""``statistics``: which months left, which cannot, and how far the log is counted."""

from typing import TYPE_CHECKING, Any

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.statistics import Overview


def statistics(*, json: bool = False) -> ExitCode:
    """
    Show which months of which statistics left, which cannot leave, and up to when the log is counted.

    A month is over an hour after its end in Japan, by the part of the log that is counted least far. A table that would
    give something hidden back, however coarse it is told, is withheld.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import statistics as looking  # noqa: PLC0415

    found = looking.overview(here.settings(), here.now())
    if json:
        as_json(_plain(found))
    else:
        _show(found)
    return ExitCode.FINE if found.is_well() else ExitCode.LOOK


def _plain(found: "Overview") -> dict[str, Any]:
    left, withheld = ([each._asdict() for each in its] for its in (found.left, found.withheld))
    return {"until": found.until, "left": left, "withheld": withheld}


def _show(found: "Overview") -> None:
    from operations.look import times  # noqa: PLC0415

    if found.left:
        heads = ("month", "dataset", "vintage", "cells", "hidden", "released")
        rows = [
            (each.window, each.dataset, str(each.vintage), f"{each.cells:,}", f"{each.hidden:,}", _since(each.released))
            for each in found.left
        ]
        table(heads, rows)
    else:
        print("No month has left yet.")
    for gone in found.withheld:
        print(f"Withheld: {gone.dataset} {gone.window}, since {times.moment(gone.since)}.")
    waits = sum(not each.is_told for each in found.left)
    counted = "not everywhere yet" if found.until is None else f"up to {times.moment(found.until)}"
    print(f"The log is counted {counted}. Tables that wait to be told: {waits}.")


def _since(released: int) -> str:
    from operations.look import times  # noqa: PLC0415

    return times.moment(released)
