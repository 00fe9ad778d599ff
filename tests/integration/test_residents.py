"""PostgreSQL keeps the contracts of the residents' stores."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial

import pytest

from gateway.residents import addressing, counter_tables, enrolling
from gateway.residents.addressing import StoredAddresses
from gateway.residents.counter_tables import PostgresCounter
from gateway.residents.disclosing import PostgresDisclosures
from gateway.residents.enrolling import TRIES, Enrolments, Subject
from gateway.residents.proxy_tables import PostgresProxies
from gateway.residents.tables import PostgresFeedback, PostgresResidents, PostgresSessions
from gateway.sign_in.browser import digest
from gateway.sign_in.tables import PostgresAttempts
from kairan.postgres import Connection, connect, migrations
from kairan.settings import Settings
from kairan.stream import Incoming
from processors.channels.tables import PostgresQueue
from processors.disclosures.store import Disclosures
from tests.contract.counter_suite import ACT, CODE, HERS, KEY, NOW, CounterSuite, issued
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
            " gateway.feedback, gateway.pending, gateway.code, gateway.wrong_code,"
            " channels.address, channels.letter, disclosures.entry, disclosures.consumed"
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
        residents.bind(Subject.of("https://one.example", "aoi-kept-out"), AOI)
        rows = connection.execute("select person::text from gateway.person").fetchall()

        assert "aoi-kept-out" not in str(rows)


class TestPostgresCounter(CounterSuite):
    @pytest.fixture
    def residents(self, connection: Connection) -> PostgresResidents:
        return PostgresResidents(lambda: nullcontext(connection))

    @pytest.fixture
    def counter(self, connection: Connection) -> PostgresCounter:
        return PostgresCounter(connection)

    def test_who_enrolled_a_subject_is_found_in_the_desks_book(self, connection: Connection, its: Enrolments) -> None:
        its.wait(KEY, HERS, NOW)
        enrolling.issue(PostgresCounter(connection), issued())
        its.bring(KEY, CODE, NOW, hides=False)

        acts = connection.execute("select act from gateway.person").fetchall()
        PostgresCounter(connection).bind(HERS, AOI)

        assert ([(ACT,)], [(None,)]) == (acts, connection.execute("select act from gateway.person").fetchall())

    def test_nothing_of_a_code_or_a_subject_stands_in_the_tables(self, connection: Connection, its: Enrolments) -> None:
        its.wait(KEY, Subject.of("https://one.example", "aoi-kept-out"), NOW)
        enrolling.issue(PostgresCounter(connection), issued())
        its.bring(KEY, CODE[::-1], NOW, hides=False)
        tables = ("pending", "code", "wrong_code")
        rows = [connection.execute(f"select {each}::text from gateway.{each}").fetchall() for each in tables]  # noqa: S608 - three names of ours

        assert [1, 1, 2] == [len(each) for each in rows]
        assert not [word for word in ("aoi-kept-out", CODE, CODE[::-1]) if word in str(rows)]

    def test_of_many_guesses_at_once_five_are_looked_at(self, connection: Connection, dsn: str) -> None:
        """Each on a connection of its own, as in several processes."""
        its = counter_tables.on_postgres(partial(connect, dsn, autocommit=True), digest)
        its.wait(KEY, HERS, NOW)
        with ThreadPoolExecutor(12) as many:
            said = list(many.map(lambda _: its.bring(KEY, CODE, NOW, hides=False), range(12)))

        assert (TRIES, 12 - TRIES) == (said.count("wrong"), said.count("over"))

    def test_a_code_that_is_sent_twice_at_once_is_taken_once(self, connection: Connection, dsn: str) -> None:
        its = counter_tables.on_postgres(partial(connect, dsn, autocommit=True), digest)
        its.wait(KEY, HERS, NOW)
        enrolling.issue(PostgresCounter(connection), issued())
        with ThreadPoolExecutor(2) as both:
            said = list(both.map(lambda _: its.bring(KEY, CODE, NOW, hides=False), range(2)))

        assert 1 == said.count("gone")


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
    """Kept as the process keeps them."""

    def apply(self, batch: Sequence[Incoming]) -> None:
        with self.opened() as connection:
            Disclosures(connection).apply(batch)


class TestPostgresDisclosures(DisclosuresSuite):
    @pytest.fixture
    def disclosures(self, connection: Connection) -> Told:
        return Told(lambda: nullcontext(connection), lambda: self.NOW)
