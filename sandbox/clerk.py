"""
The clerk: carries acts out in the core systems' tables and reads what the bus brought to the own 001.

Nothing but SQL: a core system does not know that its clerk is a program.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import Any, LiteralString

from psycopg import Cursor, sql
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from kairan.postgres import connect
from kairan.settings import Settings
from sandbox.acts import Act, Brought, Mover, Step, Waits
from sandbox.bad_inputs import Planted, Sent

News = Mapping[tuple[Brought, Mover, str], bytes]
"""What the bus has brought to a member's 001: the pairwise id of each person it names."""

_FUNCTIONS = {
    "book": "select core_system.book(form) from jsonb_array_elements(%s) as form",
    "announced": "select core_system.book(form) from jsonb_array_elements(%s) as form",
    "restore": "select core_system.restore(form) from jsonb_array_elements(%s) as form",
}
_RESEND = "select core_system.resend_notice(%(person)s, %(sequence)s)"
_LOCK = "select core_system.lock_persons(%s)"
_OFFICE = """
insert into core_system.office (municipality, name, joined_at) values (%s, %s, now()) on conflict do nothing"""
_HIGHEST = """
select max(atena_number) from (
    select max(atena_number) from core_system.resident_history where length(atena_number) = 15
    union all select max(atena_number) from core_system.tax_assessment where length(atena_number) = 15
) as issued (atena_number)"""
_ANNOUNCED = "select name, birth_date, sex, planned_date, pairwise_id from resident_record.arrival"
_NOTICED = """
select name, birth_date, sex, moved_in_date, pairwise_id, annulled_by is not null
from resident_record.move_in_notice where change <> 'annulled'"""
_SENT = """
select payload, mapped, event_id, aggregatetype, aggregateid, type from core_system.outbox
where sent_at is not null and refused_at is null and type = 'record_load' order by sequence offset %s limit 1"""
_PLANT = """
insert into core_system.outbox (aggregatetype, aggregateid, type, payload, mapped, event_id, topic, mapped_at)
select aggregatetype, aggregateid, type, coalesce(%(payload)s, payload), %(mapped)s, %(event_id)s,
    case when %(mapped)s::bytea is not null then topic end, case when %(mapped)s::bytea is not null then now() end
from core_system.outbox where event_id = %(sent)s and sent_at is not null order by sequence limit 1
returning sequence"""
_MADE = "select sequence from core_system.outbox where xmin = pg_current_xact_id()::xid order by sequence"
_EVENT_IDS = "select event_id from core_system.outbox where sequence = any(%s) order by sequence"
_REFUSAL = "select refusal from core_system.outbox where sequence = %s"


