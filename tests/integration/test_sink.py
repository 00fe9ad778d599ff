"""The sink on a real PostgreSQL: the contract, and what only a database can show."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from psycopg import sql

from connectors.postgres import offices
from connectors.postgres.database import Database
from connectors.postgres.deliveries import Key
from connectors.postgres.effects import Order, Person
from connectors.postgres.offices.holdings import of_bucket
from connectors.postgres.sink import Sink
from connectors.postgres.tables import PostgresOffice
from kairan import receipts
from kairan.postgres import Connection, connect
from kairan.receipts import Bucket, LogPosition, Receipt
from kairan.settings import Settings
from operations.look import parking
from tests.contract import deliveries as d
from tests.contract.sink_suite import HANAKO, Apply, Bench, SinkSuite

pytestmark = pytest.mark.stack
OFFICE = "nhi"
GIVEN_UP = parking.GivenUp("the office has the record on paper", "an operator")
TABLES = [
    sql.Identifier(OFFICE, table)
    for table in ("received", "person", "parked", "discarded", "refused", "receipt", "consumed")
]

REFUSE_NAME = """
create function nhi.refuse_name() returns trigger language plpgsql as $$
begin
    raise exception 'no such person: %', new.fields;
end $$"""
REFUSING = """
create trigger picky before insert or update of fields on nhi.person for each row
when (new.fields -> 'name' ->> 'kana' = 'キョヒ') execute function nhi.refuse_name()"""


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    """An office of its own beside those of a member."""
    dsn = stack.dsn("offices_140007")
    offices.migrate(dsn, [OFFICE])
    yield dsn
    with connect(dsn) as connection:
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(OFFICE)))


@pytest.fixture
def picky(dsn: str) -> Iterator[None]:
    """A member's own trigger, which refuses one name in plain words, as triggers do."""
    with connect(dsn, autocommit=True) as connection:
        connection.execute(REFUSE_NAME)
        connection.execute(REFUSING)
        yield
        connection.execute("drop trigger picky on nhi.person")
        connection.execute("drop function nhi.refuse_name()")


def person_of(fields: Any, protection: str | None, measures: Any, versions: Any, latest: list[int]) -> Person:
    return Person(fields, protection, measures, versions, Order(*latest))


class PostgresBench:
    """An emptied office."""

    def __init__(self, database: Database, other: Connection) -> None:
        self.office = PostgresOffice(database, OFFICE)
        self._other = other
        self.fresh()

    def person(self, key: Key) -> Person | None:
        found = self._all(
            "select fields, protection, measures, versions, latest from nhi.person"
            " where business = %s and pairwise_id = %s",
            *key,
        )
        return person_of(*found[0]) if found else None

    def applied(self) -> list[tuple[bytes, str]]:
        return self._all("select event_ref, business from nhi.received order by topic_offset")

    def annulled(self) -> dict[bytes, bytes]:
        return dict(self._all("select event_ref, annulled_by from nhi.received where annulled_by is not null"))

    def parked(self) -> list[tuple[bytes, str]]:
        return self._all("select event_ref, reason from nhi.parked order by topic_offset")

    def parked_deliveries(self) -> list[bytes]:
        return [delivery for (delivery,) in self._all("select delivery from nhi.parked")]

    def release(self, key: Key) -> None:
        statement = "update nhi.parked set released = now() where business = %s and pairwise_id = %s"
        self._other.execute(statement, key)

    def mark(self, key: Key) -> None:
        assert parking.discard(self._other, OFFICE, key.business, key.pairwise_id, GIVEN_UP)

    def discarded(self) -> list[bytes]:
        return [ref for (ref,) in self._all("select event_ref from nhi.discarded order by topic_offset")]

    def receipts(self) -> list[Receipt]:
        return [receipts.decode(value) for (value,) in self._all("select value from nhi.receipt order by sequence")]

    def position(self) -> int | None:
        found = self._all("select position from nhi.consumed")
        return found[0][0] if found else None

    def store_all_characters(self, *, really: bool) -> None:
        offices.configure(self._other, OFFICE, "all" if really else "bmp+plane2")

    def fresh(self) -> None:
        for table in TABLES:
            self._other.execute(sql.SQL("delete from {}").format(table))
        self.store_all_characters(really=True)

    def _all(self, statement: str, *values: Any) -> list[Any]:
        return self._other.execute(statement.encode(), values).fetchall()


class TestPostgresOffice(SinkSuite):
    @pytest.fixture
    def bench(self, dsn: str) -> Iterator[Bench]:
        with closing(Database(dsn)) as database, connect(dsn, autocommit=True) as other:
            yield PostgresBench(database, other)

    @pytest.mark.usefixtures("picky")
    def test_whom_a_members_own_trigger_refuses_is_parked_and_the_others_flow(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1), d.moved_in(2, d.TARO, body={"name": {**d.NAME, "kana": "キョヒ"}}), d.moved_in(3))

        assert [d.ref(1), d.ref(3)] == [event_ref for event_ref, _ in bench.applied()]
        assert [(d.ref(2), "P0001")] == bench.parked()

    def test_who_discarded_what_and_why_is_kept_without_the_delivery(
        self, bench: Bench, sink: Sink, apply: Apply, dsn: str
    ) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))
        bench.mark(HANAKO)
        sink.drain()
        with connect(dsn) as connection:
            ((reason, why, by),) = connection.execute("select reason, why, discarded_by from nhi.discarded").fetchall()

        assert ("character_set", *GIVEN_UP) == (reason, why, by)

    def test_of_a_flag_no_mark_is_set(self, bench: Bench, apply: Apply, dsn: str) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))
        with connect(dsn, autocommit=True) as connection:
            connection.execute("update nhi.parked set type = 'protection.ProtectionChanged'")

            assert 0 == parking.discard(connection, OFFICE, None, d.HANAKO, GIVEN_UP)

    def test_what_an_office_holds_of_a_bucket_can_be_listed(self, bench: Bench, apply: Apply, dsn: str) -> None:
        apply(d.moved_in(999), d.moved_in(1000), d.moved_in(1001, lane="bulk"))
        with connect(dsn) as connection:
            held = of_bucket(connection, OFFICE, Bucket("live", 3, 1))

        assert [(d.ref(1000), "024", LogPosition("live", 3, 1000))] == held
