"""Somebody moves: she finds notices, a measure takes all of them away, and the journal is built again as it is."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from kairan import wire
from kairan.kafka import KafkaWriter
from kairan.postgres import connect
from kairan.settings import Settings
from kairan.stream import Outgoing
from operations.exit_codes import ExitCode
from operations.look import reading
from processors.notices.feeds import PROTECTION
from processors.notices.leaving import TOPIC
from tests.journeys.bus import Bus
from tests.journeys.conftest import Ask
from tests.journeys.life import Life
from tests.journeys.logs import names_in_text

pytestmark = pytest.mark.stack
SHOWN = """
select item, kind, facts ->> 'told' is not null from processes.standing
where process = 'notices' and kind <> 'task' and instance = %s"""
SOMEBODY = """
select instance, count(*) from processes.standing where process = 'notices' and kind in ('queued', 'sent')
    and facts ->> 'told' is not null
group by instance order by count(*) desc, instance limit 1"""
KEPT = """
select told::text from processes.journal where process = 'notices'
union all select sent::text from processes.journal where process = 'notices'
union all select facts::text from processes.standing where process = 'notices'
union all select told::text from processes.timer where process = 'notices'"""
BORN = "select distinct (birth_date).value from core_system.resident_history"
LOST = """
delete from processes.journal where process = 'notices' and (instance, version) = (
    select instance, version from processes.journal
    where process = 'notices' and sent is not null and topic = 'life-events' order by instance, version limit 1)"""
NEWBORN = "2024"
"""Whoever was born later may share the day with a deadline."""


@pytest.fixture(scope="module")
def told(settings: Settings, nation: Life, running: Bus) -> bytes:
    """Some have moved; of whom most notices stand."""
    nation.pass_tax_runs()
    nation.go_on(100)
    running.settle()
    [(instance, _)] = asked(settings, SOMEBODY)
    return bytes(instance)


def asked(settings: Settings, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connect(settings.dsn("kairan")) as connection:
        return connection.execute(query.encode(), values).fetchall()


def of_channels(settings: Settings, person: bytes) -> list[dict[str, Any]]:
    with reading.reader(settings, "notices", [TOPIC]) as reader:
        return [wire.decode_record(each.value or b"")[1] for each in reading.everything(reader) if each.key == person]


def state(settings: Settings, person: bytes, version: int, kind: str) -> None:
    """As admission does, of a municipality and a measure that nobody else knows."""
    measure = {"handle": person, "municipality": "131237", "measure": "journey", "version": version, "kind": kind}
    value = wire.encode_record("kairan.bus.Measure", measure | {"event": None, "registered": version})
    with closing(KafkaWriter(settings.properties("admission"))) as writer:
        writer.send(Outgoing(PROTECTION, person, value))
        writer.confirm()


@pytest.mark.usefixtures("told")
def test_notices_are_counted_by_rule_and_nobody_is_in_what_is_shown(ask: Ask) -> None:
    status, seen = ask("notices", "--json")
    by_kind: Counter[str] = Counter()
    for each in seen["standing"]:
        by_kind[each["kind"]] += each["notices"]

    assert (ExitCode.FINE, 0, 0) == (status, seen["held"], seen["letters"])
    assert {"guide", "information"} <= {*by_kind}
    assert "page" in seen["sendings"]
    assert seen["told"] >= by_kind.total() > 0
    assert "Withdrawn" in ask("notices")[1]


def test_a_measure_takes_all_from_page_and_channels_and_its_end_brings_it_back(
    ask: Ask, settings: Settings, bus: Bus, told: bytes
) -> None:
    before = asked(settings, SHOWN, told)
    held = {item for item, kind, is_told in before if kind in {"queued", "sent"} and is_told}
    sent = of_channels(settings, told)
    assert held
    assert held <= {each["notice"] for each in sent if each["purpose"] == "tell"}

    state(settings, told, 1, "1")
    bus.settle()
    assert [] == asked(settings, SHOWN, told)
    assert held <= {
        each["notice"] for each in of_channels(settings, told)[len(sent) :] if each["purpose"] == "withdraw"
    }

    state(settings, told, 2, "3")
    bus.settle()
    assert {item for item, *_ in before} == {item for item, *_ in asked(settings, SHOWN, told)}
    assert ExitCode.FINE == ask("rebuild", "notices", "--check")[0]


@pytest.mark.usefixtures("told")
def test_no_name_no_address_and_no_birth_date_stands_in_what_is_kept_or_sent(settings: Settings) -> None:
    codes = [member.code for member in settings.register().municipalities()]
    kept = "\n".join((*kept_of(settings), *letters_of(settings)))
    days = {day for code in codes for (day,) in born_in(settings, code) if day < NEWBORN}

    assert len(days) > 100
    assert set() == days & {*re.findall(r"\d{4}-\d\d-\d\d", kept)}
    assert [] == names_in_text(settings, codes, kept)


def born_in(settings: Settings, code: str) -> list[tuple[str]]:
    with connect(settings.dsn(f"core_{code}")) as connection:
        return connection.execute(BORN).fetchall()


def kept_of(settings: Settings) -> Iterator[str]:
    yield from (text for (text,) in asked(settings, KEPT) if text)


def letters_of(settings: Settings) -> Iterator[str]:
    with reading.reader(settings, "notices", ["process-inputs", TOPIC]) as reader:
        for each in reading.everything(reader):
            yield (each.value or b"").decode(errors="replace")


@pytest.mark.long
@pytest.mark.usefixtures("told")
def test_a_line_that_was_lost_is_missed_and_comes_back(ask: Ask, settings: Settings, bus: Bus) -> None:
    bus.settle()
    assert ExitCode.FINE == ask("rebuild", "notices", "--check")[0]
    with bus.without("followers"):
        with connect(settings.dsn("kairan"), autocommit=True) as connection:
            assert 1 == connection.execute(LOST.encode()).rowcount
        status, said = ask("rebuild", "notices", "--check", "--json")
        assert (ExitCode.LOOK, 1) == (status, said["tables"]["journal"]["rows"])
        assert ExitCode.FINE == ask("rebuild", "notices")[0]
    bus.settle()

    assert ExitCode.FINE == ask("rebuild", "notices", "--check")[0]
