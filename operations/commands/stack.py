"""``up``, ``down``, ``status``, ``env``: the stack."""

from typing import TYPE_CHECKING

from operations.exit_codes import ExitCode
from operations.output import as_json, say, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kairan.settings import Settings
    from operations.stack.home import Home
    from operations.stack.local import Part


def up(*, only_servers: bool = False, new_ports: bool = False, json: bool = False) -> None:
    """
    Start Kafka, PostgreSQL and the bus, and make what is missing.

    Parameters
    ----------
    only_servers
        Leave the bus's own processes stopped.
    new_ports
        Choose other ports than those of the first start.
    json
        For programs: what then runs, as `kairan status --json` tells it.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.demo import fresh  # noqa: PLC0415
    from operations.stack import local  # noqa: PLC0415
    from operations.stack.home import Home  # noqa: PLC0415

    settings = here.settings()
    home = Home(settings.home)
    register, given = here.starting_register(settings), here.addresses(settings)
    local.up(settings.home, register, say, given, only_servers=only_servers, new_ports=new_ports)
    fresh.keep(home)
    if not only_servers:
        _open_front_door(settings, home)
    say("up. `kairan status` shows what runs, `kairan env` how to reach it.")
    if json:
        _as_json(local.status(settings.home, given))


def _open_front_door(settings: "Settings", home: "Home") -> None:
    from operations import enrolling  # noqa: PLC0415
    from operations.stack import front  # noqa: PLC0415

    front.await_answer(home, home.logs / "followers.log")
    noted = home.remembered()
    if noted.provider:
        enrolling.again(settings)
    say(f"residents and desks: {noted.front_door}")


def down(*, json: bool = False) -> None:
    """
    Stop what runs; the data stay.

    Parameters
    ----------
    json
        For programs: what is left, as `kairan status --json` tells it.
    """
    from operations import here  # noqa: PLC0415
    from operations.stack import local  # noqa: PLC0415

    settings = here.settings()
    local.down(settings.home, say)
    if json:
        _as_json(local.status(settings.home, here.addresses(settings)))


def status(*, json: bool = False) -> ExitCode:
    """
    Show what runs.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415
    from operations.stack import local  # noqa: PLC0415

    settings = here.settings()
    parts = local.status(settings.home, here.addresses(settings))
    if json:
        _as_json(parts)
    elif parts:
        table(("part", "state", "where"), parts)
    else:
        print(f"Nothing was ever started in {settings.home}: run `kairan up`.")
    return ExitCode.FINE if parts and all(part.is_well() for part in parts) else ExitCode.LOOK


def _as_json(parts: "Iterable[Part]") -> None:
    as_json([part._asdict() for part in parts])


def env(*, json: bool = False) -> None:
    """
    Show what another client needs: addresses, the principals' properties files, the schemas.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here, reach  # noqa: PLC0415

    found = reach.of(here.settings())
    if json:
        as_json(found)
    else:
        print(reach.in_words(found))
