"""PostgreSQL: connections as every process here opens them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import psycopg

Row: TypeAlias = tuple[Any, ...]
Values: TypeAlias = Sequence[Any] | Mapping[str, Any]
Connection: TypeAlias = psycopg.Connection[Row]
Opened: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""A connection for one step, its own or one of a pool (``kairan.postgres.pool``)."""
OperationalError = psycopg.OperationalError
"""The server went away: the process ends and is started again, its transaction undone."""
CONNECT_SECONDS = 10
UniqueViolation = psycopg.errors.UniqueViolation
"""Another row has the key already."""


def connect(dsn: str, *, autocommit: bool = False) -> Connection:
    """
    A connection whose server notices within 0.1 s that its client died, so that its locks are free.

    Raises:
        psycopg.OperationalError: the server is not there or refuses.

    """
    connection = psycopg.connect(dsn, autocommit=True, connect_timeout=CONNECT_SECONDS)
    prepare(connection)
    connection.autocommit = autocommit
    return connection


def prepare(connection: Connection) -> None:
    """What every connection here is told first, while it commits by itself."""
    connection.execute("set client_connection_check_interval = '100ms'")
    connection.execute("set timezone = 'UTC'")


def rows(opened: Opened, statement: str, values: Values = ()) -> list[Row]:
    """What one statement finds, on a connection of its own that commits by itself."""
    with opened() as connection:
        return connection.execute(statement, values or None).fetchall()


def changed(opened: Opened, statement: str, values: Values = ()) -> int:
    """How many rows one statement changes, as in ``rows``."""
    with opened() as connection:
        return connection.execute(statement, values or None).rowcount


def within(connection: Connection, schema: str) -> None:
    """Names without a schema are found in this one from now on."""
    connection.execute("select set_config('search_path', %s, false)", (schema,))


class AlreadyOwnedError(Exception):
    """Another process owns this; only one may."""


def own(connection: Connection, name: str) -> None:
    """
    Takes the right to write ``name`` for as long as this connection lives; for two seconds it waits for it.

    A predecessor that has just closed its connection may still hold it: the server notices a little later.

    Raises:
        AlreadyOwnedError: another connection holds it; this one is closed.

    """
    try:
        with connection.transaction():
            connection.execute("set local lock_timeout = '2s'")
            connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (name,))
    except psycopg.errors.LockNotAvailable as error:
        connection.close()
        raise AlreadyOwnedError(f"{name} is owned by another process") from error
