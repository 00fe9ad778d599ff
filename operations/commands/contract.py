"""``contract``: the shapes on the wire are what they were, and what the catalogue says."""

from cyclopts import App

from operations.exit_codes import ExitCode

contract = App(name="contract", help="Check or build the shapes on the wire.")


@contract.command
def check() -> ExitCode:
    """Show every rule of the contract that the schema files break."""
    from operations.contract import check as find  # noqa: PLC0415

    problems = find()
    print("\n".join(problems) or "The contract holds.")
    return ExitCode.FAILED if problems else ExitCode.FINE


@contract.command
def build() -> None:
    """Write the schema files anew from the catalogue; a changed shape becomes a new release."""
    from operations.contract import build as write  # noqa: PLC0415

    print("\n".join(write()) or "Nothing changed.")
