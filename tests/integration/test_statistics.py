"""Statistics as a process, on a real Kafka: killed while it counts, it tells what a recount of the log tells."""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kairan import topics
from kairan.kafka import KafkaReader, KafkaWriter, partition_of
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, until_now
from operations.look import recounting
from processors.statistics import totals
from processors.statistics.datasets import MIGRATION, MIGRATION_BY_EFFECT, TAX_BANDS, Cell, Partial
from processors.statistics.publishing.months import GRACE_MILLISECONDS, Months, end_of
from processors.statistics.publishing.publisher import Publisher
from tests.contract.releases_suite import MemoryShelf
from tests.unit.processors.routing import world
from tests.unit.processors.routing.world import handle, record

pytestmark = pytest.mark.stack
LOG, BULK = topics.name(topics.LIFE_EVENTS), topics.name(topics.LIFE_EVENTS_BULK)
PARTIALS = topics.name(topics.STATISTICS_PARTIALS)
SECONDS = 60
"""Of patience with a busy machine; the whole takes half of it."""
OF_OURS = "402036"
"""久留米市: in these tests nobody else moves there."""
FROM = (world.NAGANO, world.NAHA, world.YOKOHAMA)
PEOPLE = range(70_000, 70_120)


def event(person: int, number: int, **told: Any) -> Outgoing:
    """The first of hers is a move from one of three places; what comes then corrects it or takes it back."""
    origin = FROM[person % 3]
    stated = {
        "id": event_id(person, number),
        "source": {"municipality": OF_OURS, "business": "001"},
        "subject": {"kind": "person", "handle": handle(person)},
        "municipalities": [world.municipality("origin", origin)],
    } | told
    body = {"sex": str(1 + (person + number) % 2), "birth_date": world.day("1990-01-01")}
    days = {"moved_in_date": world.day("2026-04-01"), "planned_date": world.day("2026-03-30")}
    value = record("residence.MovedIn", body | days, **stated).value
    return Outgoing(LOG, handle(person), value, partition_of(handle(person)))


def assessment(person: int) -> Outgoing:
    """In the other lane."""
    stated = {
        "id": event_id(person, 9),
        "source": {"municipality": OF_OURS, "business": "010"},
        "subject": {"kind": "person", "handle": handle(person)},
    }
    value = record("tax.ResidentTaxAssessed", {"income_total": 3_000_000}, **stated).value
    return Outgoing(BULK, handle(person), value, partition_of(handle(person)))


def event_id(person: int, number: int) -> bytes:
    return (person * 100 + number).to_bytes(16)


def history(person: int) -> list[Outgoing]:
    """Every fifth is corrected, every seventh taken back, every fourth taxed; of every third all lies there twice."""
    said = [event(person, 0)]
    if person % 5 == 0:
        said.append(event(person, 1, change="corrected", corrects=event_id(person, 0)))
    if person % 7 == 0:
        said.append(event(person, 2, change="annulled", corrects=event_id(person, len(said) - 1)))
    said += [assessment(person)] if person % 4 == 0 else []
    return said + (said if person % 3 == 0 else [])


def admit(settings: Settings, records: list[Outgoing]) -> None:
    with closing(KafkaWriter(settings.properties("admission"))) as writer:
        for each in records:
            writer.send(each)
        writer.confirm()


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    known = {"KAIRAN_HOME": str(settings.home), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "processors.statistics"]
    with subprocess.Popen(command, env=os.environ | known, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def told(settings: Settings, topic: str) -> list[Incoming]:
    group = topics.group("operator", f"statistics-{time.monotonic_ns()}")
    with closing(KafkaReader(settings.properties("operator"), group, [topic], from_start=True)) as reader:
        return [each for batch in until_now(reader) for each in batch]


def counted(settings: Settings) -> Counter[Cell]:
    """Where ours moved to: the newest total of each partition and window."""
    newest = {each.key: totals.read(each.value or b"") for each in told(settings, PARTIALS)}
    found = Counter[Cell]()
    for partial in (each for each in newest.values() if isinstance(each, Partial)):
        for place, number in partial.counts.items():
            found[Cell(partial.dataset, partial.window, place)] += number if OF_OURS in place else 0
    return +found


def recounted(settings: Settings) -> Counter[Cell]:
    """From what these tests said, and when the log got the first record of each; nothing of the bus is asked."""
    appended, taxed = ({each.key: each.timestamp for each in reversed(told(settings, lane))} for lane in (LOG, BULK))
    found = Counter[Cell]()
    for person in PEOPLE:
        if handle(person) in taxed:
            found[Cell(TAX_BANDS.name, month_of(taxed[handle(person)]), (OF_OURS, "200-300"))] += 1
        if person % 7 and handle(person) in appended:
            sex = ("male", "female")[(person + (person % 5 == 0)) % 2]
            place = (FROM[person % 3], OF_OURS, sex, "35-39")
            found[Cell(MIGRATION.name, month_of(appended[handle(person)]), place)] += 1
            found[Cell(MIGRATION_BY_EFFECT.name, "2026-04", place)] += 1
    return found


def month_of(appended: int) -> str:
    return f"{datetime.fromtimestamp(appended / 1000, UTC) + timedelta(hours=9):%Y-%m}"


def months(settings: Settings) -> Months:
    """As a publisher understands what was told."""
    found = Months(topics.LOG_PARTITIONS)
    for each in told(settings, PARTIALS):
        found.take(totals.read(each.value or b""))
    return found


def wait_until_it_tells_what_a_recount_tells(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    expected = recounted(settings)
    while counted(settings) != expected:
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        time.sleep(0.2)


def assert_it_leaves_when_the_month_is_over(its: Months, cell: Cell) -> None:
    """Nothing small leaves, and of ours the total of the place they moved to, if it leaves at all."""
    shelf = MemoryShelf()
    _, window, (_, destination, *_) = cell
    Publisher(shelf, its).publish(end_of(window) + GRACE_MILLISECONDS, 0)
    (told,) = shelf.before([MIGRATION], window)
    shown = {count for each in shelf.kept for count in shelf.cells(each).values()} - {None, 0}
    assert all(count >= MIGRATION.k for count in shown if count)
    assert destination[:2] in {place[1][:2] for place in (*told.release.shown, *told.release.hidden)}


def test_killed_in_the_midst_and_without_its_store_it_tells_what_a_recount_of_the_log_tells(stack: Settings) -> None:
    people = list(PEOPLE)
    admit(stack, [each for person in people[:60] for each in history(person)])
    with worker(stack):
        while not told(stack, topics.name(topics.STATISTICS_PERSONS)):
            time.sleep(0.02)
    with worker(stack) as process:
        wait_until_it_tells_what_a_recount_tells(stack, process)
        admit(stack, [each for person in people[60:] for each in history(person)])
        process.kill()
        process.wait(SECONDS)
    shutil.rmtree(stack.home / "statistics")
    with worker(stack) as process:
        last = max(each.timestamp for each in told(stack, LOG))
        wait_until_it_tells_what_a_recount_tells(stack, process)
        while (months(stack).until() or 0) <= last:
            assert process.poll() is None
            time.sleep(0.2)
        assert [] == recounting.recount(stack).differing
        assert_it_leaves_when_the_month_is_over(
            months(stack), max(cell for cell in counted(stack) if cell.dataset == MIGRATION.name)
        )
        process.terminate()
        assert 0 == process.wait(SECONDS), process.stderr and process.stderr.read().decode()
