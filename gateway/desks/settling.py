"""That a desk has done what it was asked: into the desks' own books with its clerk, then to the person's notices."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from gateway.desks.asked import Asked
from gateway.desks.staff import Staff
from kairan.identifiers import MunicipalityCode
from kairan.postgres import Connection
from kairan.stream import Writer
from processors.notices import settling
from processors.notices.facts import Settled

_WRITE = "insert into desks.settled (number, member, role, clerk, subject, task) values (%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Settling:
    """``gateway.desks.asked.Settle``; ``writing``: as the principal that may write nothing but this."""

    opened: Callable[[], AbstractContextManager[Connection]]
    writing: Callable[[], AbstractContextManager[Writer]]
    now: Callable[[], int]

    def __call__(self, asked: Asked, staff: Staff) -> None:
        done = Settled(secrets.token_bytes(16), asked.item, MunicipalityCode(staff.member), self.now())
        who = (staff.member, staff.role, staff.clerk, staff.subject)
        with self.opened() as connection:
            connection.execute(_WRITE, (done.number, *who, done.task))
        with self.writing() as writer:
            writer.send(settling.letter(asked.instance, done))
            writer.confirm()
