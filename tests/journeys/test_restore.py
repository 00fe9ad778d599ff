"""A database is restored from a copy: an older one is rewound by its process, a younger one stops it; keys too."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg import sql

from kairan.keychecks import OtherKeyError
from kairan.loops import Stop
from kairan.positions import AheadOfTopicError
from kairan.postgres import connect
from kairan.settings import Settings
from operations.exit_codes import ExitCode
from processors.admission import __main__ as admission
from processors.ledger import __main__ as ledger
from processors.routing import __main__ as routing
from producers import __main__ as producers
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.conftest import CITY, WARD, Ask
from tests.journeys.life import Life

pytestmark = [pytest.mark.stack, pytest.mark.long]
Main = Callable[[Settings, Stop], None]
BUS, OFFICES = "kairan", f"offices_{WARD}"
WRITERS = {BUS: ("admission", "followers"), OFFICES: ("sinks",)}
AHEAD = {
    "admission": (admission.main, "identity", 'update admission.watermarks set "offset" = "offset" + 1000'),
    "followers": (ledger.main, "ledger", "update ledger.consumed set position = position + 1000"),
}
OF_THE_BUS = {
    "admission": admission.main,
    "routing-live": lambda settings, stop: routing.main("live", settings, stop),
    "routing-bulk": lambda settings, stop: routing.main("bulk", settings, stop),
}
NOTED = """
insert into core_system.bus_position values (%s, 0, %s)
on conflict (topic, partition) do update set next_offset = excluded.next_offset"""
READ = "select next_offset from core_system.bus_position where topic = %s"
TABLES = """
select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema', 'copy')"""


def at_once(_: Settings | None = None) -> bool:
    return True


def copy(settings: Settings, database: str) -> None:
    """All tables as they are now, beside themselves: clerks have the database open."""
    with connect(settings.dsn(database)) as connection:
        connection.execute("create schema copy")
        for schema, table in connection.execute(TABLES).fetchall():
            made = sql.SQL("create table {} as table {}")
            connection.execute(made.format(sql.Identifier("copy", f"{schema}.{table}"), sql.Identifier(schema, table)))


def restore(settings: Settings, database: str) -> None:
    with connect(settings.dsn(database)) as connection:
        tables = connection.execute(TABLES).fetchall()
        whole = sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
        connection.execute(sql.SQL("truncate {}").format(whole))
        for schema, table in tables:
            put = sql.SQL("insert into {} overriding system value table {}")
            connection.execute(put.format(sql.Identifier(schema, table), sql.Identifier("copy", f"{schema}.{table}")))
        connection.execute("drop schema copy cascade")


def taken_back(settings: Settings) -> bool:
    """Has the ledger receipts of the ward that count no more?"""
    with connect(settings.dsn(BUS)) as connection:
        row = connection.execute("select count(*) from ledger.range where undone and member = %s", (WARD,)).fetchone()
    return row is not None and bool(row[0])


@pytest.mark.parametrize("database", WRITERS)
def test_an_older_copy_is_read_on_and_nothing_is_lost_or_counted_twice(
    ask: Ask, settings: Settings, bus: Bus, nation: Life, auditor: Auditor, database: str
) -> None:
    nation.go_on(20)
    bus.settle()
    with bus.without(*WRITERS[database]):
        copy(settings, database)
    nation.go_on(60)
    bus.settle()
    with bus.without(*WRITERS[database]):
        restore(settings, database)
    bus.settle()

    assert ExitCode.FINE == ask("reconcile", "--wait", "10")[0]
    assert [ExitCode.FINE] * 2 == [ask("rebuild", what, "--check")[0] for what in ("identity", "ledger")]
    nation.go_on(20)
    bus.settle()
    assert [] == auditor.found()
    assert taken_back(settings) or database == BUS


@pytest.mark.usefixtures("nation")
@pytest.mark.parametrize("name", AHEAD)
def test_a_database_ahead_of_its_topics_stops_the_process_until_it_is_built_again(
    ask: Ask, settings: Settings, bus: Bus, auditor: Auditor, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main, what, ahead = AHEAD[name]
    bus.settle()
    with bus.without(name):
        with connect(settings.dsn(BUS), autocommit=True) as connection:
            assert connection.execute(ahead.encode()).rowcount
        with pytest.raises(AheadOfTopicError, match="but the topic ends at"):
            main(settings, at_once)
        assert "which of the two was exchanged" in capsys.readouterr().out
        assert ExitCode.FINE == ask("rebuild", what)[0]
    bus.settle()

    assert ExitCode.FINE == ask("rebuild", what, "--check")[0]
    assert [] == auditor.found()


@pytest.mark.usefixtures("nation")
def test_a_core_system_ahead_of_its_refusals_stops_the_sources(settings: Settings, bus: Bus) -> None:
    topic = f"refusals.{CITY}"
    with bus.without("sources"), connect(settings.dsn(f"core_{CITY}"), autocommit=True) as connection:
        before = connection.execute(READ, (topic,)).fetchone()
        connection.execute(NOTED, (topic, 1_000_000))
        with pytest.raises(AheadOfTopicError, match="up to offset 1000000"):
            producers.note_refusals(CITY, settings, at_once)
        connection.execute(NOTED, (topic, before[0] if before else 0))


@contextmanager
def another(key: Path) -> Iterator[None]:
    """Instead of this key the process makes a new one."""
    kept = key.rename(key.with_suffix(".kept"))
    try:
        yield
    finally:
        kept.replace(key)


@pytest.mark.usefixtures("nation")
@pytest.mark.parametrize("name", OF_THE_BUS)
def test_with_another_bus_key_nobody_starts(
    settings: Settings, bus: Bus, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with bus.without(name), another(settings.home / "keys" / "bus.key"):
        with pytest.raises(OtherKeyError):
            OF_THE_BUS[name](settings, at_once)
        assert "put back the key file" in capsys.readouterr().out


@pytest.mark.usefixtures("nation")
def test_with_the_keys_of_two_sources_exchanged_neither_states_anything(
    settings: Settings, bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = settings.home / "keys"
    with bus.without("sources"), another(keys / f"source-{WARD}.key"), another(keys / f"source-{CITY}.key"):
        for one, other in ((WARD, CITY), (CITY, WARD)):
            (keys / f"source-{one}.key").write_bytes((keys / f"source-{other}.kept").read_bytes())
            (keys / f"source-{one}.key").chmod(0o600)
            with pytest.raises(OtherKeyError):
                producers.relay(one, settings, at_once)
        assert 2 == capsys.readouterr().out.count("put back the key file of this source")
