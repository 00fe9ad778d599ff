"""What leaves, on a real Kafka and PostgreSQL: a month that is over is kept, and told in its topic, whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from kairan import topics, wire
from kairan.kafka import KafkaReader
from kairan.postgres import Connection, connect, migrations, own
from kairan.settings import Settings
from kairan.stream import Incoming, until_now
from operations.look import statistics
from processors.statistics.datasets import MIGRATION_BY_EFFECT
from processors.statistics.publishing.store import RIGHT, Store
from tests.contract.releases_suite import NOW, ShelfSuite, leaving, revised

pytestmark = pytest.mark.stack
MONTHS = (f"{year}-{month:02}" for year in range(2100, 2200) for month in range(1, 13))
"""Of these tests alone."""
SEAMS = ("releases.before-send", "releases.before-mark")
SECONDS = 60


@pytest.fixture
def connection(stack: Settings) -> Iterator[Connection]:
    migrations.apply(stack.dsn("kairan"), "processors.statistics.publishing")
    with connect(stack.dsn("kairan"), autocommit=True) as opened:
        yield opened


@pytest.fixture
def shelf(connection: Connection) -> Store:
    return Store(connection)


@pytest.fixture
def window() -> str:
    return next(MONTHS)


class TestInPostgres(ShelfSuite):
    """The suite, on the real one."""


def told(stack: Settings, topic: str, principal: str = "analyst") -> list[dict[str, object]]:
    return [wire.decode_record(each.value)[1] for each in records(stack, topic, principal) if each.value]


def records(stack: Settings, topic: str, principal: str = "analyst") -> list[Incoming]:
    group = topics.group(principal, "test")
    with closing(KafkaReader(stack.properties(principal), group, [topic], from_start=True)) as reader:
        return [each for batch in until_now(reader) for each in batch]


def run(stack: Settings, seam: str = "") -> "subprocess.Popen[bytes]":
    known = {"KAIRAN_HOME": str(stack.home), "KAIRAN_FAILPOINT": seam, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "processors.statistics.publishing"]
    return subprocess.Popen(command, env=os.environ | known, stderr=subprocess.DEVNULL)


def publish(stack: Settings, connection: Connection) -> None:
    """All that is not told yet, also of other tests."""
    process = run(stack)
    try:
        while connection.execute("select 1 from statistics.release where not is_told").fetchone():
            assert process.poll() is None
            time.sleep(0.1)
        process.terminate()
        assert 0 == process.wait(SECONDS)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("seam", SEAMS)
def test_killed_while_it_tells_it_tells_a_table_whole_and_then_that_it_is_there(
    stack: Settings, connection: Connection, shelf: Store, window: str, seam: str
) -> None:
    kept = leaving(window, 4, 40, 44, 48)
    shelf.save([kept], NOW)
    assert -signal.SIGKILL == run(stack, seam).wait(SECONDS)
    publish(stack, connection)

    said = [each for each in told(stack, "statistics-releases") if each["window"] == window]
    cells = [each for each in told(stack, "statistics.natural-change") if each["window"] == window]

    release = kept.kept.release
    assert {len(kept.places)} == {each["cells"] for each in said}
    assert {it: release.count(it) for it in kept.places} == {tuple(each["place"]): each["count"] for each in cells}
    assert None in {each["count"] for each in cells}


def test_what_a_revision_tells_coarser_is_taken_out_of_the_topic(
    stack: Settings, connection: Connection, shelf: Store, window: str
) -> None:
    first = revised(window, 0)
    shelf.save([first], NOW)
    second = revised(window, 3, shelf.before([MIGRATION_BY_EFFECT], window))
    shelf.save([second], NOW + 1)
    publish(stack, connection)

    found = records(stack, "statistics.migration-by-effect")
    newest = {each.key: each.value for each in found if (each.key or b"").startswith(window.encode())}
    left = {tuple(wire.decode_record(value)[1]["place"]) for value in newest.values() if value}

    assert set(first.places) - set(second.places)
    assert set(second.places) == left


def test_an_operator_sees_what_left_and_what_is_not_told_yet(stack: Settings, shelf: Store, window: str) -> None:
    shelf.save([leaving(window, 4, 40, 44, 48)], NOW)
    (its,) = [each for each in statistics.overview(stack, NOW).left if each.window == window]

    assert (False, NOW) == (its.is_told, its.released)
    assert 0 < its.hidden < its.cells


def test_nobody_writes_down_two_publishers_releases(stack: Settings, connection: Connection) -> None:
    own(connection, RIGHT)

    assert 1 == run(stack).wait(SECONDS)
