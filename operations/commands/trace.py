"""``trace``: the whole way of an event, with times."""

from typing import TYPE_CHECKING, Any

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.finding import Found
    from operations.look.steps import Outstanding, Step


def trace(event: str, *, json: bool = False) -> ExitCode:
    """
    Show the way of an event: outbox, statement, log, deliveries, offices, receipts.

    Parameters
    ----------
    event
        Its id, the first 8 or more digits of it, or municipality and outbox row as in `131237:42`.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import finding, holding, way  # noqa: PLC0415
    from operations.look.steps import outstanding, steps  # noqa: PLC0415

    settings = here.settings()
    register = here.declared_register(settings)
    found = finding.find(settings, register, event)
    gathered = way.gather(settings, found)
    done, left = steps(gathered), outstanding(gathered)
    held = [each.hold.name for each in holding.in_force(settings)] if left else []
    if json:
        as_json(_plain(found, done, left) | {"held": held})
    else:
        _show(found, done, left)
        if held:
            print(f"Held right now: {', '.join(held)}; `kairan holds` tells by whom.")
    is_well = not left and not any(step.what == "refused" for step in done)
    return ExitCode.FINE if is_well else ExitCode.LOOK


def _show(found: "Found", done: "list[Step]", left: "list[Outstanding]") -> None:
    from operations.look.times import clock, moment, since  # noqa: PLC0415

    start = done[0].at
    print(f"event {_id(found) or 'without an id'}, registered {moment(start)}")
    rows = [(clock(each.at), since(start, each.at), each.what, each.where, each.note) for each in done]
    table(("time JST", "+ms", "what", "where", ""), rows)
    if left:
        table(("outstanding", "where", ""), left)


def _plain(found: "Found", done: "list[Step]", left: "list[Outstanding]") -> dict[str, Any]:
    return {
        "event": _id(found),
        "steps": [{**each._asdict(), "ms": each.at - done[0].at} for each in done],
        "outstanding": [each._asdict() for each in left],
    }


def _id(found: "Found") -> str | None:
    return None if found.event_id is None else found.event_id.hex()
