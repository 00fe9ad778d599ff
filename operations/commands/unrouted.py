"""``unrouted``: what routing holds back."""

from operations.exit_codes import ExitCode
from operations.output import as_json, table


def unrouted(*, json: bool = False) -> ExitCode:
    """
    Show which records of the log cannot be routed and why, and what waits behind them; never whose they are.

    What is mended is routed when routing starts anew.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import unrouting  # noqa: PLC0415
    from operations.look.times import moment  # noqa: PLC0415

    found = unrouting.waiting(here.settings())
    if json:
        as_json([{**each.at._asdict(), "appended": each.appended, "rule": each.rule} for each in found])
    elif not found:
        print("Everything is routed.")
    else:
        rows = [
            (f"{at.topic} {at.partition}/{at.offset}", moment(appended), rule or "waits behind another of its person")
            for at, appended, rule in found
        ]
        table(("where", "appended", "why"), rows)
    return ExitCode.LOOK if found else ExitCode.FINE
