"""``rebuild``: tables that follow from topics, built again and compared, or replaced."""

from typing import TYPE_CHECKING

from cyclopts import App

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.rebuilding import Part, Rebuilt

rebuild = App(name="rebuild", help="Build again what follows from topics: memory, ledger, disclosures, moves, notices.")


@rebuild.command
def identity(*, check: bool = False, json: bool = False) -> ExitCode:
    """
    Build admission's memory again from the log and the members' names, and put it in its place.

    Admission must not run meanwhile; to check it may, as long as nothing is stated.

    Parameters
    ----------
    check
        Compare only; the exit status tells whether anything differs.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import rebuilding  # noqa: PLC0415

    return _rebuilt(rebuilding.identity(here.register_in_force(here.settings())), check=check, json=json)


@rebuild.command
def ledger(*, check: bool = False, json: bool = False) -> ExitCode:
    """
    Build the ledger again from the receipts, and put it in its place.

    The ledger's process must not run meanwhile; to check it may, as long as no receipt comes.

    Parameters
    ----------
    check
        Compare only; the exit status tells whether anything differs.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import rebuilding  # noqa: PLC0415

    return _rebuilt(rebuilding.ledger(here.register_in_force(here.settings())), check=check, json=json)


@rebuild.command
def disclosures(*, check: bool = False, json: bool = False) -> ExitCode:
    """
    Build again, from what routing wrote down, who was told what, and put it in its place.

    Its process must not run meanwhile; to check it may, as long as nobody is told anything.

    Parameters
    ----------
    check
        Compare only; the exit status tells whether anything differs.
    json
        For programs.
    """
    from operations.look import rebuilding  # noqa: PLC0415 - see operations/commands/__init__.py

    return _rebuilt(rebuilding.disclosures(), check=check, json=json)


@rebuild.command
def moving(*, check: bool = False, json: bool = False) -> ExitCode:
    """
    Build the journals and timers of moves again, put them in their place, and let go who was held.

    They follow from the log, the processes' inputs and the order that the journal keeps. The moving process must not
    run meanwhile; to check it may, as long as nothing comes and no timer is due.

    Parameters
    ----------
    check
        Compare only, as far as the process has read; the exit status tells whether anything differs.
    json
        For programs.
    """
    from operations.look import rebuilding  # noqa: PLC0415 - see operations/commands/__init__.py

    return _rebuilt(rebuilding.moving(to_end=not check), check=check, json=json)


@rebuild.command
def notices(*, check: bool = False, json: bool = False) -> ExitCode:
    """
    Build the journal and timers of notices again, put them in their place, and let go who was held.

    They follow from the log, the measures, the processes' inputs and the order that the journal keeps. The process must
    not run meanwhile; to check it may, as long as nothing comes and no timer is due.

    Parameters
    ----------
    check
        Compare only, as far as the process has read; the exit status tells whether anything differs.
    json
        For programs.
    """
    from operations.look import rebuilding  # noqa: PLC0415 - see operations/commands/__init__.py

    return _rebuilt(rebuilding.notices(to_end=not check), check=check, json=json)


def _rebuilt(part: "Part", *, check: bool, json: bool) -> ExitCode:
    from operations import here  # noqa: PLC0415
    from operations.look import rebuilding  # noqa: PLC0415

    done = rebuilding.rebuild(here.settings(), part, swap=not check)
    if json:
        differing = {each.table: {"rows": each.rows, "first": each.first} for each in done.differing}
        as_json({"records": done.records, "differing": done.rows(), "tables": differing, "replaced": not check})
    else:
        _show(done, check=check)
    return ExitCode.LOOK if check and done.differing else ExitCode.FINE


def _show(done: "Rebuilt", *, check: bool) -> None:
    print(f"{done.records:,} records read, {done.rows():,} rows differ from what they tell.")
    if done.differing:
        table(("table", "rows", "of"), [(each.table, f"{each.rows:,}", _first(each.first)) for each in done.differing])
        print("Nothing was changed." if check else "What was read has taken their place.")


def _first(known_by: tuple[tuple[str, ...], ...]) -> str:
    return "\n".join(" ".join(each) for each in known_by)
