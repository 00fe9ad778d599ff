"""PostgreSQL: connections as every process here opens them."""

from typing import Any, TypeAlias

import psycopg

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
OperationalError = psycopg.OperationalError
"""The server went away: the process ends and is started again, its transaction undone."""
UniqueViolation = psycopg.errors.UniqueViolation
"""Another row has the key already."""


def connect(dsn: str, *, autocommit: bool = False) -> Connection:
    """
    A connection whose server notices within 0.1 s that its client died, so that its locks are free.

    Raises:
        psycopg.OperationalError: the server is not there or refuses.

    """
    connection = psycopg.connect(dsn, autocommit=True, connect_timeout=10)
    connection.execute("set client_connection_check_interval = '100ms'")
    connection.execute("set timezone = 'UTC'")
    connection.autocommit = autocommit
    return connection


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
