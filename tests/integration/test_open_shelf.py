"""What anybody may read of releases, on a real PostgreSQL; what they were made of is away meanwhile."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kairan.postgres import Connection, connect, migrations
from kairan.settings import Settings
from processors.statistics.publishing.shelf import PostgresShelf, Released
from tests.contract.open_shelf_suite import CELLS, CONTENT, DIMENSIONS, OpenShelfSuite, Put

pytestmark = pytest.mark.stack
RELEASE = """
insert into statistics.release (dataset, "window", vintage, dimensions, finest, released, is_told)
values (%s, %s, %s, %s, '{0,0}', 1800000000000, %s) returning number"""
CELL = "insert into statistics.cell values (%s, %s, %s)"
FILE = "insert into statistics.file values (%s, %s, 'text/csv', %s, %s)"


@pytest.fixture
def connection(stack: Settings) -> Iterator[Connection]:
    """Nothing of it stays: it is one transaction, in which nobody could read what is kept inside."""
    migrations.apply(stack.dsn("kairan"), "processors.statistics.publishing")
    with connect(stack.dsn("kairan"), autocommit=True) as opened, opened.transaction(force_rollback=True):
        opened.execute("alter table statistics.inside rename to away")
        yield opened


@pytest.fixture
def shelf(connection: Connection) -> PostgresShelf:
    @contextmanager
    def _opened() -> Iterator[Connection]:
        yield connection

    return PostgresShelf(_opened)


@pytest.fixture
def dataset() -> str:
    return "open-shelf-suite"


@pytest.fixture
def put(connection: Connection) -> Put:
    def _put(dataset: str, window: str, vintage: int) -> Released:
        return kept(connection, dataset, window, vintage)

    return _put


def kept(connection: Connection, dataset: str, window: str, vintage: int, *, is_told: bool = True) -> Released:
    values = (dataset, window, vintage, list(DIMENSIONS), is_told)
    [[number]] = connection.execute(RELEASE, values).fetchall()
    for place, count in CELLS.items():
        connection.execute(CELL, (number, list(place), count))
    name = f"{dataset}-{window}-v{vintage}.csv"
    connection.execute(FILE, (name, number, CONTENT, hashlib.sha256(CONTENT).digest()))
    return Released(number, dataset, window, vintage, DIMENSIONS, (0, 0), 1_800_000_000_000)


class TestInPostgres(OpenShelfSuite):
    """The suite, on the real one."""


def test_what_its_topic_does_not_have_yet_is_not_on_the_shelf(
    connection: Connection, shelf: PostgresShelf, dataset: str
) -> None:
    its = kept(connection, dataset, "2026-04", 1, is_told=False)

    assert ([], None) == (shelf.releases(dataset), shelf.release(dataset, "2026-04"))
    assert ([], None) == (shelf.files([its.number]), shelf.file(f"{dataset}-2026-04-v1.csv"))
