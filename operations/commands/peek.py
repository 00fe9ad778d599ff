"""``peek``: the envelopes of what lies in a topic."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.glimpses import Glimpse

_LONG_ID = re.compile(r"[0-9a-f]{32,}")
_TIMES = frozenset({"refused", "quarantined", "registered", "applied", "since"})


def peek(topic: str, *, last: Annotated[int, Parameter(validator=Number(gte=1))] = 20, json: bool = False) -> None:
    """
    Show what a topic holds, newest first: envelopes only, never a body.

    Parameters
    ----------
    topic
        Its name, as `kairan topics --all` lists it.
    last
        How many records.
    json
        For programs: whole envelopes.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import names, reading  # noqa: PLC0415
    from operations.look.glimpses import glimpse  # noqa: PLC0415

    settings = here.settings()
    name = names.topic(here.register_in_force(settings), topic)
    with reading.reader(settings, "peek", [name]) as reader:
        found = [glimpse(record) for record in reading.newest(reader, last)]
    if json:
        as_json([each._asdict() for each in found])
    else:
        _show(found)


def _show(found: "list[Glimpse]") -> None:
    if not found:
        print("Nothing lies there.")
        return
    rows = [_row(each) for each in found]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table(columns, [[row.get(column, "") for column in columns] for row in rows])


def _row(seen: "Glimpse") -> dict[str, str]:
    from operations.look.times import moment  # noqa: PLC0415

    at = {"appended": moment(seen.appended), "at": f"{seen.partition}/{seen.offset}"}
    if "subject" in seen.content:
        return at | _of_stage(seen.content)
    shape = {} if seen.shape.startswith("kairan.bus.") else {"record": seen.shape}
    key = {"key": seen.key or ""} if seen.shape == "tombstone" else {}
    return at | shape | key | {name: _cell(name, value) for name, value in seen.content.items()}


def _of_stage(envelope: Mapping[str, Any]) -> dict[str, str]:
    """A statement, an event or a delivery."""
    source, subject = envelope["source"], envelope["subject"]
    person = next((subject[name] for name in ("handle", "pairwise_id", "atena_number") if subject.get(name)), "")
    shown = {
        "type": envelope["type"],
        "change": envelope["change"],
        "version": str(envelope["version"]),
        "subject": _short(person),
        "source": "withheld" if source is None else f"{source['municipality']} {source['business']}",
        "protection": envelope["protection"] or "not told",
        "municipalities": ", ".join(f"{each['role']} {each['code']}" for each in envelope["municipalities"]),
    }
    if "businesses" in envelope:
        shown["for"] = " ".join(each["business"] for each in envelope["businesses"])
        shown["withheld"] = " ".join(each["field"] for each in envelope["withheld"])
    if envelope.get("issuer"):
        shown["issuer"] = _short(envelope["issuer"])
    return shown | {"id": _short(envelope.get("id") or envelope["event_ref"])}


def _cell(name: str, value: Any) -> str:
    """A field of one of the bus's own records, short."""
    if name in _TIMES:
        return _time(value)
    match value:
        case None:
            return ""
        case Mapping() as record:
            return ".".join(map(str, record.values()))
        case [Mapping() as first, *_] if "rule" in first:
            return "; ".join(f"{each['code']} {each['path']}".strip() for each in value)
        case list():
            return str(len(value))
    return _short(str(value))


def _short(text: str) -> str:
    """An id by its beginning, which is enough for `kairan trace`; whole ones are in the JSON."""
    return f"{text[:12]}…" if _LONG_ID.fullmatch(text) else text


def _time(milliseconds: int) -> str:
    from operations.look.times import moment  # noqa: PLC0415

    return moment(milliseconds)
