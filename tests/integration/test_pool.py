"""Connections that pages share: each step has one for itself, as every process here opens it, and leaves nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from kairan.postgres import Opened, OperationalError, changed, connect, rows, within
from kairan.postgres import pool as pools
from kairan.postgres.pool import pool
from kairan.settings import Settings

pytestmark = pytest.mark.stack
MOST = 2
_WHO = "select pg_backend_pid()"


@pytest.fixture
def opened(stack: Settings) -> Iterator[Opened]:
    with pool(stack.dsn("postgres"), MOST) as opened:
        yield opened


def test_steps_at_once_have_connections_of_their_own(opened: Opened) -> None:
    both = Barrier(MOST)

    def step() -> int:
        with opened() as connection:
            both.wait(10)
            [[number]] = connection.execute(_WHO).fetchall()
        return int(number)

    with ThreadPoolExecutor(MOST) as threads:
        found = [each.result() for each in [threads.submit(step) for _ in range(MOST)]]

    assert MOST == len(set(found))


def test_however_many_steps_follow_one_another_a_few_connections_serve_them(opened: Opened) -> None:
    assert MOST >= len({number for _ in range(10 * MOST) for [number] in rows(opened, _WHO)})


def test_who_gets_none_in_time_is_told_so(stack: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "WAIT_SECONDS", 1.0)
    with pool(stack.dsn("postgres"), 1) as opened, opened(), pytest.raises(OperationalError), opened():
        pass


def test_a_connection_is_as_every_other_and_what_one_step_sets_the_next_does_not_find(opened: Opened) -> None:
    asked = "select current_setting('timezone'), current_setting('search_path')"
    [[zone, path]] = rows(opened, asked)
    with opened() as connection:
        within(connection, "pg_catalog")
        is_alone = connection.autocommit

    assert ("UTC", True, [("UTC", path)]) == (zone, is_alone, rows(opened, asked))


def test_a_connection_that_was_cut_meanwhile_is_replaced(stack: Settings, opened: Opened) -> None:
    [[number]] = rows(opened, _WHO)
    with connect(stack.dsn("postgres"), autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", (number,))

    assert rows(opened, _WHO) != [(number,)]


def test_a_statement_says_how_many_rows_it_changed_and_takes_a_sign_of_percent_as_it_is(opened: Opened) -> None:
    with opened() as connection:
        connection.execute("create table if not exists counted (value text)")
    try:
        assert 2 == changed(opened, "insert into counted values (%s), (%s)", ("a", "b"))
        assert [("a",)] == rows(opened, "select value from counted where value like 'a%'")
    finally:
        changed(opened, "drop table counted")
