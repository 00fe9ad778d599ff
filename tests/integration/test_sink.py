"""The sink on a real PostgreSQL: the contract, and what only a database can show."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from psycopg import sql
from psycopg.errors import UndefinedColumn

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
from kairan.stream import Incoming
from operations.look import parking
from operations.look.hiding import Hiding
from operations.stack.errors import StackError
from tests.contract import deliveries as d
from tests.contract.sink_bench import CHANNEL, HANAKO, Apply, Bench
from tests.contract.sink_suite import SinkSuite

pytestmark = pytest.mark.stack
OFFICE = "nhi"
GIVEN_UP = parking.GivenUp("the office has the record on paper", "an operator")
MOVED = {"name": d.RARE_NAME, "address": d.ADDRESS}
TABLES = [
    sql.Identifier(OFFICE, table)
    for table in ("received", "person", "parked", "discarded", "refused", "answer", "receipt", "consumed")
]

REFUSALS = {
    "in plain words": ("raise exception 'no such person: %', new.fields;", "P0001"),
    "with a code of its own": ("raise exception 'no' using errcode = 'ZZ001';", "ZZ001"),
    "with a code of the server": ("raise exception 'no' using errcode = 'query_canceled';", "57014"),
    "by an assertion": ("assert false;", "P0004"),
    "by a row that must be there": ("select 1 into strict found from pg_class where false;", "P0002"),
    "by a sequence that was not asked before": ("perform currval('nhi.receipt_sequence_seq');", "55000"),
    "by a typing mistake": ("perform nosuch();", "42883"),
    "by a commit": ("commit;", "2D000"),
}
REFUSE_NAME = """
create function nhi.refuse_name() returns trigger language plpgsql as $$
declare
    found integer;
begin
    {}
    return new;
end $$"""
REFUSING = """
create {} on nhi.person {} for each row
when (new.fields -> 'name' ->> 'kana' = 'キョヒ') execute function nhi.refuse_name()"""
AT_ONCE = ("trigger picky before insert or update of fields", "")
AT_THE_END = ("constraint trigger picky after insert or update of fields", "deferrable initially deferred")
WAYS = [(what, code, AT_ONCE) for what, code in REFUSALS.values()]
WAYS += [(*REFUSALS["in plain words"], AT_THE_END)]


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    """An office of its own beside those of a member."""
    dsn = stack.dsn("offices_140007")
    offices.migrate(dsn, [OFFICE])
    yield dsn
    with connect(dsn) as connection:
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(OFFICE)))


@pytest.fixture(params=WAYS, ids=[*(name.replace(" ", "-") for name in REFUSALS), "at-the-end"])
def picky(dsn: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A member's own trigger, which refuses one name in some way; the code that it gives."""
    body, code, (kind, when) = request.param
    with connect(dsn, autocommit=True) as connection:
        connection.execute(REFUSE_NAME.format(body).encode())
        connection.execute(REFUSING.format(kind, when).encode())
        yield code
        connection.execute("drop trigger picky on nhi.person")
        connection.execute("drop function nhi.refuse_name()")


def hiding(*hidden: bytes) -> Hiding:
    """These hide by now, though no delivery told the office so."""
    return Hiding(CHANNEL.member, frozenset(hidden).__contains__)


