"""Codes of counters and sign-ins that wait for one, on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from gateway.residents.enrolling import Counter, Enrolments, Issued, Pending, Subject
from gateway.residents.tables import PostgresResidents
from kairan.identifiers import Handle
from kairan.postgres import Connection, Opened, Row

_ALONE = "select pg_advisory_xact_lock(hashtextextended('gateway.code', 0))"
_PUT_ISSUED = """
insert into gateway.code (handle, code, act, issued, may_hide) values (%s, %s, %s, %s, %s)
on conflict (handle) do update set code = excluded.code, act = excluded.act, issued = excluded.issued,
    may_hide = excluded.may_hide"""


class PostgresCounter:
    """See ``gateway.residents.enrolling.Counter``; over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        residents = PostgresResidents(lambda: nullcontext(connection))
        self.bind, self.unbind, self.behind = residents.bind, residents.unbind, residents.behind

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._connection.transaction():
            self._connection.execute(_ALONE)
            yield

    def put_pending(self, key: bytes, pending: Pending) -> None:
        its = (key, *pending.subject)
        self._run("delete from gateway.pending where key = %s or (issuer, subject) = (%s, %s)", its)
        self._run(
            "insert into gateway.pending (key, issuer, subject, began) values (%s, %s, %s, %s)", (*its, pending.began)
        )

    def pending(self, key: bytes, since: int) -> Pending | None:
        found = self._one(
            "select issuer, subject, began from gateway.pending where key = %s and began > %s", key, since
        )
        return Pending(Subject(*found[:2]), found[2]) if found else None

    def forget_pending(self, key: bytes) -> None:
        self._run("delete from gateway.pending where key = %s", (key,))

    def put_issued(self, issued: Issued) -> None:
        self._run(_PUT_ISSUED, (bytes(issued.person), *issued[1:]))

    def issued(self, code: bytes, since: int) -> Issued | None:
        statement = "select handle, code, act, issued, may_hide from gateway.code where code = %s and issued > %s"
        found = self._one(statement, code, since)
        return Issued(Handle(found[0]), *found[1:]) if found else None

    def forget_issued(self, person: Handle) -> None:
        self._run("delete from gateway.code where handle = %s", (bytes(person),))

    def note_wrong(self, of: str, at: int) -> None:
        self._run("insert into gateway.wrong_code (of, at) values (%s, %s)", (of, at))

    def wrong(self, of: str, since: int) -> int:
        found = self._one("select count(*) from gateway.wrong_code where of = %s and at > %s", of, since)
        return int(found[0]) if found else 0

    def forget(self, until: int) -> None:
        self._run("delete from gateway.pending where began <= %s", (until,))
        self._run("delete from gateway.code where issued <= %s", (until,))
        self._run("delete from gateway.wrong_code where at <= %s", (until,))

    def _run(self, statement: str, values: Any) -> None:
        self._connection.execute(statement, values)

    def _one(self, statement: str, *values: Any) -> Row | None:
        return self._connection.execute(statement, values).fetchone()


def on_postgres(opened: Opened, kept: Callable[[str], bytes]) -> Enrolments:
    """``opened``: of the bus's own database, with the schema of ``gateway.residents.migrations``."""

    @contextmanager
    def _opened() -> Iterator[Counter]:
        with opened() as connection:
            yield PostgresCounter(connection)

    return Enrolments(_opened, kept)
