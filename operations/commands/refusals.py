"""``refusals`` and ``quarantine``: what was not admitted, and why."""

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kairan.settings import Settings
    from operations.look.refusing import Refusal, Tally


def refusals(*, member: str | None = None, json: bool = False) -> ExitCode:
    """
    Show which rules statements broke: how often, where, and the newest case; never a value.

    Parameters
    ----------
    member
        Only of this municipality.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import names, refusing  # noqa: PLC0415
    from operations.look.times import moment  # noqa: PLC0415

    settings = here.settings()
    register = here.register_in_force(settings)
    members = [names.municipality(register, member)] if member else [each.code for each in register.municipalities()]
    found = refusing.tallies(_all(settings, members))
    if json:
        as_json([_plain(each) for each in found])
    elif not found:
        print("Nothing was refused.")
    else:
        columns = ("member", "refused by", "code", "path", "rule", "times", "newest", "where")
        rows = [(*each[:5], str(each.times), moment(each.newest.refused), each.newest.where) for each in found]
        table(columns, rows)
    return ExitCode.LOOK if found else ExitCode.FINE


def quarantine(*, last: Annotated[int, Parameter(validator=Number(gte=1))] = 100, json: bool = False) -> ExitCode:
    """
    Show what could not be read: where it lay, why, how long it is, its digest; never its bytes.

    Parameters
    ----------
    last
        How many, newest first.
    json
        For programs.
    """
    from kairan import topics  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations import here  # noqa: PLC0415
    from operations.look import reading  # noqa: PLC0415
    from operations.look.glimpses import glimpse  # noqa: PLC0415
    from operations.look.times import moment  # noqa: PLC0415

    with reading.reader(here.settings(), "quarantine", [topics.name(topics.QUARANTINE)]) as reader:
        found = [glimpse(record).content for record in reading.newest(reader, last)]
    if json:
        as_json(found)
    elif not found:
        print("Nothing is in quarantine.")
    else:
        rows = [
            (
                *(moment(each["quarantined"]), f"{each['topic']} {each['partition']}/{each['offset']}", each["code"]),
                *(f"{each['length']:,}", "kept" if each["bytes_kept"] else "not kept", each["digest"]),
            )
            for each in found
        ]
        table(("quarantined", "where", "code", "length", "bytes", "digest"), rows)
    return ExitCode.LOOK if found else ExitCode.FINE


def _all(settings: "Settings", members: list[str]) -> "Iterator[Refusal]":
    """What admission refused, then what the relays could not even send."""
    from kairan import topics  # noqa: PLC0415
    from operations.look import databases, reading, refusing  # noqa: PLC0415

    names = [topics.name(topics.REFUSALS, member) for member in members]
    with reading.reader(settings, "refusals", names) as reader:
        yield from map(refusing.by_admission, reading.everything(reader))
    for member in members:
        with databases.opened(settings, f"core_{member}") as connection:
            yield from refusing.by_relay(connection, member)


def _plain(tally: "Tally") -> dict[str, Any]:
    newest = tally.newest
    case = {"refused": newest.refused, "id": newest.event_id and newest.event_id.hex(), "where": newest.where}
    return tally._asdict() | {"newest": case}
