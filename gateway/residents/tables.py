"""
The residents' stores on PostgreSQL.

Each method is one statement on a connection of its own that commits by itself, so a store may be asked from several
threads.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.residents.enrolling import Subject
from gateway.residents.ports import Verdict
from gateway.residents.sessions import IDLE, LONGEST, Session
from kairan.identifiers import Handle
from kairan.postgres import Opened, changed, rows
from processors.notices.notices import NoticeId

_LASTS = f"seen > %(now)s - {IDLE} and began > %(now)s - {LONGEST}"
_FOUND = f"""
select key, handle, began, seen, acting_for from gateway.session where key = any(%(keys)s) and {_LASTS}"""  # noqa: S608


@dataclass(frozen=True)
class PostgresSessions:
    """See ``gateway.residents.sessions.Sessions``."""

    opened: Opened

    def open(self, key: bytes, handle: Handle, now: int) -> None:
        changed(
            self.opened,
            f"with ended as (delete from gateway.session where not ({_LASTS}))"  # noqa: S608 - two numbers of ours
            " insert into gateway.session (key, handle, began, seen) values (%(key)s, %(handle)s, %(now)s, %(now)s)",
            {"key": key, "handle": bytes(handle), "now": now},
        )

    def find(self, key: bytes, now: int) -> Session | None:
        return self.lasting([key], now).get(key)

    def lasting(self, keys: Collection[bytes], now: int) -> Mapping[bytes, Session]:
        found = rows(self.opened, _FOUND, {"keys": list(keys), "now": now})
        return {row[0]: _session(*row) for row in found}

    def note(self, key: bytes, now: int) -> None:
        changed(
            self.opened,
            f"update gateway.session set seen = %(now)s where key = %(key)s and {_LASTS}",  # noqa: S608
            {"key": key, "now": now},
        )

    def act_for(self, key: bytes, person: Handle | None) -> None:
        statement = "update gateway.session set acting_for = %s where key = %s"
        changed(self.opened, statement, (person and bytes(person), key))

    def close(self, key: bytes) -> None:
        changed(self.opened, "delete from gateway.session where key = %s", (key,))

    def close_all(self, handles: Collection[Handle]) -> int:
        named = [bytes(each) for each in handles]
        statement = "delete from gateway.session where handle = any(%s) or acting_for = any(%s)"
        return changed(self.opened, statement, (named, named))

    def people(self) -> frozenset[Handle]:
        found = rows(
            self.opened,
            "select handle from gateway.session"
            " union select acting_for from gateway.session where acting_for is not null",
        )
        return frozenset(Handle(handle) for (handle,) in found)


def _session(key: bytes, handle: bytes, began: int, seen: int, acting_for: bytes | None) -> Session:
    return Session(key, Handle(handle), began, seen, Handle(acting_for) if acting_for else None)


@dataclass(frozen=True)
class PostgresResidents:
    """See ``gateway.sign_in.door.Residents`` and ``gateway.residents.enrolling.Residents``."""

    opened: Opened

    def bind(self, subject: Subject, person: Handle, act: bytes | None = None) -> None:
        """Somebody at a counter has made sure who she is; a sign-in never does this."""
        changed(
            self.opened,
            "insert into gateway.person (issuer, subject, handle, act) values (%s, %s, %s, %s)"
            " on conflict (issuer, subject) do update set handle = excluded.handle, act = excluded.act",
            (*subject, bytes(person), act),
        )

    def unbind(self, person: Handle) -> None:
        changed(self.opened, "delete from gateway.person where handle = %s", (bytes(person),))

    def behind(self, subject: Subject) -> Handle | None:
        statement = "select handle from gateway.person where (issuer, subject) = (%s, %s)"
        found = rows(self.opened, statement, subject)
        return Handle(found[0][0]) if found else None


@dataclass(frozen=True)
class PostgresFeedback:
    """See ``gateway.residents.ports.Feedback``."""

    opened: Opened

    def say(self, person: Handle, notice: NoticeId, verdict: Verdict, now: int) -> None:
        changed(
            self.opened,
            "insert into gateway.feedback (notice, handle, verdict, at) values (%s, %s, %s, %s)"
            " on conflict (notice, handle) do update set verdict = excluded.verdict, at = excluded.at",
            (bytes(notice), bytes(person), verdict, now),
        )

    def of(self, person: Handle) -> Mapping[NoticeId, Verdict]:
        found = rows(self.opened, "select notice, verdict from gateway.feedback where handle = %s", (bytes(person),))
        return {NoticeId(notice): verdict for notice, verdict in found}
