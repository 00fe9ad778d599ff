"""Attempts on PostgreSQL: a table for each door, so that what was begun at one is nothing at the other."""

from dataclasses import dataclass
from typing import Literal

from gateway.sign_in.attempts import MILLISECONDS, Attempt
from kairan.postgres import Opened, changed, rows

Table = Literal["gateway.attempt", "desks.attempt"]


@dataclass(frozen=True)
class PostgresAttempts:
    """
    See ``gateway.sign_in.attempts.Attempts``; each method is one statement.

    ``opened``: a connection that commits by itself, for each of them.
    """

    opened: Opened
    table: Table

    def put(self, key: bytes, attempt: Attempt) -> None:
        statement = (
            f"with old as (delete from {self.table} where began < %s)"  # noqa: S608 - one of two names of ours
            f" insert into {self.table} (key, state, nonce, verifier, target, began) values (%s, %s, %s, %s, %s, %s)"
        )
        oldest = attempt.began - MILLISECONDS
        values = (key, attempt.state, attempt.nonce, attempt.verifier, attempt.to, attempt.began)
        changed(self.opened, statement, (oldest, *values))

    def take(self, key: bytes) -> Attempt | None:
        statement = f"delete from {self.table} where key = %s returning state, nonce, verifier, target, began"  # noqa: S608
        found = rows(self.opened, statement, (key,))
        return Attempt(*found[0]) if found else None
