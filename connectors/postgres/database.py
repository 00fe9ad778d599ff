"""A member's back-office database as its sinks share it: one connection, one transaction at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from connectors.postgres import columns
from kairan.postgres import connect, own

OWNER = "kairan sinks"
_PREPARED = 400
"""Statements kept prepared: some for each of a member's channels."""

_PLANS = """
select set_config(name, value, false)
from (values ('plan_cache_mode', 'force_generic_plan'), ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'),
             ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off')) setting(name, value)"""
"""
Each statement is planned once (ADR 24): PostgreSQL would plan the largest anew at every execution, which costs as much
as executing it. A plan that looks each row up by its key is right for arrays of any length and tables of any size.
"""


class Database:
    """
    The connection through which all sinks of a member write, and the lock that lets them take turns.

    Whoever opens it owns the member's offices; a second process is refused as long as this one lives.

    Raises:
        kairan.postgres.AlreadyOwnedError: another process owns them.

    """

    def __init__(self, dsn: str) -> None:
        self.connection = connect(dsn, autocommit=True)
        self.connection.prepared_max = _PREPARED
        self.turn = RLock()
        self.connection.execute(_PLANS)
        columns.register(self.connection)
        own(self.connection, OWNER)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Waits for its turn; all or nothing."""
        with self.turn, self.connection.transaction():
            yield

    def run(self, statement: bytes, *values: Any) -> None:
        with self.turn:
            self.connection.execute(statement, values, prepare=True)

    def all(self, statement: bytes, *values: Any) -> list[tuple[Any, ...]]:
        with self.turn:
            cursor = self.connection.cursor(binary=True)
            return cursor.execute(statement, values, prepare=True).fetchall()

    def close(self) -> None:
        self.connection.close()
