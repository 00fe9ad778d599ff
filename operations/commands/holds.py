"""``hold``, ``resume``, ``holds``: an operator stops a flow and lets it go on."""

from operations.output import as_json, table


def hold(name: str, *, json: bool = False) -> None:
    """
    Stop a channel, a type of event or a member within seconds; nothing is lost, it waits.

    Parameters
    ----------
    name
        `131237.insurance`, `residence.MovedIn` or `131237`.
    json
        For programs.
    """
    import getpass  # noqa: PLC0415 - see operations/commands/__init__.py

    from kairan import holds as of  # noqa: PLC0415
    from kairan.stream import Outgoing  # noqa: PLC0415
    from operations import here  # noqa: PLC0415
    from operations.look import holding, names, reading  # noqa: PLC0415

    settings = here.settings()
    held = names.held(here.register_in_force(settings), name)
    is_new = all(each.hold != held for each in holding.in_force(settings))
    if is_new:
        reading.append(settings, Outgoing(of.TOPIC, held.key(), of.encode(held, getpass.getuser(), here.now())))
    if json:
        as_json({**held._asdict(), "held": True, "changed": is_new})
    elif is_new:
        print(f"The {held.kind} {held.name} is held; `kairan resume {held.name}` lets it go on.")
    else:
        print(f"The {held.kind} {held.name} is held already.")


def resume(name: str, *, json: bool = False) -> None:
    """
    Let go on what was held, from where it stopped.

    Parameters
    ----------
    name
        As `kairan holds` shows it.
    json
        For programs.
    """
    from kairan.holds import TOPIC  # noqa: PLC0415 - see operations/commands/__init__.py
    from kairan.stream import Outgoing  # noqa: PLC0415
    from operations import here  # noqa: PLC0415
    from operations.look import holding, reading  # noqa: PLC0415
    from operations.look.errors import UnknownNameError  # noqa: PLC0415

    settings = here.settings()
    held = next((each.hold for each in holding.in_force(settings) if each.hold.name == name), None)
    if held is None:
        raise UnknownNameError(f"{name!r} is not held. `kairan holds` shows what is.")
    reading.append(settings, Outgoing(TOPIC, held.key(), None))
    if json:
        as_json({**held._asdict(), "held": False, "changed": True})
    else:
        print(f"The {held.kind} {held.name} goes on.")


def holds(*, json: bool = False) -> None:
    """
    Show what is held, by whom, since when.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import holding  # noqa: PLC0415
    from operations.look.times import moment  # noqa: PLC0415

    found = holding.in_force(here.settings())
    if json:
        as_json([{**each.hold._asdict(), "by": each.by, "since": each.since} for each in found])
    elif found:
        table(("kind", "name", "by", "since"), [(*each.hold, each.by, moment(each.since)) for each in found])
    else:
        print("Nothing is held.")
