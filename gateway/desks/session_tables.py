"""Staff's sessions on PostgreSQL (``desks.session``); each method is one statement."""

from dataclasses import dataclass

from gateway.desks.sessions import IDLE, LONGEST, Session
from gateway.desks.staff import Role, Staff
from kairan.postgres import Opened, changed, rows

_LASTS = f"seen > %(now)s - {IDLE} and began > %(now)s - {LONGEST}"
_OPEN = f"""
with ended as (delete from desks.session where not ({_LASTS}))
insert into desks.session (key, member, role, clerk, subject, began, seen)
values (%(key)s, %(member)s, %(role)s, %(clerk)s, %(subject)s, %(now)s, %(now)s)"""  # noqa: S608 - two numbers of ours
_FIND = f"select member, role, clerk, subject, began, seen from desks.session where key = %(key)s and {_LASTS}"  # noqa: S608
_NOTE = f"update desks.session set seen = %(now)s where key = %(key)s and {_LASTS}"  # noqa: S608
_CLOSE = "delete from desks.session where key = %s"
_CLOSE_ALL = "delete from desks.session where (member, clerk) = (%s, %s)"


@dataclass(frozen=True)
class PostgresSessions:
    """``gateway.desks.sessions.SessionStore``; ``opened``: a connection that commits by itself, for each step."""

    opened: Opened

    def open(self, key: bytes, staff: Staff, now: int) -> None:
        its = {"member": staff.member, "role": staff.role, "clerk": staff.clerk, "subject": staff.subject}
        changed(self.opened, _OPEN, its | {"key": key, "now": now})

    def find(self, key: bytes, now: int) -> Session | None:
        found = rows(self.opened, _FIND, {"key": key, "now": now})
        if not found:
            return None
        [(member, role, clerk, subject, began, seen)] = found
        return Session(key, Staff(member, Role(role), clerk, subject), began, seen)

    def note(self, key: bytes, now: int) -> None:
        changed(self.opened, _NOTE, {"key": key, "now": now})

    def close(self, key: bytes) -> None:
        changed(self.opened, _CLOSE, (key,))

    def close_all(self, member: str, clerk: str) -> int:
        return changed(self.opened, _CLOSE_ALL, (member, clerk))
