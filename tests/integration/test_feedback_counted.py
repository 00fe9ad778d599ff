"""What residents say of their notices, counted where they and the notices are kept."""

import json
from collections.abc import Iterator

import pytest

from kairan.postgres import Connection, connect, migrations
from kairan.settings import Settings
from operations.look.notices import Feedback, feedback_of

pytestmark = pytest.mark.stack
DATABASE = "feedback"
AOI, REN = b"a" * 16, b"r" * 16


@pytest.fixture
def connection(stack: Settings) -> Iterator[Connection]:
    with connect(stack.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {DATABASE}")
        migrations.apply(stack.dsn(DATABASE), "processors.runtime")
        with connect(stack.dsn(DATABASE), autocommit=True) as opened:
            yield opened
        server.execute(f"drop database {DATABASE} with (force)")


def test_what_residents_say_is_counted_by_rule_of_what_their_pages_still_show(
    connection: Connection, stack: Settings
) -> None:
    assert [] == feedback_of(connection)
    migrations.apply(stack.dsn(DATABASE), "gateway.residents.migrations")
    for person, notice, rule in ((AOI, b"1", "N2"), (REN, b"2", "N2"), (REN, b"3", "N5")):
        connection.execute(
            "insert into processes.standing values ('notices', %s, %s, 'sent', '{}', %s)",
            (person, notice * 16, json.dumps({"rule": rule})),
        )
    for person, notice, verdict in (
        (AOI, b"1", "wrong"),
        (REN, b"2", "wrong"),
        (REN, b"3", "helped"),
        (AOI, b"9", "wrong"),
    ):
        connection.execute("insert into gateway.feedback values (%s, %s, %s, 7)", (notice * 16, person, verdict))

    assert [Feedback("N2", "wrong", 2), Feedback("N5", "helped", 1)] == feedback_of(connection)
