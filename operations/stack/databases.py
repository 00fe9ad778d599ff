"""The databases of one PostgreSQL server: made when missing, then brought to this version by their owners."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from connectors.postgres import core_system, offices
from kairan.postgres import migrations
from kairan.postgres.migrations import ChangedMigrationError
from kairan.register import Register
from operations.stack.errors import StackError

BUS = "kairan"
OF_THE_BUS = (
    "processors.admission.migrations",
    "processors.ledger",
    "processors.disclosures",
    "processors.runtime",
    "processors.channels",
    "gateway.desks",
    "gateway.residents.migrations",
)
"""The packages whose numbered SQL files make the bus's own database."""
AT_ONCE = 4


def names(register: Register) -> list[str]:
    """The bus's own, a core system for each municipality, back offices for each member with channels."""
    return [BUS, *map(core, _cores(register)), *map(office, _channels(register))]


def core(member: str) -> str:
    return f"core_{member}"


def office(member: str) -> str:
    return f"offices_{member}"


def prepare(server: str, register: Register) -> None:
    """
    Makes and migrates all databases; doing it twice changes nothing.

    Raises:
        StackError: the server does not let us in, or the data are of another version.

    """
    with _explained():
        _create_missing(server, names(register))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in list(_migrations(pool, server, register)):
                done.result()


def version(server: str) -> str:
    """
    The server's own version; also shows that it lets us in.

    Raises:
        StackError: it does not.

    """
    with _explained(), _connected(server) as connection:
        return f"{connection.info.server_version // 10_000}.{connection.info.server_version % 10_000}"


def _migrations(pool: Executor, server: str, register: Register) -> Iterator[Future[Any]]:
    """A task for each package that owns tables, in each database that has them."""
    for package in OF_THE_BUS:
        yield pool.submit(migrations.apply, _dsn(server, BUS), package)
    for member in _cores(register):
        yield pool.submit(core_system.migrate, _dsn(server, core(member)))
    for member, channels in _channels(register).items():
        yield pool.submit(offices.migrate, _dsn(server, office(member)), channels)


def _cores(register: Register) -> list[str]:
    return [member.code for member in register.municipalities()]


def _channels(register: Register) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for channel in register.channels:
        found.setdefault(channel.member, []).append(channel.channel)
    return found


def _create_missing(server: str, wanted: Iterable[str]) -> None:
    with _connected(server) as connection:
        there = {name for (name,) in connection.execute("select datname from pg_database")}
        for name in wanted:
            if name not in there:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def _connected(server: str) -> psycopg.Connection[tuple[str, ...]]:
    return psycopg.connect(_dsn(server, "postgres"), autocommit=True, connect_timeout=10)


def _dsn(server: str, database: str) -> str:
    return make_conninfo(server, dbname=database)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.DiskFull as error:
        raise StackError(
            "The disk that holds PostgreSQL's data is full: free some space and run the same again."
        ) from error
    except psycopg.OperationalError as error:
        first = str(error).strip().splitlines()[0]
        advice = "`kairan status` shows what runs; an address in KAIRAN_POSTGRES replaces the local server"
        raise StackError(f"PostgreSQL does not answer as it should ({first}). {advice}.") from error
    except ChangedMigrationError as error:
        raise StackError(
            f"The data here were made by another version ({error}): remove KAIRAN_HOME, or set it to a fresh folder."
        ) from error
