"""``decide``: what desks can decide about a move, and a desk's decision written down."""

from typing import TYPE_CHECKING, Any

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.deciding import Found
    from processors.moving.facts import Fact


def decide(
    event: str, *, reject: str | None = None, desk: str | None = None, why: str | None = None, json: bool = False
) -> ExitCode:
    """
    Show between what the desks of a move can decide; or say for one of them what does not stand.

    Without all of `--reject`, `--desk` and `--why` nothing is decided, and it is told what to type. Who stated what
    does not stand has to annul it: its desk gets a task. `kairan procedures` shows the decision in the move's way.

    Parameters
    ----------
    event
        Of the person who moves, by the names that `kairan trace` takes.
    reject
        The event that does not stand, by the same names.
    desk
        Code of the municipality whose desk decides.
    why
        A code for the reason, as in `moved-back`; it is kept for ever, so no names and no persons' data.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import deciding  # noqa: PLC0415

    settings = here.settings()
    register = here.declared_register(settings)
    found = deciding.find(settings, register, event)
    if reject is None or desk is None or why is None:
        _show(found, json=json)
        return ExitCode.LOOK if found.conflicts else ExitCode.FINE
    now = deciding.played(settings, here.now())
    rejected = deciding.decide(settings, register, found, deciding.Choice(reject, desk, why), now)
    if json:
        as_json({"rejected": rejected.hex()})
    else:
        print(f"{rejected.hex()} does not stand: whoever stated it is asked to annul it.")
    return ExitCode.FINE


def _show(found: "Found", *, json: bool) -> None:
    if json:
        as_json([_plain(found, place) for place in range(len(found.conflicts))])
        return
    if not found.conflicts:
        print("There is no conflict between this person's moves, so there is nothing to decide.")
    for place in range(len(found.conflicts)):
        its = _plain(found, place)
        print(f"move {its['move']}: {its['kind']}. It is decided by the desk of {' or '.join(its['desks'])}.")
        table(("what", "to", "event"), [(each["what"], each["to"], each["event"]) for each in its["between"]])
        print(_how(its))


def _how(its: dict[str, Any]) -> str:
    """Nothing is accepted: what is not rejected stands, and as long as nothing is rejected the conflict lasts."""
    desk, event = its["desks"][0], its["between"][0]["event"]
    return (
        "One of them does not stand; the others do. Nothing was decided yet. Say which, for which desk, and why:\n"
        f"  kairan decide {its['move']} --reject {event} --desk {desk} --why moved-back"
    )


def _plain(found: "Found", place: int) -> dict[str, Any]:
    from operations.look.procedure import WITHHELD  # noqa: PLC0415

    its = found.conflicts[place]
    desks = [WITHHELD] if found.hides else list(its.desks)
    between = [_choice(fact, hides=found.hides) for fact in its.between]
    return {"move": its.move.hex(), "kind": its.kind, "desks": desks, "between": between}


def _choice(fact: "Fact", *, hides: bool) -> dict[str, str]:
    from operations.look.procedure import WITHHELD  # noqa: PLC0415

    to = WITHHELD if hides else getattr(fact, "destination", None) or "-"
    return {"what": type(fact).__name__.lower(), "to": to, "event": fact.event.hex()}
