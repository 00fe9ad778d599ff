"""``topics``: the table, what the broker has of it, and making them equal."""

from typing import TYPE_CHECKING

from cyclopts import App

from operations.exit_codes import ExitCode
from operations.output import as_json, say, table

if TYPE_CHECKING:
    from kairan.register import Register
    from kairan.settings import Settings
    from kairan.topics import Durability, Kind, Topic
    from operations.stack.admin import Admin
    from operations.stack.principals import Principals

topics = App(name="topics", help="Show the table of topics, or make the broker follow it.")


@topics.default
def show(*, all: bool = False, json: bool = False) -> None:  # noqa: A002 - the option's name
    """
    Show all kinds of topics: who writes, who reads, how long and why.

    Parameters
    ----------
    all
        Every topic of this register instead of the kinds.
    json
        For programs.
    """
    from kairan import topics as of  # noqa: PLC0415
    from operations import here  # noqa: PLC0415

    if json:
        as_json([{"name": topic.name, **_plain(topic, who)} for topic, who in _concrete(here.settings())])
    elif all:
        table(
            ("topic", "written by", "read by"),
            [(t.name, *map(", ".join, who.values())) for t, who in _concrete(here.settings())],
        )
    else:
        columns = ("topic", "key", "shape", "partitions", "written by", "read by", "kept", "why")
        table(columns, [_row(kind) for kind in of.TABLE])


@topics.command
def diff(*, json: bool = False) -> ExitCode:
    """
    Show what `topics apply` would do, and do nothing.

    Parameters
    ----------
    json
        For programs.
    """
    from operations.stack import provision  # noqa: PLC0415

    changes = provision.differences(*_opened())
    if json:
        as_json(changes.sentences())
    else:
        print("\n".join(changes.sentences()) or "The broker follows the table.")
    return ExitCode.FINE if changes.is_empty() else ExitCode.LOOK


@topics.command
def apply(*, json: bool = False) -> None:
    """
    Make the broker follow the table; topics it does not name are left alone.

    Parameters
    ----------
    json
        For programs.
    """
    from operations.stack import provision  # noqa: PLC0415

    changes = provision.apply(*_opened(), say)
    if json:
        as_json(changes.sentences())
    else:
        print("\n".join(changes.sentences()) or "The broker follows the table.")


def _opened() -> "tuple[Admin, Register, Durability, Principals]":
    from operations import here  # noqa: PLC0415
    from operations.look import reading  # noqa: PLC0415
    from operations.stack import local, provision  # noqa: PLC0415
    from operations.stack.home import Home  # noqa: PLC0415

    settings = here.settings()
    principals = local.principals(Home(settings.home), here.addresses(settings))
    reading.demand_answer(settings)
    admin, durability = provision.open_admin(principals, settings.bootstrap_address())
    return admin, here.register_in_force(settings), durability, principals


def _concrete(settings: "Settings") -> "list[tuple[Topic, dict[str, list[str]]]]":
    """Each topic of the register with the principals that may write and read it."""
    from kairan import rights  # noqa: PLC0415
    from kairan import topics as of  # noqa: PLC0415
    from operations import here  # noqa: PLC0415

    register = here.register_in_force(settings)
    who: dict[str, dict[str, list[str]]] = {t.name: {"WRITE": [], "READ": []} for t in of.topics(register)}
    for right in sorted(rights.rights(register)):
        if right.resource == "TOPIC":
            who[right.name][right.operation].append(right.principal)
    return [(topic, who[topic.name]) for topic in of.topics(register)]


def _row(kind: "Kind") -> tuple[str, ...]:
    writers, readers = ", ".join(kind.writers), ", ".join(kind.readers)
    return (kind.pattern, kind.key, kind.shape, str(kind.partitions), writers, readers, kind.kept, kind.why)


def _plain(topic: "Topic", who: dict[str, list[str]]) -> dict[str, str | int | list[str]]:
    return {
        "kind": topic.kind.pattern,
        "key": topic.kind.key,
        "shape": topic.kind.shape,
        "partitions": topic.kind.partitions,
        "writers": who["WRITE"],
        "readers": who["READ"],
        "kept": topic.kind.kept,
        "why": topic.kind.why,
    }
