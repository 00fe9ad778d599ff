"""``staff``: ending what a clerk has open at the desks."""

from cyclopts import App

from operations.exit_codes import ExitCode
from operations.output import as_json

staff = App(name="staff", help="End what clerks have open at the desks.")


@staff.command
def end(clerk: str, *, member: str, json: bool = False) -> ExitCode:
    """
    End every session of a clerk, on every device and in every role, from the next page on.

    Block the account at the provider first: else she signs in again.

    Parameters
    ----------
    clerk
        Her number at the member, as the desks' pages show it.
    member
        Code of the municipality.
    json
        For programs.
    """
    from functools import partial  # noqa: PLC0415 - see operations/commands/__init__.py

    from gateway.desks.session_tables import PostgresSessions  # noqa: PLC0415
    from operations import here  # noqa: PLC0415
    from operations.look import databases, names  # noqa: PLC0415

    settings = here.settings()
    code = names.municipality(here.declared_register(settings), member)
    ended = PostgresSessions(partial(databases.opened, settings, databases.BUS, writes=True)).close_all(code, clerk)
    if json:
        as_json({"ended": ended})
    else:
        print(f"{ended} ended." if ended else "No clerk of this number has a session there.")
    return ExitCode.FINE if ended else ExitCode.LOOK
