"""``statistics``: which months left, which cannot, and how far the log is counted."""

from typing import TYPE_CHECKING, Any

from cyclopts import App

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.recounting import Recounted
    from operations.look.statistics import Left, Overview

statistics = App(name="statistics", help="Show which months of which statistics left, and how far the log is counted.")


@statistics.default
def show(*, json: bool = False) -> ExitCode:
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


@statistics.command
def check(*, json: bool = False) -> ExitCode:
    """
    Count the log again, as far as is told that it was counted, and compare every cell with what was told.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415
    from operations.look import recounting  # noqa: PLC0415

    found = recounting.recount(here.settings())
    if json:
        differing = [{**each.window._asdict(), "cells": each.cells} for each in found.differing]
        as_json({"records": found.records, "differing": differing})
    else:
        _show_recount(found)
    return ExitCode.LOOK if found.differing else ExitCode.FINE


def _show_recount(found: "Recounted") -> None:
    print(f"{found.records:,} records counted again; {sum(each.cells for each in found.differing):,} cells differ.")
    if found.differing:
        heads = ("dataset", "month", "partition", "cells")
        table(heads, [(*each.window[:2], str(each.window.partition), f"{each.cells:,}") for each in found.differing])


def _plain(found: "Overview") -> dict[str, Any]:
    left, withheld = ([each._asdict() for each in its] for its in (found.left, found.withheld))
    return {"until": found.until, "left": left, "withheld": withheld}


def _show(found: "Overview") -> None:
    from operations.look import times  # noqa: PLC0415

    if found.left:
        heads = ("month", "dataset", "vintage", "cells", "hidden", "released")
        table(heads, [_row(each, times.moment(each.released)) for each in found.left])
    else:
        print("No month has left yet.")
    for gone in found.withheld:
        print(f"Withheld: {gone.dataset} {gone.window}, since {times.moment(gone.since)}.")
    waits = sum(not each.is_told for each in found.left)
    counted = "not everywhere yet" if found.until is None else f"up to {times.moment(found.until)}"
    print(f"The log is counted {counted}. Tables that wait to be told: {waits}.")


def _row(left: "Left", released: str) -> tuple[str, ...]:
    return left.window, left.dataset, str(left.vintage), f"{left.cells:,}", f"{left.hidden:,}", released
