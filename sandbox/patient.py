"""A database that may go away for a while, or have a full disk, as servers do: its clerk waits and tries again."""

import time
from collections.abc import Callable
from typing import TypeVar

from psycopg.errors import DiskFull

from kairan.postgres import Connection, OperationalError, connect

AWAY = 30.0
"""Seconds for which a clerk waits for a server that went away."""
PAUSE = 0.2

Result = TypeVar("Result")
Work = Callable[[Connection, bool], Result]
"""What is done with a connection; True: it was tried before, and nobody knows whether it was done."""


class PatientConnection:
    """Every piece of work is a transaction of its own, and bears being done a second time."""

    def __init__(self, dsn: str, *, autocommit: bool = False) -> None:
        self._dsn, self._autocommit = dsn, autocommit
        self._connection = connect(dsn, autocommit=autocommit)

    def do(self, work: Work[Result]) -> Result:
        """Raises psycopg.OperationalError when the server stays away."""
        until, again = time.monotonic() + AWAY, False
        while True:
            try:
                return work(self._alive(), again)
            except OperationalError as error:
                waits = self._connection.closed or isinstance(error, DiskFull)
                if not waits or time.monotonic() > until:
                    raise
            again = True
            time.sleep(PAUSE)

    def close(self) -> None:
        self._connection.close()

    def _alive(self) -> Connection:
        if self._connection.closed:
            self._connection = connect(self._dsn, autocommit=self._autocommit)
        return self._connection
