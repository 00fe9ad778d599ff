"""The tables of a core system as plain data, and what became of their outbox rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sandbox.checker.facts import Json, Record, Sending

HISTORY, LOAD, NOTICE = "resident_history", "record_load", "move_in_notice"
MEASURE, ASSESSMENT, APPLICATION = "support_measure", "tax_assessment", "application"


class Row(NamedTuple):
    """
    A row at 本登録 and whether it was registered after the municipality had joined the bus.

    ``is_malformed``: a column holds what nobody can read (``sandbox.checker.forms``).
    """

    values: Json
    since_joining: bool
    is_malformed: bool = False


class OutboxRow(NamedTuple):
    """
    A row of the outbox without what is to be sent.

    ``table``, ``name`` and ``number`` say which row of which table it pretends to come from.
    """

    table: str
    name: str | None
    number: str | None
    sending: Sending


@dataclass(frozen=True)
class Core:
    """One member's core system; the outbox in its order."""

    member: str
    history: Sequence[Row] = ()
    loads: Sequence[Row] = ()
    notices: Sequence[Row] = ()
    measures: Sequence[Row] = ()
    assessments: Sequence[Row] = ()
    applications: Sequence[Row] = ()
    outbox: Sequence[OutboxRow] = field(default=())

    def record(self, table: str, name: str, number: int) -> Record:
        return Record(self.member, table, name, str(number))


def sendings(core: Core) -> Mapping[Record, Sending]:
    """
    The outbox row of each record: the first that names it.

    A further row with the same event id is the same fact sent again, and one that was not refused is enough. Any
    other that names the same record was put there by hand and registers nothing.
    """
    found: dict[Record, Sending] = {}
    for row in core.outbox:
        record = Record(core.member, row.table, row.name or "", row.number or "")
        first = found.setdefault(record, row.sending)
        if first.refused and not row.sending.refused and row.sending.event_id == first.event_id:
            found[record] = replace(first, refused=False)
    return found


def refusals(cores: Iterable[Core]) -> int:
    """Outbox rows that were refused at the relay or by admission."""
    return sum(row.sending.refused for core in cores for row in core.outbox)
