"""
The clerk: carries acts out in a member's core system.

Nothing but SQL: a core system does not know that its clerk is a program.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from psycopg import sql
from psycopg.errors import UniqueViolation
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from kairan.postgres import Connection
from kairan.settings import Settings
from sandbox.acts import Act, Mover, Step
from sandbox.bad_inputs import Planted, Sent
from sandbox.desk import Desk, News
from sandbox.patient import PatientConnection

_FUNCTIONS = {
    "book": "select core_system.book(form) from jsonb_array_elements(%s) as form",
    "announced": "select core_system.book(form) from jsonb_array_elements(%s) as form",
    "restore": "select core_system.restore(form) from jsonb_array_elements(%s) as form",
    "resend_notice": """
        select core_system.resend_notice(form ->> 'person', (form ->> 'sequence')::integer)
        from jsonb_array_elements(%s) as form""",
}
_LOCK = "select core_system.lock_persons(%s)"
_OFFICE = """
insert into core_system.office (municipality, name, joined_at) values (%s, %s, now()) on conflict do nothing"""
_HIGHEST = """
select max(atena_number) from (
    select max(atena_number) from core_system.resident_history where length(atena_number) = 15
    union all select max(atena_number) from core_system.tax_assessment where length(atena_number) = 15
) as issued (atena_number)"""
_SENT = """
select payload, mapped, event_id from core_system.outbox
where sent_at is not null and refused_at is null and type = 'record_load' and sequence <> all(%s)
order by sequence offset %s limit 1"""
_PLANT = """
insert into core_system.outbox (aggregatetype, aggregateid, type, payload, mapped, event_id, topic, mapped_at)
select aggregatetype, aggregateid, type, coalesce(%(payload)s, payload), %(mapped)s, %(event_id)s,
    case when %(mapped)s::bytea is not null then topic end, case when %(mapped)s::bytea is not null then now() end
from core_system.outbox where event_id = %(sent)s and sent_at is not null order by sequence limit 1
returning sequence"""
_MADE = "select sequence from core_system.outbox where xmin = pg_current_xact_id()::xid order by sequence"
_EVENT_ID = "select event_id from core_system.outbox where sequence = %s"
_REFUSAL = "select refusal from core_system.outbox where sequence = %s"


class Clerk:
    """One member's clerk, at the core system; ``desk`` is where the bus's news lie."""

    def __init__(self, settings: Settings, member: str) -> None:
        self.member = member
        self._core = PatientConnection(settings.dsn(f"core_{member}"))
        self.desk = Desk(settings, member)
        self._planted: list[int] = []

    def join(self, name: str) -> None:
        """The core system takes part in the bus from now on: what was booked before stays at home."""
        self._transaction(_OFFICE, (self.member, name))

    def highest_number(self) -> str | None:
        """The highest 宛名番号 issued so far."""
        found: str | None = _single(self._transaction(_HIGHEST))
        return found

    def perform(self, act: Act, news: News | None = None) -> None:
        """The whole act in one transaction, all persons locked first."""
        self._perform(act, news, lambda _: None)

    def perform_and_find(self, act: Act, news: News | None = None) -> list[int]:
        """Performs it; the outbox rows that it made."""
        found: list[int] = []

        def _find(connection: Connection) -> None:
            found[:] = [row[0] for row in connection.execute(_MADE).fetchall()]

        self._perform(act, news, _find)
        return found

    def event_id(self, sequence: int) -> bytes | None:
        """The id under which a row is known to the bus, None as long as it is not mapped."""
        found = _single(self._transaction(_EVENT_ID, (sequence,)))
        return None if found is None else bytes(found)

    def sent(self, which: int) -> Sent | None:
        """A row of the initial load that was sent as it should be; None as long as there are not so many."""
        rows = self._transaction(_SENT, (self._planted, which))
        return Sent(rows[0][0], bytes(rows[0][1]), bytes(rows[0][2])) if rows else None

    def plant(self, sent: Sent, planted: Planted) -> int:
        """Writes a row into the outbox as a broken relay would; its sequence."""
        payload = None if planted.payload is None else Jsonb(planted.payload)
        values = {"payload": payload, "mapped": planted.mapped, "event_id": planted.event_id, "sent": sent.event_id}
        sequence: int = _single(self._transaction(_PLANT, values))
        self._planted.append(sequence)
        return sequence

    def refusal(self, sequence: int) -> list[str] | None:
        """The reason codes with which a row was refused; None as long as it was not."""
        found = _single(self._transaction(_REFUSAL, (sequence,)))
        return None if found is None else [problem["code"] for problem in found]

    def close(self) -> None:
        self._core.close()
        self.desk.close()

    def _perform(self, act: Act, news: News | None, then: Callable[[Connection], None]) -> None:
        def _work(connection: Connection, again: bool) -> None:  # noqa: FBT001 - the form of a piece of work
            try:
                with connection.transaction():
                    _enter_all(connection, act, news or {})
                    then(connection)
            except UniqueViolation:
                if not again:  # else the server went away just after it had done it
                    raise

        self._core.do(_work)

    def _transaction(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[TupleRow]:
        def _work(connection: Connection, _again: bool) -> list[TupleRow]:  # noqa: FBT001 - the same
            with connection.transaction():
                cursor = connection.execute(query.encode(), values)
                return cursor.fetchall() if cursor.description else []

        return self._core.do(_work)


def _enter_all(connection: Connection, act: Act, news: News) -> None:
    connection.execute(_LOCK, (sorted(_subjects(act)),))
    for into, steps in groupby(act.steps, key=lambda step: step.into):
        _enter(connection, act, into, list(steps), news)


def _enter(connection: Connection, act: Act, into: str, steps: Sequence[Step], news: News) -> None:
    if into in _FUNCTIONS:
        forms = [_with_pairwise_id(act, step, news) if into == "announced" else dict(step.values) for step in steps]
        connection.execute(_FUNCTIONS[into].encode(), (Jsonb(forms),))
        return
    for columns, rows in groupby(steps, key=lambda step: tuple(step.values)):
        connection.execute(_insert(into, columns), (Jsonb([dict(row.values) for row in rows]),))


def _with_pairwise_id(act: Act, step: Step, news: News) -> dict[str, Any]:
    form, waits = step.values, act.waits
    mover = Mover(form["name"]["text"], form["birth_date"]["value"], form["sex"])
    pairwise_id = news["announcement", mover, waits.day if waits else ""]
    return {**form, "pairwise_id": f"\\x{pairwise_id.hex()}"}


def _subjects(act: Act) -> set[str]:
    found = (step.values.get("atena_number") or step.values.get("person") for step in act.steps)
    return {number for number in found if number}


def _insert(table: str, columns: Sequence[str]) -> sql.Composed:
    """Rows as JSON, so that groups of items become the table's composite types."""
    return sql.SQL(
        "insert into core_system.{table} ({columns}) "
        "select {columns} from jsonb_populate_recordset(null::core_system.{table}, %s)"
    ).format(table=sql.Identifier(table), columns=sql.SQL(", ").join(map(sql.Identifier, columns)))


def _single(rows: Sequence[TupleRow]) -> Any:
    return rows[0][0] if rows else None
