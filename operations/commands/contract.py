"""``contract``: the shapes on the wire are what they were, and what the catalogue says."""

from cyclopts import App

from operations.exit_codes import ExitCode
from operations.output import as_json

contract = App(name="contract", help="Check or build the shapes on the wire.")


@contract.command
def check(*, json: bool = False) -> ExitCode:
    """
    Show every rule of the contract that the schema files break.

    Parameters
    ----------
    json
        For programs.
    """
    from operations.contract import check as find  # noqa: PLC0415

    problems = find()
    if json:
        as_json(problems)
    else:
        print("\n".join(problems) or "The contract holds.")
    return ExitCode.LOOK if problems else ExitCode.FINE


@contract.command
def build(*, json: bool = False) -> None:
    """
    Write the schema files anew from the catalogue; a changed shape becomes a new release.

    Parameters
    ----------
    json
        For programs.
    """
    from operations.contract import build as write  # noqa: PLC0415

    written = write()
    if json:
        as_json(written)
    else:
        print("\n".join(written) or "Nothing changed.")
