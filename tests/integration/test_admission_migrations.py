"""A memory that the release before has written is emptied, read again from the log, and knows the same."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import sql

from kairan.postgres import connect
from kairan.settings import Settings
from processors.admission import batch, log
from processors.admission.facts import Stated
from processors.admission.store import PROJECTION, SCHEMA, PostgresMemory, migrate
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.test_measures_before_arrival import DEPARTED, HANDLE, LOADED, NUMBER, arrival, flag
from tests.unit.processors.admission.world import World

pytestmark = pytest.mark.stack
DATABASE = "admission_test_migrations"
TABLES = [*(table.name for table in PROJECTION.compared), *PROJECTION.beside]
FLAGGED = (s.EDOGAWA, NUMBER)


@pytest.fixture
def dsn(stack: Settings) -> Iterator[str]:
    with psycopg.connect(stack.dsn("postgres"), autocommit=True) as server:
        name = sql.Identifier(DATABASE)
        server.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        server.execute(sql.SQL("create database {}").format(name))
        yield stack.dsn(DATABASE)
        server.execute(sql.SQL("drop database {} with (force)").format(name))


@pytest.fixture
def before(dsn: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """What that release admitted, and what it noted: a flag too made its number permanent."""

    def _has_made_history(envelope: Mapping[str, Any]) -> set[Stated]:
        return {Stated(envelope["source"]["municipality"], envelope["subject"]["handle"])}

    migrate(dsn)
    with monkeypatch.context() as release:
        for module in (batch, log):
            release.setattr(module, "stated_by", _has_made_history)
        world = World()
        with closing(PostgresMemory(dsn)) as memory:
            start(world, memory)
            (loaded,) = world.admit(s.statement(LOADED))
            world.admit(s.statement(DEPARTED, version=2))
            world.admit(s.statement(LOADED, version=3, change="corrected", corrects=loaded["id"]))
            world.admit(flag())
    take_back(dsn)
    assert [] == world.codes()
    return world


def take_back(dsn: str) -> None:
    """The tables as that release left them: without what the migrations since have added."""
    with closing(connect(dsn, autocommit=True)) as connection:
        connection.execute("alter table admission.subjects drop column protected")
        connection.execute("delete from public.schema_version where file >= '0003'")


def start(world: World, memory: PostgresMemory) -> None:
    """A process with this memory, which first reads what it does not know."""
    world.memory = memory
    world.admission = world.process()


def rows(dsn: str, table: str) -> set[tuple[Any, ...]]:
    with closing(connect(dsn)) as connection:
        query = sql.SQL("select * from {}").format(sql.Identifier(SCHEMA, table))
        return set(connection.execute(query).fetchall())


def without_history(dsn: str) -> set[tuple[str, str]]:
    return {row[:2] for row in rows(dsn, "subjects") if not row[3]}


def test_the_memory_of_the_release_before_is_emptied(dsn: str, before: World) -> None:
    assert before.events()
    assert all(rows(dsn, table) for table in TABLES)

    migrate(dsn)

    assert {table: set() for table in TABLES} == {table: rows(dsn, table) for table in TABLES}


def test_what_is_read_again_is_the_same_but_for_the_number_of_a_flag(dsn: str, before: World) -> None:
    known = {table: rows(dsn, table) for table in TABLES}
    had_no_history = without_history(dsn)
    migrate(dsn)
    with closing(PostgresMemory(dsn)) as memory:
        start(before, memory)

    assert [known["events"], known["departures"]] == [rows(dsn, "events"), rows(dsn, "departures")]
    assert {row[:3] for row in known["subjects"]} == {row[:3] for row in rows(dsn, "subjects")}
    assert (set(), {FLAGGED}) == (had_no_history, without_history(dsn))


def test_admission_goes_on_as_if_it_had_always_known_so(dsn: str, before: World) -> None:
    """What is known is dropped, what is new is admitted: the arrival too, whose number the flag had kept from it."""
    migrate(dsn)
    with closing(PostgresMemory(dsn)) as memory:
        start(before, memory)
        repeated = before.admit(s.statement(LOADED), flag())
        (arrived,) = before.admit(arrival())

    assert ([], []) == (repeated, before.codes())
    assert HANDLE == arrived["subject"]["handle"]
