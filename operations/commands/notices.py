"""``notices``: what residents were told, by rule, and what nobody could tell them."""

from typing import TYPE_CHECKING, Any

from cyclopts import App

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.notices import Overview


notices = App(name="notices", help="Show what residents were told, and what nobody could tell them.")


@notices.default
def show(*, json: bool = False) -> ExitCode:
    """
    Show how many notices stand how, by rule, by which class of channel residents were told, and what they say of it.

    Of people who are protected nothing is counted that pages would show of others.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import notices as looking  # noqa: PLC0415

    found = looking.count(here.settings(), here.now())
    if json:
        as_json(_plain(found))
    else:
        _show(found)
    return ExitCode.FINE if found.is_well() else ExitCode.LOOK


@notices.command
def dead(*, json: bool = False) -> ExitCode:
    """
    Show how many letters to residents nobody tries any more, by means, class of channel and reason.

    `expired`: nobody could be reached in time. `failed`: a mistake of ours over that letter, twice; see the log.
    Whatever else is the error by which a record could not be read.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import dead_letters  # noqa: PLC0415

    found = dead_letters.count(here.settings())
    if json:
        as_json([each._asdict() for each in found])
    elif not found:
        print("No letter was given up.")
    else:
        table(("means", "class", "reason", "letters"), [(*each[:3], f"{each.letters:,}") for each in found])
    return ExitCode.LOOK if found else ExitCode.FINE


def _plain(found: "Overview") -> dict[str, Any]:
    decided = {"told": found.told, "reminded": found.reminded, "withdrawn": found.withdrawn, "asked": found.asked}
    standing = [each._asdict() for each in found.standing]
    feedback = [each._asdict() for each in found.feedback]
    return {"standing": standing} | decided | {"sendings": found.sendings, "feedback": feedback} | found.owed._asdict()


def _show(found: "Overview") -> None:
    table(("rule", "kind", "status", "notices"), [(*each[:3], f"{each.notices:,}") for each in found.standing])
    told = f"Told: {found.told:,}. Told once more before their day: {found.reminded:,}. Withdrawn: {found.withdrawn:,}."
    print(f"{told} Tasks for staff: {found.asked:,}.")
    sendings = ", ".join(f"{channel} {number:,}" for channel, number in found.sendings.items()) or "none"
    print(f"Sendings: {sendings}. Held: {found.owed.held}. Letters that wait: {found.owed.letters}.")
    if found.feedback:
        table(("rule", "residents say", "how many"), [(*each[:2], f"{each.residents:,}") for each in found.feedback])
