"""PostgreSQL keeps the contracts of the residents' stores."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial

import pytest

from gateway.residents import addressing
from gateway.residents.addressing import StoredAddresses
from gateway.residents.disclosing import PostgresDisclosures
from gateway.residents.proxy_tables import PostgresProxies
from gateway.residents.tables import PostgresFeedback, PostgresResidents, PostgresSessions
from gateway.sign_in.tables import PostgresAttempts
from kairan.identifiers import Handle
from kairan.postgres import Connection, connect, migrations
from kairan.settings import Settings
from kairan.stream import Incoming
from kairan.testing import MemoryBroker, MemoryReader
from processors.channels.tables import PostgresQueue
from processors.disclosures.store import Disclosures
from processors.routing.measures import TOPIC, Measures
from tests.contract.disclosures_suite import DisclosuresSuite
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
        for package in ("gateway.residents.migrations", "processors.channels", "processors.disclosures"):
            migrations.apply(stack.dsn(DATABASE), package)
        yield stack.dsn(DATABASE)
        server.execute(f"drop database {DATABASE} with (force)")


@pytest.fixture
def connection(dsn: str) -> Iterator[Connection]:
    with connect(dsn, autocommit=True) as opened:
        opened.execute(
            "truncate gateway.person, gateway.attempt, gateway.session, gateway.proxy, gateway.proxy_view,"
            " gateway.feedback, channels.address, channels.letter, disclosures.entry, disclosures.consumed"
        )
        yield opened


class TestPostgresSessions(SessionsSuite):
    @pytest.fixture
    def sessions(self, connection: Connection) -> PostgresSessions:
        return PostgresSessions(lambda: nullcontext(connection))


class TestPostgresAttempts(AttemptsSuite):
    @pytest.fixture
    def attempts(self, connection: Connection) -> PostgresAttempts:
        return PostgresAttempts(lambda: nullcontext(connection), "gateway.attempt")


class TestPostgresResidents(ResidentsSuite):
    @pytest.fixture
    def residents(self, connection: Connection) -> PostgresResidents:
        return PostgresResidents(lambda: nullcontext(connection))

    def test_nothing_of_a_subject_stands_in_the_table(
        self, connection: Connection, residents: PostgresResidents
    ) -> None:
        residents.enrol("https://one.example", "aoi-kept-out", AOI)
        rows = connection.execute("select person::text from gateway.person").fetchall()

        assert "aoi-kept-out" not in str(rows)


class TestPostgresProxies(ProxiesSuite):
    @pytest.fixture
    def proxies(self, connection: Connection) -> PostgresProxies:
        return PostgresProxies(lambda: nullcontext(connection))


class TestPostgresFeedback(FeedbackSuite):
    @pytest.fixture
    def feedback(self, connection: Connection) -> PostgresFeedback:
        return PostgresFeedback(lambda: nullcontext(connection))


class TestPostgresAddresses(AddressesSuite):
    @pytest.fixture
    def store(self, connection: Connection) -> PostgresQueue:
        return PostgresQueue(connection)

    @pytest.fixture
    def addresses(self, store: PostgresQueue, dsn: str) -> StoredAddresses:
        return addressing.on_postgres(partial(connect, dsn, autocommit=True))


class Told(PostgresDisclosures):
    """Kept as the process keeps them; whoever is hidden has a measure."""

    def apply(self, batch: Sequence[Incoming]) -> None:
        with self.opened() as connection:
            Disclosures(connection).apply(batch)

    def hide(self, person: Handle) -> None:
        self.measures.state.evolve(
            {"handle": person, "municipality": "131237", "measure": "m1", "version": 1, "kind": "1", "registered": 1}
        )


class TestPostgresDisclosures(DisclosuresSuite):
    @pytest.fixture
    def disclosures(self, connection: Connection) -> Told:
        measures = Measures(MemoryReader(MemoryBroker({TOPIC: 1}), "gateway", [TOPIC], from_start=True))
        return Told(lambda: nullcontext(connection), measures, lambda: self.NOW)
