"""Tables that are built again beside those in use: of a table that others write, too, only the own rows count."""

from collections.abc import Iterator

import pytest

from kairan.postgres import Connection, connect
from kairan.postgres.copies import Only, Projection, Table, differing, empty, take_over
from kairan.settings import Settings

pytestmark = pytest.mark.stack
OURS = Projection("kept", (Table("line", key=("of", "place")),), only=Only("of", ("ours",)), added=("letter",))
TABLES = """
create schema kept;
create table kept.line (of text, place integer, told text, number integer generated always as identity);
create table kept.letter (number integer generated always as identity, of text, value text, sent boolean default false);
insert into kept.line values ('ours', 1, 'a'), ('ours', 2, 'b'), ('theirs', 1, 'c');
insert into kept.letter (of, value, sent) values ('ours', 'before', true), ('theirs', 'waits', false)"""
BUILT = """
insert into kept_rebuilt.line values ('ours', 1, 'a'), ('ours', 2, 'B'), ('ours', 3, 'd');
insert into kept_rebuilt.letter (of, value) values ('ours', 'later'), ('ours', 'last')"""


@pytest.fixture
def tables(stack: Settings) -> Iterator[Connection]:
    with connect(stack.dsn("kairan"), autocommit=True) as connection:
        connection.execute(TABLES.encode())
        yield connection
        connection.execute("drop schema kept cascade")


def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query.encode()).fetchall()


def test_only_the_own_rows_are_compared_and_replaced_and_an_outbox_keeps_what_it_has(tables: Connection) -> None:
    with empty(tables, OURS):
        tables.execute(BUILT.encode())
        [found] = differing(tables, OURS)
        take_over(tables, OURS)

    assert ("line", 2, (("ours", "2"), ("ours", "3"))) == found
    lines = rows(tables, "select of, place, told from kept.line order by of, place")
    assert [("ours", 1, "a"), ("ours", 2, "B"), ("ours", 3, "d"), ("theirs", 1, "c")] == lines
    letters = rows(tables, "select value, sent from kept.letter order by number")
    assert [("before", True), ("waits", False), ("later", False), ("last", False)] == letters
