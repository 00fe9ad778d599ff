"""Who handed over a code, or ended that anybody signs in as a resident: kept with the book of it, or not at all."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from gateway.desks.staff import Role, Staff
from gateway.residents import codes, enrolling
from gateway.residents.counter_tables import PostgresCounter
from gateway.residents.enrolling import Issued
from gateway.residents.protection import Ending
from kairan.identifiers import Handle
from kairan.postgres import Connection, Opened
from processors.channels import naming
from processors.channels.tables import PostgresQueue

What: TypeAlias = Literal["issued", "ended"]
_WRITE = """
insert into desks.enrolment (number, member, role, clerk, subject, person, what) values (%s, %s, %s, %s, %s, %s, %s)"""


class Enrolling(Protocol):
    """What a desk does about whom it may enrol."""

    def issue(self, staff: Staff, person: Handle) -> str:
        """A code, in the place of any other of hers; it is kept nowhere."""

    def end(self, staff: Staff, person: Handle) -> None:
        """
        Nobody signs in as her any more, and what she has open ends, with every proxy on either side.

        No mailbox and no device that was named on her pages is told anything any more.
        """


@dataclass(frozen=True)
class PostgresEnrolling:
    """
    See ``Enrolling``.

    Args:
        kept: of a code, see ``BusKeys.code``.
        endings: what she has open; streams last, for a session that lasts opens another one.
        now: the clock, in milliseconds: no leap of a sandbox ends a code.
        played: as the notices count the time.

    """

    opened: Opened
    kept: Callable[[str], bytes]
    endings: Sequence[Ending]
    now: Callable[[], int]
    played: Callable[[], int]

    def issue(self, staff: Staff, person: Handle) -> str:
        code = codes.new(staff.member)
        with self.opened() as connection, connection.transaction():
            act = _written(connection, staff, person, "issued")
            enrolling.issue(PostgresCounter(connection), issued(staff, person, self.kept(code), act, self.now()))
        return code

    def end(self, staff: Staff, person: Handle) -> None:
        """Once more when nothing is open: a page that was may have named something meanwhile."""
        with self.opened() as connection, connection.transaction():
            _written(connection, staff, person, "ended")
            enrolling.end(PostgresCounter(connection), person)
            self._take_back(connection, person)
        for each in self.endings:
            each.close_all([person])
        with self.opened() as connection:
            self._take_back(connection, person)

    def _take_back(self, connection: Connection, person: Handle) -> None:
        naming.take_all_back(PostgresQueue(connection), person, self.played())


def issued(staff: Staff, person: Handle, kept: bytes, act: bytes, at: int) -> Issued:
    return Issued(person, kept, act, at, may_hide=staff.role is Role.PROTECTION)


def _written(connection: Connection, staff: Staff, person: Handle, what: What) -> bytes:
    act = secrets.token_bytes(16)
    its = (staff.member, staff.role, staff.clerk, staff.subject)
    connection.execute(_WRITE, (act, *its, bytes(person), what))
    return act
