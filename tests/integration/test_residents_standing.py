"""What residents' pages show of the rows that processes write."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

import pytest

from gateway.residents.ports import Moved, Told
from gateway.residents.standing import PostgresEntries, PostgresMoves
from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.postgres import Connection, Opened, connect, migrations
from kairan.settings import Settings
from processors.notices.notices import NoticeId, OfficeOf
from processors.notices.showing import TASK

pytestmark = pytest.mark.stack
DATABASE = "standing"
AOI, REN = Handle(b"a" * 16), Handle(b"r" * 16)
NOW = 1_800_000_000_000
ONE, TWO = NoticeId(b"1" * 16), NoticeId(b"2" * 16)
FACTS = {
    "rule": "N5", "kind": "duty", "wording": 0, "due": "2027-02-01", "office": "131016", "business": "027",
    "about": AOI.hex(), "told": NOW,
}  # fmt: skip
TOLD = Told(ONE, "N5", OfficeOf(MunicipalityCode("131016"), "027"), date(2027, 2, 1), NOW)
MOVE = {
    "origin": "131016", "destination": "122033", "planned": {"value": "2027-01-10", "text": "", "certain": True},
    "visit": None, "moved_in": {"value": "0000-00-00", "text": "1月ごろ", "certain": False}, "begun": NOW,
    "departure": EventId(b"d" * 16).hex(), "notice": None, "awaited": 4, "answered": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def dsn(stack: Settings) -> Iterator[str]:
    with connect(stack.dsn("postgres"), autocommit=True) as server:
        server.execute(f"create database {DATABASE}")
        migrations.apply(stack.dsn(DATABASE), "processors.runtime")
        yield stack.dsn(DATABASE)
        server.execute(f"drop database {DATABASE} with (force)")


@pytest.fixture
def connection(dsn: str) -> Iterator[Connection]:
    with connect(dsn, autocommit=True) as opened:
        opened.execute("truncate processes.standing")
        yield opened


def on(connection: Connection) -> Opened:
    return lambda: nullcontext(connection)


def show(
    connection: Connection, process: str, person: Handle, item: bytes, kind: str, facts: dict[str, object]
) -> None:
    connection.execute(
        "insert into processes.standing (process, instance, item, kind, desks, facts) values (%s, %s, %s, %s, '{}', %s)"
        " on conflict (process, instance, item) do update set kind = excluded.kind, facts = excluded.facts",
        (process, bytes(person), bytes(item), kind, json.dumps(facts)),
    )


def test_a_page_has_its_persons_notices_the_newest_first(connection: Connection) -> None:
    show(connection, "notices", AOI, ONE, "sent", FACTS)
    show(connection, "notices", AOI, TWO, "withdrawn", FACTS | {"told": NOW + 1, "due": None, "wording": 2})
    newer = Told(TWO, "N5", TOLD.office, None, NOW + 1, holds=False, wording=2)

    assert ([newer, TOLD], []) == (
        PostgresEntries(on(connection)).of(AOI),
        PostgresEntries(on(connection)).of(REN),
    )


@pytest.mark.parametrize(
    ("kind", "facts"),
    [("queued", {"told": None}), ("withdrawn", {"told": None}), ("superseded", {}), ("stopped", {}), ("corrected", {})],
)
def test_what_was_never_told_or_is_over_is_not_on_the_page(
    connection: Connection, kind: str, facts: dict[str, object]
) -> None:
    show(connection, "notices", AOI, ONE, kind, FACTS | facts)

    assert [] == PostgresEntries(on(connection)).of(AOI)


def test_moves_are_no_notices_and_notices_no_moves(connection: Connection) -> None:
    show(connection, "moving", AOI, ONE, "declared", MOVE)
    show(connection, "notices", AOI, ONE, "sent", FACTS)

    assert ([TOLD], 1) == (
        PostgresEntries(on(connection)).of(AOI),
        len(PostgresMoves(on(connection)).of(AOI)),
    )


def test_whose_page_changes_has_another_version_and_nobody_else(connection: Connection) -> None:
    entries = PostgresEntries(on(connection))
    for person in (AOI, REN):
        show(connection, "notices", person, ONE, "sent", FACTS)
    before = entries.versions([AOI, REN])
    show(connection, "notices", AOI, ONE, "sent", FACTS | {"wording": 1})
    after = entries.versions([AOI, REN])

    assert {AOI} == {person for person in (AOI, REN) if before[person] != after[person]}
    assert ({}, {REN}) == (entries.versions([]), set(entries.versions([REN])))


def test_what_staff_is_asked_is_on_no_page_and_changes_none(connection: Connection) -> None:
    """Who is named as perpetrator would learn from it that somebody is protected."""
    entries = PostgresEntries(lambda: nullcontext(connection))
    show(connection, "notices", AOI, ONE, "sent", FACTS)
    before = entries.versions([AOI])
    show(connection, "notices", AOI, TWO, TASK, {"rule": "N5"})

    assert ([TOLD], before) == (entries.of(AOI), entries.versions([AOI]))


def test_a_move_has_its_days_as_they_were_said(connection: Connection) -> None:
    show(connection, "moving", AOI, ONE, "moved in", MOVE)
    show(connection, "moving", AOI, TWO, "declared", MOVE | {"begun": NOW + 1, "moved_in": None})
    chiyoda, ichikawa = MunicipalityCode("131016"), MunicipalityCode("122033")
    second, first = PostgresMoves(on(connection)).of(AOI)

    assert Moved("moved in", chiyoda, ichikawa, "2027-01-10", None, "1月ごろ", NOW, True, False, 4, 1) == first
    assert (None, NOW + 1) == (second.moved_in, second.begun)
    assert [] == PostgresMoves(on(connection)).of(REN)