@pytest.fixture
def without_a_column(dsn: str) -> Iterator[None]:
    """An office in which no statement of the sink can work."""
    with connect(dsn, autocommit=True) as connection:
        connection.execute("alter table nhi.person rename column fields to other")
        yield
        connection.execute("alter table nhi.person rename column other to fields")


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
        assert parking.discard(self._other, OFFICE, key.business, key.pairwise_id, GIVEN_UP, hiding())

    def discarded(self) -> list[bytes]:
        return [ref for (ref,) in self._all("select event_ref from nhi.discarded order by topic_offset")]

    def receipts(self) -> list[Receipt]:
        return [receipts.decode(value) for (value,) in self._all("select value from nhi.receipt order by sequence")]

    def to_answer(self) -> dict[tuple[bytes, str], str]:
        found = self._all("select event_ref, business, outcome from nhi.answer where answered_at is null")
        return {(ref, business): outcome for ref, business, outcome in found}

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

    def test_whom_a_members_own_trigger_refuses_is_parked_and_the_others_flow(
        self, bench: Bench, apply: Apply, picky: str
    ) -> None:
        """In whatever way: what left the sink would end those of all channels, again and again."""
        apply(d.moved_in(1), d.moved_in(2, d.TARO, body={"name": {**d.NAME, "kana": "キョヒ"}}), d.moved_in(3))

        assert [d.ref(1), d.ref(3)] == [event_ref for event_ref, _ in bench.applied()]
        assert [(d.ref(2), picky)] == bench.parked()

    @pytest.mark.usefixtures("without_a_column")
    def test_what_is_wrong_with_the_sinks_own_statement_parks_nobody(self, bench: Bench, apply: Apply) -> None:
        with pytest.raises(UndefinedColumn):
            apply(d.moved_in(1))

        assert ([], None) == (bench.parked(), bench.position())

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

            assert 0 == parking.discard(connection, OFFICE, None, d.HANAKO, GIVEN_UP, hiding())

    @pytest.mark.parametrize("hidden", [(), (d.HANAKO,), (d.TARO,)], ids=["nobody", "she herself", "somebody related"])
    def test_whoever_hides_by_now_is_released_without_her_place(
        self, bench: Bench, sink: Sink, apply: Apply, dsn: str, hidden: tuple[bytes, ...]
    ) -> None:
        self._parked(bench, apply, d.moved_in(1, body=MOVED, related=(d.TARO,)))
        with connect(dsn, autocommit=True) as connection:
            released = parking.release(connection, OFFICE, None, None, hiding(*hidden))
        sink.drain()

        person = bench.person(HANAKO)
        assert person is not None
        assert ([(d.ref(1), "024")], len(hidden)) == released
        assert (True, not hidden) == ("name" in person.fields, "address" in person.fields)

    def test_what_waits_behind_a_discarded_delivery_loses_the_place_too(
        self, bench: Bench, sink: Sink, apply: Apply, dsn: str
    ) -> None:
        self._parked(bench, apply, d.moved_in(1, body=MOVED), d.moved_in(2, body=MOVED))
        with connect(dsn, autocommit=True) as connection:
            assert 1 == parking.discard(connection, OFFICE, None, d.HANAKO, GIVEN_UP, hiding(d.HANAKO))
        sink.drain()

        person = bench.person(HANAKO)
        assert person is not None
        assert {"name"} == person.fields.keys()

    def test_what_was_granted_to_an_office_that_knew_of_the_protection_is_kept(
        self, bench: Bench, sink: Sink, apply: Apply, dsn: str
    ) -> None:
        self._parked(bench, apply, d.moved_in(1, body=MOVED, protection="protected"))
        with connect(dsn, autocommit=True) as connection:
            assert 0 == parking.release(connection, OFFICE, None, None, hiding(d.HANAKO)).stripped
        sink.drain()

        person = bench.person(HANAKO)
        assert person is not None
        assert MOVED.keys() == person.fields.keys()

    def test_when_nobody_can_tell_who_hides_nothing_is_released(
        self, bench: Bench, sink: Sink, apply: Apply, dsn: str
    ) -> None:
        def _nobody_knows(_: bytes) -> bool:
            raise StackError

        self._parked(bench, apply, d.moved_in(1, body=MOVED))
        with connect(dsn, autocommit=True) as connection, pytest.raises(StackError):
            parking.release(connection, OFFICE, None, None, Hiding(CHANNEL.member, _nobody_knows))

        assert 0 == sink.drain()
        assert [(d.ref(1), "character_set")] == bench.parked()

    @staticmethod
    def _parked(bench: Bench, apply: Apply, *deliveries: Incoming) -> None:
        """The office could not store the name, and now it can."""
        bench.store_all_characters(really=False)
        apply(*deliveries)
        bench.store_all_characters(really=True)

    def test_what_an_office_holds_of_a_bucket_can_be_listed(self, bench: Bench, apply: Apply, dsn: str) -> None:
        apply(d.moved_in(999), d.moved_in(1000), d.moved_in(1001, lane="bulk"))
        with connect(dsn) as connection:
            held = of_bucket(connection, OFFICE, Bucket("live", 3, 1))

        assert [(d.ref(1000), "024", LogPosition("live", 3, 1000))] == held
