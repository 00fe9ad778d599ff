"""
The residents' stores on PostgreSQL.

Each method is one statement on a connection that commits by itself, so a store may be asked from several threads.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.residents.ports import Verdict
from gateway.residents.sessions import IDLE, LONGEST, Session
from kairan.identifiers import Handle
from kairan.postgres import Connection
from processors.notices.notices import NoticeId

_LASTS = f"seen > %(now)s - {IDLE} and began > %(now)s - {LONGEST}"
_FOUND = f"""
select key, handle, began, seen, acting_for from gateway.session where key = any(%(keys)s) and {_LASTS}"""  # noqa: S608


@dataclass(frozen=True)
class PostgresSessions:
    """See ``gateway.residents.sessions.Sessions``."""

    connection: Connection

    def open(self, key: bytes, handle: Handle, now: int) -> None:
        self.connection.execute(
            f"with ended as (delete from gateway.session where not ({_LASTS}))"  # noqa: S608 - two numbers of ours
            " insert into gateway.session (key, handle, began, seen) values (%(key)s, %(handle)s, %(now)s, %(now)s)",
            {"key": key, "handle": bytes(handle), "now": now},
        )

    def find(self, key: bytes, now: int) -> Session | None:
        return self.lasting([key], now).get(key)

    def lasting(self, keys: Collection[bytes], now: int) -> Mapping[bytes, Session]:
        rows = self.connection.execute(
            _FOUND,
            {"keys": list(keys), "now": now},
        )
        return {row[0]: _session(*row) for row in rows}

    def note(self, key: bytes, now: int) -> None:
        self.connection.execute(
            f"update gateway.session set seen = %(now)s where key = %(key)s and {_LASTS}",  # noqa: S608
            {"key": key, "now": now},
        )

    def act_for(self, key: bytes, person: Handle | None) -> None:
        self.connection.execute(
            "update gateway.session set acting_for = %s where key = %s", (person and bytes(person), key)
        )

    def close(self, key: bytes) -> None:
        self.connection.execute("delete from gateway.session where key = %s", (key,))

    def close_all(self, handles: Collection[Handle]) -> int:
        named = [bytes(each) for each in handles]
        return self.connection.execute(
            "delete from gateway.session where handle = any(%s) or acting_for = any(%s)", (named, named)
        ).rowcount

    def people(self) -> frozenset[Handle]:
        rows = self.connection.execute(
            "select handle from gateway.session"
            " union select acting_for from gateway.session where acting_for is not null"
        )
        return frozenset(Handle(handle) for (handle,) in rows)


def _session(key: bytes, handle: bytes, began: int, seen: int, acting_for: bytes | None) -> Session:
    return Session(key, Handle(handle), began, seen, Handle(acting_for) if acting_for else None)


@dataclass(frozen=True)
class PostgresResidents:
    """See ``gateway.sign_in.door.Residents``."""

    connection: Connection

    def enrol(self, issuer: str, subject: str, handle: Handle) -> None:
        """Somebody at a counter has made sure who she is; a sign-in never does this."""
        self.connection.execute(
            "insert into gateway.person (issuer, subject, handle) values (%s, %s, %s)"
            " on conflict (issuer, subject) do update set handle = excluded.handle",
            (issuer, _digest(subject), bytes(handle)),
        )

    def handle_of(self, issuer: str, subject: str) -> Handle | None:
        row = self.connection.execute(
            "select handle from gateway.person where (issuer, subject) = (%s, %s)", (issuer, _digest(subject))
        ).fetchone()
        return Handle(row[0]) if row else None


def _digest(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()


@dataclass(frozen=True)
class PostgresFeedback:
    """See ``gateway.residents.ports.Feedback``."""

    connection: Connection

    def say(self, person: Handle, notice: NoticeId, verdict: Verdict, now: int) -> None:
        self.connection.execute(
            "insert into gateway.feedback (notice, handle, verdict, at) values (%s, %s, %s, %s)"
            " on conflict (notice, handle) do update set verdict = excluded.verdict, at = excluded.at",
            (bytes(notice), bytes(person), verdict, now),
        )

    def of(self, person: Handle) -> Mapping[NoticeId, Verdict]:
        rows = self.connection.execute(
            "select notice, verdict from gateway.feedback where handle = %s", (bytes(person),)
        )
        return {NoticeId(notice): verdict for notice, verdict in rows}
