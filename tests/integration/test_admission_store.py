"""Admission's memory on a real PostgreSQL: the contract, and what only a database can show."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from kairan.postgres import AlreadyOwnedError
from kairan.postgres.migrations import apply
from kairan.settings import Settings
from kairan.stream import Position
from processors.admission.memory import Memory, Notes
from processors.admission.store import PostgresMemory, migrate
from tests.contract.admission_memory_suite import LIVE, AdmissionMemorySuite, Bench, asking, event

pytestmark = pytest.mark.stack
DATABASE = "admission_test_store"


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    """A database of its own on the stack's server."""
    with psycopg.connect(stack.dsn("postgres"), autocommit=True) as server:
        name = sql.Identifier(DATABASE)
        server.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        server.execute(sql.SQL("create database {}").format(name))
        migrate(stack.dsn(DATABASE))
        yield stack.dsn(DATABASE)
        server.execute(sql.SQL("drop database {} with (force)").format(name))


class PostgresBench:
    """An emptied database."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self.opened: list[PostgresMemory] = []
        with psycopg.connect(dsn) as connection:
            connection.execute(
                "truncate admission.events, admission.subjects, admission.departures, admission.watermarks"
            )

    def memory(self) -> Memory:
        return self.of()

    def of(self, *members: str, owner: str = "admission") -> PostgresMemory:
        self.opened.append(PostgresMemory(self._dsn, members, owner))
        return self.opened[-1]


class TestPostgresMemory(AdmissionMemorySuite):
    @pytest.fixture
    def postgres(self, dsn: str) -> Iterator[PostgresBench]:
        bench = PostgresBench(dsn)
        yield bench
        for memory in bench.opened:
            memory.close()

    @pytest.fixture
    def bench(self, postgres: PostgresBench) -> Bench:
        return postgres

    def test_a_member_has_one_owner(self, postgres: PostgresBench) -> None:
        postgres.of("141003", "131237")

        with pytest.raises(AlreadyOwnedError):
            postgres.of("131237")

    def test_a_member_is_free_when_its_owner_is_gone(self, postgres: PostgresBench) -> None:
        postgres.of("141003").close()

        assert {} == postgres.of("141003").watermarks()

    def test_each_owner_has_its_own_watermarks_and_all_know_every_event(self, postgres: PostgresBench) -> None:
        notes = Notes()
        notes.event(event(1), Position(LIVE, 3, 0))
        postgres.of(owner="east").note(notes)
        other = postgres.of(owner="west")

        question = asking(1)
        assert ({}, 1) == (other.watermarks(), len(other.recall(question).events))

    def test_migrating_twice_changes_nothing(self, dsn: str) -> None:
        migrate(dsn)

        assert [] == apply(dsn, "processors.admission.migrations")
