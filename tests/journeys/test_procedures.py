"""Moves are counted where they stand, each is told as it went, and a journal that was damaged is mended."""

from collections import Counter
from typing import Any

import pytest

from kairan.postgres import connect
from kairan.settings import Settings
from operations.exit_codes import ExitCode
from operations.look import reading
from processors.moving import reading as words
from processors.moving.facts import Death, Departure, Fact
from processors.moving.feeds import LOG
from tests.journeys.bus import Bus
from tests.journeys.conftest import Ask
from tests.journeys.life import Life
from tests.unit.processors.moving.test_feeds import Nobody

pytestmark = pytest.mark.stack
OPEN = {"declared", "certificate sent", "prepared", "lapsed", "moved in", "notified", "confirmed"}
LOST = """
delete from processes.journal where process = 'moving' and (instance, version) = (
    select instance, version from processes.journal
    where process = 'moving' and sent is not null and topic = 'life-events' order by instance, version limit 1)"""
LETTERS = "select number from processes.letter"
WRITTEN = 'select process, instance, topic, partition, "offset", written_at from processes.journal'
Moved = list[tuple[bytes, Fact]]


@pytest.fixture(scope="module")
def moved(settings: Settings, nation: Life, running: Bus) -> Moved:
    """Some have moved; whose moves the log tells of, and what."""
    nation.pass_tax_runs()
    nation.go_on(100)
    running.settle()
    with reading.reader(settings, "procedures", [LOG]) as reader:
        found = [(each.key or b"", words.fact(each, Nobody(), 0)) for each in reading.everything(reader)]
    return [(person, fact) for person, fact in found if fact and not isinstance(fact, Death)]


def test_every_move_that_the_log_tells_of_stands_somewhere(ask: Ask, moved: Moved) -> None:
    begun = [person for person, fact in moved if fact.corrects is None]

    status, seen = ask("procedures", "--json")
    steps: Counter[str] = Counter(seen["steps"])

    assert (ExitCode.LOOK if steps["conflict"] else ExitCode.FINE) == status
    assert (0, 0, 0) == (sum(seen["broken"].values()), seen["held"], seen["overdue"])
    assert (0, {"moving": 0, "household": 0, "answers": 0}) == (seen["letters"], seen["behind"])
    assert 0 < len({*begun}) <= steps.total() <= len(begun)
    assert OPEN & set(steps)


def test_a_move_is_told_by_any_of_its_events(ask: Ask, moved: Moved) -> None:
    departure = next(fact for _, fact in moved if isinstance(fact, Departure))

    status, its = ask("procedures", departure.event.hex(), "--json")

    assert status in {ExitCode.FINE, ExitCode.LOOK}
    assert ("departure", departure.event.hex()) in {(each["what"], each["event"]) for each in its["way"]}
    assert its["step"] in {_step(each) for each in its["way"] if each["what"] == "step"}
    for event in {each["event"] for each in its["way"]}:
        assert its == ask("procedures", event, "--json")[1]


def _step(told: dict[str, Any]) -> str:
    return str(told["note"]).partition(";")[0]


@pytest.mark.usefixtures("moved")
@pytest.mark.long
def test_a_line_that_was_lost_is_missed_and_comes_back(ask: Ask, settings: Settings, bus: Bus) -> None:
    bus.settle()
    assert ExitCode.FINE == ask("rebuild", "moving", "--check")[0]
    letters, written = len(rows(settings, LETTERS)), rows(settings, WRITTEN)
    with bus.without("followers"):
        with connect(settings.dsn("kairan"), autocommit=True) as connection:
            assert 1 == connection.execute(LOST.encode()).rowcount
        status, told = ask("rebuild", "moving", "--check", "--json")
        assert (ExitCode.LOOK, {"journal": 1}) == (status, {of: each["rows"] for of, each in told["tables"].items()})
        assert ExitCode.FINE == ask("rebuild", "moving")[0]
        assert len(rows(settings, LETTERS)) <= letters + 1
        assert 1 == len(written - rows(settings, WRITTEN))
        assert ExitCode.FINE == ask("rebuild", "moving", "--check")[0]
    bus.settle()

    assert ExitCode.FINE == ask("rebuild", "moving", "--check")[0]


def rows(settings: Settings, query: str) -> set[tuple[Any, ...]]:
    with connect(settings.dsn("kairan")) as connection:
        return set(connection.execute(query.encode()).fetchall())
