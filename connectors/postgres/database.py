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