class Clerk:
    """One member's clerk, at the core system and at the desk of the own resident record."""

    def __init__(self, settings: Settings, member: str) -> None:
        self.member = member
        with ExitStack() as stack:
            self._core = stack.enter_context(connect(settings.dsn(f"core_{member}")))
            self._desk = stack.enter_context(connect(settings.dsn(f"offices_{member}"), autocommit=True))
            self._open = stack.pop_all()

    def join(self, name: str) -> None:
        """The core system takes part in the bus from now on: what was booked before stays at home."""
        with self._core.transaction():
            self._core.execute(_OFFICE, (self.member, name))

    def highest_number(self) -> str | None:
        """The highest 宛名番号 issued so far."""
        with self._core.transaction():
            found: str | None = _single(self._core.execute(_HIGHEST).fetchone())
        return found

    def perform(self, act: Act, news: News | None = None) -> None:
        """The whole act in one transaction; everybody concerned is locked first."""
        with self._core.transaction():
            self._enter_all(act, news or {})

    def perform_and_find(self, act: Act, news: News | None = None) -> list[int]:
        """Performs it; the sequences of the outbox rows that it made."""
        with self._core.transaction():
            self._enter_all(act, news or {})
            return [row[0] for row in self._core.execute(_MADE).fetchall()]

    def event_ids(self, sequences: Sequence[int]) -> list[bytes | None]:
        """The ids under which rows are known to the bus, None as long as they are not mapped."""
        with self._core.transaction():
            rows = self._core.execute(_EVENT_IDS, (list(sequences),)).fetchall()
        return [None if row[0] is None else bytes(row[0]) for row in rows]

    def news(self) -> News:
        """All that lies on the desk."""
        return dict(self._read_desk())

    def sent(self, which: int) -> Sent | None:
        """A row of the initial load that was sent; None as long as there are not so many."""
        with self._core.transaction():
            row = self._core.execute(_SENT, (which,)).fetchone()
        return Sent(row[0], bytes(row[1]), bytes(row[2])) if row else None

    def plant(self, sent: Sent, planted: Planted) -> int:
        """Writes a row into the outbox as a broken relay would; its sequence."""
        payload = None if planted.payload is None else Jsonb(planted.payload)
        values = {"payload": payload, "mapped": planted.mapped, "event_id": planted.event_id, "sent": sent.event_id}
        with self._core.transaction():
            sequence: int = _single(self._core.execute(_PLANT, values).fetchone())
        return sequence

    def refusal(self, sequence: int) -> list[str] | None:
        """The reason codes with which a row was refused; None as long as it was not."""
        with self._core.transaction():
            found = _single(self._core.execute(_REFUSAL, (sequence,)).fetchone())
        return None if found is None else [problem["code"] for problem in found]

    def set_characters(self, channel: str, characters: str) -> None:
        """Which characters the office behind a channel can store."""
        self._in_office(channel, "update {s}.setting set value = %s where name = 'character_set'", characters)

    def parked(self, channel: str) -> int:
        """How many deliveries are parked in the office."""
        found: int = _single(self._in_office(channel, "select count(*) from {s}.parked").fetchone())
        return found

    def release(self, channel: str) -> None:
        """Lets whoever is parked in the office go on."""
        self._in_office(channel, "update {s}.parked set released = now()")

    def close(self) -> None:
        self._open.close()

    def _enter_all(self, act: Act, news: News) -> None:
        self._core.execute(_LOCK, (sorted(_subjects(act)),))
        for into, steps in groupby(act.steps, key=lambda step: step.into):
            self._enter(act, into, list(steps), news)

    def _enter(self, act: Act, into: str, steps: Sequence[Step], news: News) -> None:
        if into in _FUNCTIONS:
            forms = [_with_pairwise_id(act, step, news) if into == "announced" else dict(step.values) for step in steps]
            self._core.execute(_FUNCTIONS[into], (Jsonb(forms),))
        elif into == "resend_notice":
            self._core.cursor().executemany(_RESEND, [dict(step.values) for step in steps])
        else:
            for columns, rows in groupby(steps, key=lambda step: tuple(step.values)):
                self._core.execute(_insert(into, columns), (Jsonb([dict(row.values) for row in rows]),))

    def _in_office(self, channel: str, text: LiteralString, *values: str) -> Cursor[TupleRow]:
        schema = sql.Identifier(channel.replace("-", "_"))
        return self._desk.execute(sql.SQL(text).format(s=schema), values)

    def _read_desk(self) -> Iterator[tuple[tuple[Brought, Mover, str], bytes]]:
        for name, birth_date, sex, day, pairwise_id in self._desk.execute(_ANNOUNCED):
            yield ("announcement", Mover(name, birth_date, sex), day), pairwise_id
        for name, birth_date, sex, day, pairwise_id, is_annulled in self._desk.execute(_NOTICED):
            yield ("notice", Mover(name, birth_date, sex), day), pairwise_id
            if is_annulled:
                yield ("annulled notice", Mover(name, birth_date, sex), day), pairwise_id


def is_there(waits: Waits, news: News) -> bool:
    """Everybody in the group: who comes at the counter brings his family."""
    return all((waits.of, mover, waits.day) in news for mover in waits.movers)


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


def _single(row: TupleRow | None) -> Any:
    return row[0] if row else None
