"""``parked``: whose deliveries wait, letting them go on, giving one up."""

import time
from typing import TYPE_CHECKING, Any

from cyclopts import App

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from operations.look.parking import Outcome, ParkedPerson

parked = App(name="parked", help="Show whose deliveries are set aside, release them, or give one up.")
TRY_SECONDS = 5.0
"""A sink looks for marks every second or two."""
NOTHING_GIVEN_UP = "Of this person nothing is parked there that could be given up; a protection flag never can."
STRIPPED = "Of {} deliveries it was taken out first where a person is: somebody whom they name is hidden by now."


@parked.default
def show(*, json: bool = False) -> ExitCode:
    """
    Show whose deliveries an office could not apply, why, since when, and how many wait behind.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import parking  # noqa: PLC0415

    settings = here.settings()
    found = list(parking.everywhere(settings, here.register_in_force(settings)))
    if json:
        as_json([_plain(each) for each in found])
    elif not found:
        print("Nobody is parked.")
    else:
        table(("channel", "business", "person", "reason", "since", "behind", ""), [_row(each) for each in found])
    return ExitCode.LOOK if found else ExitCode.FINE


@parked.command
def release(channel: str, *, business: str | None = None, person: str | None = None, json: bool = False) -> ExitCode:
    """
    Let parked deliveries go on; the sink tries them in their order before anything newer. Says what became of them.

    Whoever is hidden by now, by whatever measure or link, goes on without what tells where they are.

    Parameters
    ----------
    channel
        `131237.insurance`.
    business
        Only of this 業務ID.
    person
        Only of this pairwise id, as `kairan parked` shows it.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import databases, hiding, names, parking  # noqa: PLC0415

    settings = here.settings()
    member, its = names.channel(here.register_in_force(settings), channel)
    of_business, of_person = business and names.business(business), person and names.pairwise_id(person)
    hides = hiding.now(settings, member)
    with databases.opened(settings, f"offices_{member}", writes=True) as connection:
        marked, stripped = parking.release(connection, its, of_business or None, of_person or None, hides)
        became = _awaited(lambda: parking.outcome(connection, its, marked))
    if json:
        as_json({**became._asdict(), "stripped": stripped})
    else:
        print(_told(became))
        if stripped:
            print(STRIPPED.format(stripped))
    return ExitCode.FINE if became.gone == became.marked else ExitCode.LOOK


def _awaited(look: "Callable[[], Outcome]") -> "Outcome":
    """As soon as the sink has tried them all, or has had time enough."""
    until = time.monotonic() + TRY_SECONDS
    while (became := look()).untried and time.monotonic() < until:
        time.sleep(0.1)
    return became


def _told(became: "Outcome") -> str:
    if not became.marked:
        return "Nothing is parked there."
    parts = [f"Of {became.marked} deliveries {became.gone} went"]
    if became.parked_again:
        parts.append(f"{became.parked_again} are parked again, because the office still cannot apply them")
    if became.untried:
        parts.append(
            f"{became.untried} are marked and not tried yet: does the bus run (`kairan status`), "
            "or is the channel held (`kairan holds`)?"
        )
    return "; ".join(parts) + ("" if became.untried else ".")


@parked.command
def discard(channel: str, *, person: str, why: str, business: str | None = None, json: bool = False) -> ExitCode:
    """
    Give up the parked delivery that stands first for a person; what waits behind it goes on, in its order.

    It is never applied, should it come again, and the ledger counts it apart. A protection flag cannot be given up.

    Parameters
    ----------
    channel
        `131237.insurance`.
    person
        The pairwise id, as `kairan parked` shows it.
    why
        Kept in the office's own database with your name; not for persons' data.
    business
        Only of this 業務ID.
    json
        For programs.
    """
    import getpass  # noqa: PLC0415 - see operations/commands/__init__.py

    from operations import here  # noqa: PLC0415
    from operations.look import databases, hiding, names, parking  # noqa: PLC0415

    settings = here.settings()
    member, its = names.channel(here.register_in_force(settings), channel)
    of_business, given_up = business and names.business(business), parking.GivenUp(why, getpass.getuser())
    of_person, hides = names.pairwise_id(person), hiding.now(settings, member)
    with databases.opened(settings, f"offices_{member}", writes=True) as connection:
        count = parking.discard(connection, its, of_business or None, of_person, given_up, hides)
    if json:
        as_json({"given_up": count})
    elif count:
        print(f"Deliveries given up: {count}. The sink goes on with what waits behind.")
    else:
        print(NOTHING_GIVEN_UP)
    return ExitCode.FINE if count else ExitCode.LOOK


def _row(waiting: "ParkedPerson") -> tuple[str, ...]:
    from operations.look.times import milliseconds, moment  # noqa: PLC0415

    return (
        f"{waiting.member}.{waiting.channel}",
        waiting.business,
        waiting.pairwise_id.hex(),
        waiting.reason,
        moment(milliseconds(waiting.since)),
        str(waiting.behind),
        "given up" if waiting.is_given_up else "released" if waiting.is_released else "",
    )


def _plain(waiting: "ParkedPerson") -> dict[str, Any]:
    from operations.look.times import milliseconds  # noqa: PLC0415

    at = {"pairwise_id": waiting.pairwise_id.hex(), "since": milliseconds(waiting.since)}
    return waiting._asdict() | at
