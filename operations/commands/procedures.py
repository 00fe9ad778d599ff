"""``procedures``: where moves stand, and one move's whole way."""

from typing import TYPE_CHECKING, Any

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from operations.look.procedure import Procedure
    from operations.look.procedures import Overview


def procedures(event: str | None = None, *, json: bool = False) -> ExitCode:
    """
    Show how many moves stand at which step; or a move's whole way, with its tasks, timers and deadlines.

    Parameters
    ----------
    event
        Of a move, by the names that `kairan trace` takes.
    json
        For programs.
    """
    return _counted(json=json) if event is None else _one(event, json=json)


def _counted(*, json: bool) -> ExitCode:
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import procedures as looking  # noqa: PLC0415

    found = looking.count(here.settings(), here.now())
    if json:
        as_json(_plain_counts(found))
    else:
        _show_counts(found)
    return ExitCode.FINE if found.is_well() else ExitCode.LOOK


def _plain_counts(found: "Overview") -> dict[str, Any]:
    steps = {each.step: each.procedures for each in found.steps}
    broken = {rule.name.lower(): count for rule, count in found.broken.items()}
    beside = {"households_behind": found.households, "undeclared": found.undeclared}
    unread = {"behind": found.behind, "late": found.late, "checked": _plain_check(found)}
    return {"steps": steps, "broken": broken} | beside | found.owed._asdict() | unread


def _plain_check(found: "Overview") -> dict[str, Any] | None:
    checked = found.checked
    if checked is None:
        return None
    broken = {rule.name.lower(): count for rule, count in checked.broken.items()}
    return {"at": checked.at, "took": checked.took, "broken": broken, "is_late": found.is_unwatched}


def _show_counts(found: "Overview") -> None:
    from operations.look.times import moment  # noqa: PLC0415
    from processors.moving.steps import ENDED  # noqa: PLC0415

    rows = [(each.step, f"{each.procedures:,}", _gaps(each.without_timer)) for each in found.steps]
    ended = [(step, count, "") for step, count, _ in rows if step in ENDED]
    table(("step", "moves", "without a timer"), [*(row for row in rows if row[0] not in ENDED), *ended])
    broken = [(rule, f"{count:,}") for rule, count in found.broken.items() if count]
    if broken:
        table(("what must not be", "how often"), broken)
    print(_check(found))
    print(f"Households of whom somebody stays behind: {found.households:,}. Never declared: {found.undeclared:,}.")
    print(f"Held: {found.owed.held:,}. Letters that wait: {found.owed.letters:,}. To be read: {_listed(found.behind)}.")
    if any(found.late.values()):
        print(f"Late among them: {_listed(found.late)}.")
    if found.owed.oldest_due is not None:
        oldest = moment(found.owed.oldest_due)
        print(f"The oldest timer that is over was due at {oldest}; late are {found.owed.overdue:,}.")


def _check(found: "Overview") -> str:
    from operations.look.times import moment  # noqa: PLC0415

    if found.checked is None:
        return "The moving process has not asked for what must not be yet."
    broken = sum(found.checked.broken.values())
    late = "; it should have asked again" if found.is_unwatched else ""
    return f"The moving process asked for what must not be at {moment(found.checked.at)}: {broken:,} found{late}."


def _listed(counts: "Mapping[str, int]") -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _gaps(count: int) -> str:
    return f"{count:,}" if count else ""


def _one(event: str, *, json: bool) -> ExitCode:
    from operations import here  # noqa: PLC0415
    from operations.look import finding, procedure, routing  # noqa: PLC0415
    from operations.look.errors import UnknownNameError  # noqa: PLC0415
    from processors.moving.feeds import LOG  # noqa: PLC0415

    settings = here.settings()
    found = finding.find(settings, here.declared_register(settings), event)
    if found.record is None or found.event_id is None:
        return _nothing_yet("It is not admitted: `kairan trace` shows why.", json=json)
    person = procedure.look(settings, found.record)
    its = procedure.procedure(person, found.event_id)
    if its and routing.protection(settings).standing(found.record.key or b"") != "none":
        its = procedure.withheld(its)
    if its:
        _show(its, json=json)
        return ExitCode.FINE if its.is_well() else ExitCode.LOOK
    if person.is_held:
        return _nothing_yet("An input of this person cannot be decided, and what follows waits.", json=json)
    if not person.is_read and found.record.topic == LOG:
        return _nothing_yet("The moving process has not read it yet.", json=json)
    raise UnknownNameError(f"The event {found.event_id.hex()} is part of no move.")


def _nothing_yet(why: str, *, json: bool) -> ExitCode:
    if json:
        as_json({"move": None, "why": why})
    else:
        print(f"No procedure has this event. {why}")
    return ExitCode.LOOK


def _show(its: "Procedure", *, json: bool) -> None:
    from operations.look.procedure import together  # noqa: PLC0415
    from operations.look.times import moment  # noqa: PLC0415

    if json:
        as_json(_plain(its))
        return
    print(f"move {its.move.hex()}: {its.origin or '-'} → {its.destination or '-'}, {its.step}")
    rows = [(moment(each.at), each.what, each.note, each.event.hex()) for each in together(its.way)]
    table(("time", "what", "", "event"), rows)
    if its.timers:
        table(("timer", "due", "deadline"), [(each.name, moment(each.due), each.deadline or "") for each in its.timers])
    if its.is_held:
        print("An input of this person cannot be decided, and what follows waits.")


def _plain(its: "Procedure") -> dict[str, Any]:
    move = {"move": its.move.hex(), "step": its.step, "is_held": its.is_held}
    places = {"origin": its.origin, "destination": its.destination}
    way = [each._asdict() | {"event": each.event.hex()} for each in its.way]
    return move | places | {"way": way, "timers": [each._asdict() for each in its.timers]}
