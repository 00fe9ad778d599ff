"""PostgreSQL keeps the contract of a journal."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from kairan.postgres import Connection, OperationalError, connect, migrations
from kairan.settings import Settings
from kairan.stream import Position
from processors.runtime.process import Due, Row, Stand
from processors.runtime.tables import PostgresJournal
from tests.contract.journal_suite import AT, AWAY, FIRST, HERE, HOME, ONE, PLACE, THERE, JournalSuite

pytestmark = pytest.mark.stack
DATABASE = "journals"


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    """A database of its own on the stack's server."""
    with connect(stack.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {DATABASE}")
        migrations.apply(stack.dsn(DATABASE), "processors.runtime")
        yield stack.dsn(DATABASE)
        server.execute(f"drop database {DATABASE} with (force)")


class TestPostgresJournal(JournalSuite):
    @pytest.fixture
    def journal(self, dsn: str) -> Iterator[PostgresJournal]:
        with connect(dsn, autocommit=True) as connection:
            connection.execute(
                "truncate processes.journal, processes.timer, processes.letter, processes.consumed, processes.held,"
                " processes.standing"
            )
            yield PostgresJournal(connection, "moving")

    def test_another_process_sees_nothing_of_it(self, dsn: str, journal: PostgresJournal) -> None:
        with journal.transaction():
            journal.advance({}, {AT: Stand(5, 50)})
            journal.append([Row(ONE, 1, FIRST, (), PLACE)])
            journal.set_timers({ONE: [Due(ONE, 1, FIRST)]})
            journal.show({ONE: [HOME]})
        with connect(dsn, autocommit=True) as connection:
            other = PostgresJournal(connection, "notices")
            other.show({ONE: [AWAY]})

            assert ({}, [], {ONE: []}) == (other.stands(), other.due(9, 9), other.histories([ONE]))
            assert ({ONE: [AWAY]}, {ONE: [HOME]}) == (other.shown([ONE]), journal.shown([ONE]))

    def test_what_shows_the_same_is_not_written_again(self, dsn: str, journal: PostgresJournal) -> None:
        with journal.transaction():
            journal.show({ONE: [HOME, AWAY]})
        before = places(dsn)
        with journal.transaction():
            journal.show({ONE: [HOME, AWAY._replace(kind="notified")]})

        assert [True, False] == [place == places(dsn)[item] for item, place in sorted(before.items(), reverse=True)]

    @pytest.fixture
    def beside(self, dsn: str, journal: PostgresJournal) -> Iterator[Connection]:
        """Of another owner, which does not wait for ever; ONE is held."""
        journal.hold(ONE, HERE)
        with connect(dsn, autocommit=True) as connection:
            connection.execute("set lock_timeout = '100ms'")
            yield connection

    def test_who_is_released_is_told_to_nobody_before_that_is_over(
        self, journal: PostgresJournal, beside: Connection
    ) -> None:
        other = PostgresJournal(beside, "moving")
        with journal.transaction():
            journal.waiting(ONE)
            with pytest.raises(OperationalError):
                other.held([ONE])
            with pytest.raises(OperationalError):
                other.waiting(ONE)
            journal.release(ONE, HERE)

        assert frozenset() == other.held([ONE])

    def test_who_was_told_to_somebody_as_held_is_not_released_before_that_is_over(
        self, journal: PostgresJournal, beside: Connection
    ) -> None:
        with journal.transaction():
            journal.held([ONE])
            with pytest.raises(OperationalError):
                PostgresJournal(beside, "moving").waiting(ONE)

    def test_what_was_held_behind_it_while_a_release_waited_is_seen_by_it(
        self, dsn: str, journal: PostgresJournal, beside: Connection
    ) -> None:
        beside.execute("set lock_timeout = 0")
        with ThreadPoolExecutor() as pool, connect(dsn, autocommit=True) as looking:
            with journal.transaction():
                journal.held([ONE])
                journal.hold(ONE, THERE)
                released = pool.submit(PostgresJournal(beside, "moving").waiting, ONE)
                wait_until_locked(looking, beside, released)

            assert [HERE, THERE] == released.result()


def wait_until_locked(looking: Connection, waits: Connection, asked: Future[Sequence[Position]]) -> None:
    query, its = "select pg_blocking_pids(%s)", (waits.info.backend_pid,)
    while not asked.done() and looking.execute(query, its).fetchone() == ([],):
        Event().wait(0.01)


def places(dsn: str) -> dict[bytes, str]:
    """Where PostgreSQL has each row: a row that was written again lies elsewhere."""
    with connect(dsn) as connection:
        return dict(connection.execute("select item, ctid::text from processes.standing").fetchall())
