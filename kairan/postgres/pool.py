"""Connections that many threads share: each has one for a step, and gives it back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg_pool import ConnectionPool

from kairan.postgres import CONNECT_SECONDS, Connection, Opened, prepare

WAIT_SECONDS = 10.0
"""Whoever gets none meanwhile raises ``OperationalError``: the server is away, or everybody waits for it."""


@contextmanager
def pool(dsn: str, most: int) -> Iterator[Opened]:
    """
    Opens connections as they are wanted, at most so many; each commits by itself, and is asked whether it lives first.

    What a step has set beside its transaction (``within``) is undone before the next one has the connection. Nobody
    takes a second one while it holds one: as many steps at once would wait for each other.

    Raises:
        psycopg.OperationalError: the server is not there or refuses.

    """
    logging.getLogger("psycopg.pool").disabled = True  # it tells errors' texts, which name the server
    with ConnectionPool(
        dsn,
        kwargs={"autocommit": True, "connect_timeout": CONNECT_SECONDS},
        min_size=1,
        max_size=most,
        timeout=WAIT_SECONDS,
        configure=prepare,
        check=ConnectionPool.check_connection,
        reset=_forget,
    ) as its:
        its.wait(WAIT_SECONDS)
        yield its.connection


def _forget(connection: Connection) -> None:
    connection.execute("reset search_path")
