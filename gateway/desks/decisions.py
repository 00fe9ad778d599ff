"""A desk's decision on its way: into the desks' own books with its clerk, then to the procedure under a number."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from gateway.desks.deciding import Decided
from kairan.identifiers import MunicipalityCode
from kairan.postgres import Opened
from kairan.stream import Writer
from processors.moving import deciding
from processors.moving.deciding import ACT_BYTES, Act
from processors.moving.known import Known

_WRITE = """
insert into desks.decision (number, member, role, clerk, subject, rejected, reason)
values (%s, %s, %s, %s, %s, %s, %s)"""


@dataclass(frozen=True)
class Decisions:
    """``gateway.desks.deciding.Decide``; ``writing``: as the principal that may write nothing but this."""

    opened: Opened
    writing: Callable[[], AbstractContextManager[Writer]]
    now: Callable[[], int]

    def __call__(self, known: Known, decided: Decided) -> None:
        its = decided.staff
        act = Act(
            MunicipalityCode(its.member), secrets.token_bytes(ACT_BYTES), decided.rejected, decided.reason, self.now()
        )
        letter = deciding.letter(known, decided.instance, act)
        who = (its.member, its.role, its.clerk, its.subject)
        with self.opened() as connection:
            connection.execute(_WRITE, (act.number, *who, act.rejected, act.reason))
        with self.writing() as writer:
            writer.send(letter)
            writer.confirm()
