"""PostgreSQL keeps the contract of a queue, for several channels side by side."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from kairan.postgres import Connection, connect, migrations
from kairan.settings import Settings
from kairan.stream import Incoming
from operations.look import databases, dead_letters
from operations.look.dead_letters import Dead
from processors.channels import closing
from processors.channels.queue import Key, Settled
from processors.channels.tables import DUE, PostgresQueue
from tests.contract.queue_suite import ONE, QueueSuite, copies, put, sending

pytestmark = pytest.mark.stack
DATABASE = "queues"


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    """A database of its own on the stack's server."""
    with connect(stack.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {DATABASE}")
        migrations.apply(stack.dsn(DATABASE), "processors.channels")
        yield stack.dsn(DATABASE)
        server.execute(f"drop database {DATABASE} with (force)")


MASS_MAILING = """
with one as (
    insert into channels.sending (id, notice, handle, class, told)
    select decode(md5(n::text), 'hex'), 'n', 'h', 'push', '{}' from generate_series(1, 20000) n returning id)
insert into channels.copy (sending, number, means, due, expires) select id, 0, 'portal', 100, 3e9 from one"""


def _plan(connection: Connection) -> dict[str, Any]:
    asked = b"explain (format json) " + DUE.encode()
    ((plan,),) = connection.execute(asked, ("portal", 200, 50, 50)).fetchall()
    found: dict[str, Any] = plan[0]["Plan"]
    return found


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


class TestPostgresQueue(QueueSuite):
    @pytest.fixture
    def queue(self, dsn: str) -> Iterator[PostgresQueue]:
        with connect(dsn, autocommit=True) as connection:
            connection.execute(
                "truncate channels.address, channels.sending, channels.copy, channels.letter, channels.consumed,"
                "channels.unreadable, channels.naming, channels.asked, channels.consent,"
                "channels.push_key"
            )
            yield PostgresQueue(connection)

    def test_no_batch_looks_at_all_that_waits(self, dsn: str) -> None:
        with connect(dsn, autocommit=True) as connection:
            PostgresQueue(connection)
            connection.execute(MASS_MAILING)
            found = [node for node in _nodes(_plan(connection)) if node.get("Relation Name") in {"copy", "sending"}]
            connection.execute("truncate channels.sending, channels.copy")

        assert {"copy_due", "sending_pkey"} == {node.get("Index Name") for node in found}
        assert all("days" in node["Index Cond"] for node in found if node["Index Name"] == "copy_due")

    def test_dead_letters_are_counted_without_anybody_in_them(
        self, stack: Settings, queue: PostgresQueue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(queue, sending(channel="safe"), 1, 2, 3)
        put(queue, sending(b"x" * 16), 0, means="page")
        queue.settle([Settled(Key(ONE, 1), "failed"), Settled(Key(ONE, 2), "delivered")], 100)
        queue.expire("mail", 900)
        queue.set_aside(Incoming("notice-sendings", 0, 3, 0, None, b"?"), "ValueError")
        monkeypatch.setattr(databases, "BUS", DATABASE)

        assert [
            Dead("", "", "ValueError", 1), Dead("mail", "safe", "expired", 1), Dead("mail", "safe", "failed", 1),
        ] == dead_letters.count(stack)  # fmt: skip

    def test_no_plan_is_kept_from_when_the_queue_was_empty(self, dsn: str) -> None:
        with connect(dsn, autocommit=True) as connection:
            queue = PostgresQueue(connection)
            for _ in range(20):
                queue.due("portal", 200, 50)
            kept = connection.execute("select statement from pg_prepared_statements where generic_plans > 0").fetchall()

        assert [] == kept

    def test_two_channels_that_end_a_sending_side_by_side_tell_it_once(self, dsn: str, queue: PostgresQueue) -> None:
        put(queue, sending(), 1)
        with queue.transaction():
            queue.put({sending(b"x" * 16): copies(sending(b"x" * 16), 1, 2)})
        begun, go_on = Event(), Event()

        def _beside() -> None:
            with connect(dsn, autocommit=True) as connection:
                other = PostgresQueue(connection)
                with other.transaction():
                    other.settle([Settled(Key(b"x" * 16, 2), "gone")], 100)
                    begun.set()
                    go_on.wait(60)
                    closing.close(other, [b"x" * 16], 100)

        with ThreadPoolExecutor() as pool:
            running = pool.submit(_beside)
            begun.wait(60)
            pool.submit(Event().wait, 0.2).add_done_callback(lambda _: go_on.set())
            with queue.transaction():
                queue.settle([Settled(Key(b"x" * 16, 1), "delivered")], 100)
                closing.close(queue, [b"x" * 16], 100)
            running.result()

        assert 1 == len(queue.pending(9))
        assert {} == queue.ended([b"x" * 16])
        assert [Key(ONE, 1)] == [each.key for each in queue.due("mail", 999, 9)]
