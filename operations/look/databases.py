"""Databases as the operator reads them."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from kairan.postgres import Connection, connect
from kairan.settings import Settings
from operations.stack.errors import StackError

BUS = "kairan"


@contextmanager
def opened(settings: Settings, database: str, *, writes: bool = False) -> Iterator[Connection]:
    """
    A connection that can only read unless it ``writes``.

    Raises:
        StackError: the server does not answer, or has no such database.

    """
    try:
        connection = connect(settings.dsn(database), autocommit=True)
    except psycopg.OperationalError as error:
        first = str(error).strip().splitlines()[0]
        advice = "run `kairan up`" if settings.postgres is None else "check KAIRAN_POSTGRES and the network"
        raise StackError(f"The database {database} cannot be opened ({first}): {advice}.") from error
    with connection:
        connection.read_only = not writes
        yield connection


def has(connection: Connection, table: str) -> bool:
    """A process makes its tables when it first starts; before that there is nothing to see."""
    row = connection.execute("select to_regclass(%s) is not null", (table,)).fetchone()
    return row is not None and bool(row[0])
