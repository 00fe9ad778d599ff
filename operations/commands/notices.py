"""``notices``: what residents were told, by rule."""

from typing import TYPE_CHECKING, Any

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.notices import Overview


def notices(*, json: bool = False) -> ExitCode:
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
