"""PostgreSQL keeps the contracts of the residents' stores."""

from collections.abc import Iterator

import pytest

from gateway.residents import addressing
from gateway.residents.addressing import StoredAddresses
from gateway.residents.proxy_tables import PostgresProxies
from gateway.residents.tables import PostgresAttempts, PostgresFeedback, PostgresResidents, PostgresSessions
from kairan.postgres import Connection, connect, migrations
from kairan.settings import Settings
from processors.channels.tables import PostgresQueue
from tests.contract.residents_suite import (
    AOI,
    AddressesSuite,
    AttemptsSuite,
    FeedbackSuite,
    ProxiesSuite,
    ResidentsSuite,
    SessionsSuite,
)

pytestmark = pytest.mark.stack
DATABASE = "residents"


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    """A database of its own on the stack's server."""
    with connect(stack.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {DATABASE}")
        for package in ("gateway.residents.migrations", "processors.channels"):
            migrations.apply(stack.dsn(DATABASE), package)
        yield stack.dsn(DATABASE)
        server.execute(f"drop database {DATABASE} with (force)")


@pytest.fixture
def connection(dsn: str) -> Iterator[Connection]:
    with connect(dsn, autocommit=True) as opened:
        opened.execute(
            "truncate gateway.person, gateway.attempt, gateway.session, gateway.proxy, gateway.proxy_view,"
            " gateway.feedback, channels.address, channels.letter"
        )
        yield opened


class TestPostgresSessions(SessionsSuite):
    @pytest.fixture
    def sessions(self, connection: Connection) -> PostgresSessions:
        return PostgresSessions(connection)


class TestPostgresAttempts(AttemptsSuite):
    @pytest.fixture
    def attempts(self, connection: Connection) -> PostgresAttempts:
        return PostgresAttempts(connection)


class TestPostgresResidents(ResidentsSuite):
    @pytest.fixture
    def residents(self, connection: Connection) -> PostgresResidents:
        return PostgresResidents(connection)

    def test_nothing_of_a_subject_stands_in_the_table(
        self, connection: Connection, residents: PostgresResidents
    ) -> None:
        residents.enrol("https://one.example", "aoi-kept-out", AOI)
        rows = connection.execute("select person::text from gateway.person").fetchall()

        assert "aoi-kept-out" not in str(rows)


class TestPostgresProxies(ProxiesSuite):
    @pytest.fixture
    def proxies(self, connection: Connection) -> PostgresProxies:
        return PostgresProxies(connection)


class TestPostgresFeedback(FeedbackSuite):
    @pytest.fixture
    def feedback(self, connection: Connection) -> PostgresFeedback:
        return PostgresFeedback(connection)


class TestPostgresAddresses(AddressesSuite):
    @pytest.fixture
    def store(self, connection: Connection) -> PostgresQueue:
        return PostgresQueue(connection)

    @pytest.fixture
    def addresses(self, store: PostgresQueue, dsn: str) -> StoredAddresses:
        return addressing.on_postgres(dsn)
