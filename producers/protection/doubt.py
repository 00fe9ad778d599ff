"""
What is sent in place of a flag that no statement can say: whose it is and which measure, without any text.

The bus refuses it, and so hides the person (docs/adr/0009, 0021). Each item is read for itself, for any of them may be
what was wrong.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from connectors.source import Change
from kairan.keys import SourceKey
from producers.change import Instant, OrNone, parse
from producers.protection.protection_changed import TYPE
from producers.snapshot import Day, Row
from producers.statement import Fact, FactName, Statement, state

KIND = "unknown"
"""No kind of the list (支援措置区分): admission refuses whatever states it."""
_LONGEST = 256
"""Characters of a 宛名番号 that a statement can carry as its key; a longer one in the record is nobody's."""
_UNKNOWN_DAY = Day(value="0000-00-00", certain=False, text="")
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)
"""When nobody knows when it was registered, nothing that was registered before may answer the doubt."""


class Remains(Row):
    """What can be read of a measure's version; an empty id and version 0 are never a measure's own."""

    atena_number: Annotated[Annotated[str, Field(max_length=_LONGEST)] | None, OrNone] = None
    measure_id: Annotated[Annotated[str, Field(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")] | None, OrNone] = None
    version: Annotated[Annotated[int, Field(ge=1, lt=2**31)] | None, OrNone] = None
    registered: Annotated[Instant | None, OrNone] = None


def statement(change: Change, member: str, key: SourceKey) -> Statement | None:
    """
    None where nobody is named.

    Args:
        change: of a measure, whatever is wrong with it.
        member: whose core system it is.
        key: of that source.

    """
    found = parse(Remains, _mapping(_mapping(change.payload).get("measure")))
    number = found.atena_number or change.atena_number
    return _stated(found, number, member, key) if number else None


def nameless(doubt: Statement) -> Statement:
    """The same of nobody knows which measure: where its id is what must not enter."""
    return Statement(doubt.type, doubt.envelope, doubt.body | {"measure": _measure("", 0)})


def _mapping(content: Any) -> Mapping[str, Any]:
    """A payload is what somebody wrote: JSON of any form."""
    return content if isinstance(content, Mapping) else {}


def _stated(found: Remains, number: str, member: str, key: SourceKey) -> Statement:
    measure, version = found.measure_id or "", found.version or 0
    fact = Fact(
        name=FactName(TYPE, version, measure),
        municipality=member,
        atena_number=number,
        protection="unknown",
        effective=_UNKNOWN_DAY,
        registered=found.registered or _LATEST,
    )
    return state(fact, {"measure": _measure(measure, version)}, key)


def _measure(id_: str, version: int) -> dict[str, Any]:
    return {"id": id_, "version": version, "kind": KIND}
