"""``hold``, ``resume``, ``holds``: an operator stops a flow and lets it go on."""

from typing import TYPE_CHECKING

from operations.output import as_json, table

if TYPE_CHECKING:
    from kairan.settings import Settings
    from operations.look.glimpses import Glimpse


def hold(name: str) -> None:
    """
    Stop a channel, a type of event or a member within seconds; nothing is lost, it waits.

    Parameters
    ----------
    name
        `131237.insurance`, `residence.MovedIn` or `131237`.
    """
    import getpass  # noqa: PLC0415 - see operations/commands/__init__.py

    from kairan import holds as of  # noqa: PLC0415
    from kairan.stream import Outgoing  # noqa: PLC0415
    from operations import here  # noqa: PLC0415
    from operations.look import names, reading  # noqa: PLC0415

    settings = here.settings()
    held = names.held(here.register_in_force(settings), name)
    if any(held == (each.content["kind"], each.content["name"]) for each in _in_force(settings)):
        print(f"The {held.kind} {held.name} is held already.")
        return
    reading.append(settings, Outgoing(of.TOPIC, held.key(), of.encode(held, getpass.getuser(), here.now())))
    print(f"The {held.kind} {held.name} is held; `kairan resume {held.name}` lets it go on.")


def resume(name: str) -> None:
    """
    Let go on what was held, from where it stopped.

    Parameters
    ----------
    name
        As `kairan holds` shows it.
    """
    from kairan.holds import TOPIC, Hold  # noqa: PLC0415 - see operations/commands/__init__.py
    from kairan.stream import Outgoing  # noqa: PLC0415
    from operations import here  # noqa: PLC0415
    from operations.look import reading  # noqa: PLC0415
    from operations.look.errors import UnknownNameError  # noqa: PLC0415

    settings = here.settings()
    for each in _in_force(settings):
        if each.content["name"] == name:
            held = Hold(each.content["kind"], name)
            reading.append(settings, Outgoing(TOPIC, held.key(), None))
            print(f"The {held.kind} {held.name} goes on.")
            return
    raise UnknownNameError(f"{name!r} is not held. `kairan holds` shows what is.")


def holds(*, json: bool = False) -> None:
    """
    Show what is held, by whom, since when.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look.times import moment  # noqa: PLC0415

    found = [each.content for each in _in_force(here.settings())]
    if json:
        as_json(found)
    elif found:
        table(("kind", "name", "by", "since"), [(h["kind"], h["name"], h["by"], moment(h["since"])) for h in found])
    else:
        print("Nothing is held.")


def _in_force(settings: "Settings") -> "list[Glimpse]":
    """The newest record of each key, if it is no tombstone."""
    from kairan.holds import TOPIC  # noqa: PLC0415
    from operations.look import reading  # noqa: PLC0415
    from operations.look.glimpses import TOMBSTONE, glimpse  # noqa: PLC0415

    with reading.reader(settings, "holds", [TOPIC]) as reader:
        newest = {each.key: each for record in reading.everything(reader) if (each := glimpse(record))}
    return [each for each in newest.values() if each.shape != TOMBSTONE]
