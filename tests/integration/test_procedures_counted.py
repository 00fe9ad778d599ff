"""Moves are counted by what they show; rows that no rule would make are found, and whatever waits too long."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from kairan import topics
from kairan.identifiers import EventId, MunicipalityCode
from kairan.kafka import LOG_PARTITIONS, KafkaWriter
from kairan.kafka.offsets import Offsets
from kairan.postgres import connect, migrations
from kairan.settings import Settings
from kairan.stream import Outgoing, Position, TopicPartition
from operations import here
from operations.look import databases, journals, procedures
from operations.look.procedures import LATE_AFTER, AtStep
from processors.moving.facts import Came, Input, TimerName
from processors.moving.household import Gathered
from processors.moving.invariants import Rule
from processors.moving.process import NAME, WORDS, shows
from processors.moving.steps import Step
from processors.moving.timers import DAY, HOUR
from processors.moving.watching import Checked, Watch
from processors.runtime import tables
from processors.runtime.leaps import Leap
from processors.runtime.process import UNSHOWN, Due, Shown, Stand
from processors.runtime.tables import PostgresJournal
from tests.integration.conftest import CITY
from tests.unit.processors.moving.story import (
    DAYS,
    B,
    C,
    annulled,
    arrived,
    closed,
    declared,
    known,
    notified,
)

pytestmark = pytest.mark.stack
ANN, BEN = b"a" * 16, b"b" * 16
A = MunicipalityCode("131237")
TABLES = ", ".join(
    f"processes.{each}" for each in ("journal", "timer", "letter", "consumed", "held", "leap", "standing", "checked")
)
NOW = 1_700_000_000_000


def move(number: int) -> EventId:
    return EventId(bytes(15) + bytes([number]))


def timer(person: bytes, its: EventId, due: int = NOW + 5) -> Due:
    return Due(person, due, as_json(Came(its, TimerName.REVIEW, its, 0, due)))


def as_json(word: Any) -> str:
    return json.dumps(WORDS.to_json(word))


def shown(*told: Input) -> list[Shown]:
    return list(shows(known(*told), DAYS))


@pytest.fixture
def households(stack: Settings, journal: PostgresJournal) -> Iterator[PostgresJournal]:  # noqa: ARG001 - clears up
    with connect(stack.dsn(databases.BUS), autocommit=True) as connection:
        yield PostgresJournal(connection, "household")


@pytest.fixture
def journal(stack: Settings) -> Iterator[PostgresJournal]:
    migrations.apply(stack.dsn(databases.BUS), "processors.runtime")
    with connect(stack.dsn(databases.BUS), autocommit=True) as connection:
        connection.execute(f"truncate {TABLES}".encode())  # a process that another test ran may have left its place
        yield PostgresJournal(connection, NAME)
        connection.execute(f"truncate {TABLES}".encode())


def show(journal: PostgresJournal, person: bytes, rows: list[Shown]) -> None:
    """They wait for something, as they should."""
    journal.show({person: rows})
    journal.set_timers({person: [timer(person, EventId(row.item)) for row in rows if row.facts.get("timers")]})


def broken(stack: Settings) -> dict[Rule, int]:
    return {rule: count for rule, count in procedures.count(stack, NOW).broken.items() if count}


def test_each_move_is_counted_at_its_step(stack: Settings, journal: PostgresJournal) -> None:
    show(journal, ANN, shown(declared(), arrived(), notified(), closed(), declared("later", at=99, origin=B, to=C)))
    show(journal, BEN, shown(declared()))

    found = procedures.count(stack, NOW)
    assert [AtStep(Step.CERT_SENT, 2, 0), AtStep(Step.COMPLETED, 1, 0)] == found.steps
    assert (0, True) == (found.half_moved(), found.is_well())


HISTORIES: list[list[Input]] = [
    [declared(), arrived(), notified(), closed()],
    [arrived()],
    [arrived(), notified(), closed()],
    [replace(arrived(), is_from_member=False)],
    [arrived(origin=None), declared()],
    [declared(), annulled("departure", at=5), arrived()],
    [declared(), declared("second departure", at=3, to=C)],
    [arrived(), arrived("second arrival", at=40, to=C)],
    [notified()],
    [declared(), arrived(), notified(), closed(), annulled("arrival")],
]


@pytest.mark.parametrize("told", HISTORIES)
def test_what_a_move_shows_of_itself_breaks_no_rule(
    stack: Settings, journal: PostgresJournal, told: list[Input]
) -> None:
    show(journal, ANN, shown(*told))

    assert {} == broken(stack)


@pytest.mark.parametrize(
    ("rule", "told", "planted"),
    [
        (Rule.DEPARTURE, [declared(), arrived()], {"departures": 2}),
        (Rule.DEPARTURE, [arrived()], {"undeclared": None}),
        (Rule.NOTICE, [declared(), arrived(), notified(), closed()], {"notice": None}),
        (Rule.ANSWER, [declared(), arrived(), notified(), closed()], {"awaited": 3, "answered": 2}),
        (Rule.CONFLICT, [notified()], {"tasks": [{"kind": "close the record of who went abroad", "desk": A}]}),
        (Rule.CONFLICT, [notified()], {"tasks": None}),
        (Rule.CONFLICT, [notified()], {"tasks": []}),
    ],
)
def test_a_row_that_no_rule_would_make_is_found(
    stack: Settings, journal: PostgresJournal, rule: Rule, told: list[Input], planted: dict[str, Any]
) -> None:
    rows = [row._replace(facts={**row.facts, **planted}) for row in shown(*told)]
    show(journal, ANN, rows)

    assert {rule: 1} == broken(stack)
    assert not procedures.count(stack, NOW).is_well()


def test_two_records_are_found_unless_a_desk_is_asked(stack: Settings, journal: PostgresJournal) -> None:
    asked = shown(arrived(), arrived("second arrival", at=40, to=C))
    show(journal, ANN, asked)
    show(journal, BEN, [row._replace(kind=Step.COMPLETED) for row in asked])

    found = procedures.count(stack, NOW)
    assert 1 == found.broken[Rule.TWO_RECORDS]
    assert 1 == found.conflicts()


def test_who_left_where_he_had_arrived_has_one_record(stack: Settings, journal: PostgresJournal) -> None:
    back = arrived("back", at=60, to=A, origin=B)
    show(journal, ANN, shown(arrived(), notified(), closed(), back))

    assert Rule.TWO_RECORDS not in broken(stack)


def test_an_open_move_without_a_timer_of_its_own_is_found(stack: Settings, journal: PostgresJournal) -> None:
    [row] = shown(declared())
    journal.show({ANN: [row], BEN: [row]})
    journal.set_timers({ANN: [timer(ANN, move(9))], BEN: [timer(BEN, EventId(row.item))]})

    found = procedures.count(stack, NOW)
    assert ([AtStep(Step.CERT_SENT, 2, 1)], {Rule.TIMER: 1}) == (found.steps, broken(stack))


def household(kind: Gathered, overdue_at: int | None) -> Shown:
    return Shown(b"", kind, frozenset({A}), {"overdue_at": overdue_at})


def test_a_household_that_nobody_would_look_for_is_found_and_who_is_behind_is_counted(
    stack: Settings, households: PostgresJournal
) -> None:
    households.show({ANN: [household(Gathered.EXPECTED, NOW)], BEN: [household(Gathered.BEHIND, None)]})
    assert {Rule.TIMER: 1} == broken(stack)

    households.set_timers({ANN: [Due(ANN, NOW + 5, "{}")]})
    found = procedures.count(stack, NOW)
    assert (1, True) == (found.households, found.is_well())


def test_what_cannot_be_shown_is_found(stack: Settings, journal: PostgresJournal, households: PostgresJournal) -> None:
    journal.show({ANN: [UNSHOWN]})
    households.show({BEN: [UNSHOWN]})

    found = procedures.count(stack, NOW)
    assert ([], {Rule.SHOWN: 2}, False) == (found.steps, broken(stack), found.is_well())


def test_an_arrival_that_nobody_had_declared_is_counted(stack: Settings, journal: PostgresJournal) -> None:
    show(journal, ANN, shown(arrived()))

    assert 1 == procedures.count(stack, NOW).undeclared


def test_what_waits_and_who_is_held_is_counted(stack: Settings, journal: PostgresJournal) -> None:
    at = TopicPartition("life-events", 0)
    for person, offset in ((ANN, 3), (ANN, 4), (BEN, 5)):
        journal.hold(person, Position(*at, offset))
    journal.post([Outgoing("process-inputs", ANN, b"1"), Outgoing("process-inputs", ANN, b"2")])
    journal.mark([journal.pending(1)[0][0]], [])
    due = [NOW - 5, NOW - LATE_AFTER, NOW - LATE_AFTER - 9, NOW + 1]
    journal.set_timers({ANN: [timer(ANN, move(number), when) for number, when in enumerate(due)]})

    assert (2, 1, NOW - LATE_AFTER - 9, 2) == procedures.count(stack, NOW).owed


def test_what_a_sandboxs_clock_leapt_over_is_late_only_after_a_while(stack: Settings, journal: PostgresJournal) -> None:
    journal.set_timers({ANN: [timer(ANN, move(1), NOW + DAY)]})
    with connect(stack.dsn(databases.BUS), autocommit=True) as connection:
        tables.leap(connection, Leap(NOW, 2 * DAY))

    soon, later = procedures.count(stack, NOW + 9), procedures.count(stack, NOW + LATE_AFTER + 9)
    assert ((NOW + DAY, 0), (NOW + DAY, 1)) == (soon.owed[2:], later.owed[2:])


@pytest.fixture
def read(stack: Settings, journal: PostgresJournal) -> int:
    """Other tests have left something in the topics; how many inputs."""
    partitions = [TopicPartition(topic, part) for topic in journals.MOVING.topics for part in range(LOG_PARTITIONS)]
    ends = Offsets(stack.properties("operator")).last(partitions)
    journal.advance({}, {at: Stand(end, NOW) for at, end in ends.items()})
    return sum(end for at, end in ends.items() if at.topic == "process-inputs")


def test_what_is_yet_to_be_read_is_counted(stack: Settings, read: int) -> None:
    found = procedures.count(stack, here.now()).behind

    assert {"moving": 0, "household": read} == {name: found[name] for name in ("moving", "household")}


@pytest.mark.usefixtures("read")
def test_an_answer_that_nobody_hears_is_counted_and_late_after_a_while(stack: Settings) -> None:
    before = procedures.count(stack, here.now())
    with closing(KafkaWriter(stack.properties("admin"))) as writer:
        writer.send(Outgoing(topics.name(topics.ANSWERS, CITY), ANN, b""))
        writer.confirm()
    now, later = (procedures.count(stack, at) for at in (here.now(), here.now() + LATE_AFTER + HOUR))

    assert before.behind["answers"] + 1 == now.behind["answers"] == later.late["answers"]
    assert now.late["answers"] <= before.behind["answers"]
    assert not later.is_well()


def test_what_the_process_found_last_is_shown_with_when_it_asked(stack: Settings, journal: PostgresJournal) -> None:
    assert procedures.count(stack, NOW).checked is None
    show(journal, ANN, [row._replace(facts={**row.facts, "departures": 2}) for row in shown(declared(), arrived())])
    with connect(stack.dsn(databases.BUS), autocommit=True) as connection:
        for at in (NOW, NOW + 5):
            Watch(connection, partial(int, at), lambda: 0.0).look()

    found = procedures.count(stack, NOW + 6)
    assert (Checked(NOW + 5, 0, {Rule.DEPARTURE: 1}), False) == (found.checked, found.is_unwatched)
