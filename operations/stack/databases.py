"""The databases of one PostgreSQL server: made when missing; their owners fill them."""

from collections.abc import Iterable

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kairan.register import Register
from operations.stack.errors import StackError

BUS = "kairan"


def names(register: Register) -> list[str]:
    """The bus's own, a core system for each municipality, a back-office database for each member with channels."""
    cores = [f"core_{member.code}" for member in register.municipalities()]
    offices = [f"offices_{code}" for code in dict.fromkeys(channel.member for channel in register.channels)]
    return [BUS, *cores, *offices]


def create_missing(server: str, wanted: Iterable[str]) -> list[str]:
    """
    The databases that had to be made.

    Raises:
        StackError: the server does not let us in.

    """
    try:
        with psycopg.connect(
            make_conninfo(server, dbname="postgres"), autocommit=True, connect_timeout=10
        ) as connection:
            there = {name for (name,) in connection.execute("select datname from pg_database")}
            missing = [name for name in wanted if name not in there]
            for name in missing:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    except psycopg.OperationalError as error:
        first = str(error).strip().splitlines()[0]
        raise StackError(f"PostgreSQL does not answer as it should ({first}): check KAIRAN_POSTGRES.") from error
    return missing
