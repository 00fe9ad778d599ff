"""What an operator sees of moves: counts without anybody in them, and one move's whole way."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kairan.identifiers import EventId
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from operations import here
from operations.cli import run
from operations.exit_codes import ExitCode
from operations.look import databases, finding, procedures, reading, routing
from operations.look import procedure as looking
from operations.look.finding import Found
from operations.look.journals import MOVING
from operations.look.procedure import PASSED, Event, Person, Procedure, procedure, together, withheld
from operations.look.procedures import LATE_AFTER, AtStep, Overview, Owed, behind, in_order, is_unwatched
from processors.moving import feeds
from processors.moving.facts import Input, TimerName
from processors.moving.invariants import Rule
from processors.moving.steps import Step
from processors.moving.tasks import TaskKind
from processors.moving.timers import HOUR
from processors.moving.watching import Checked
from processors.routing.protection import ProtectionState
from processors.runtime import inputs
from processors.runtime import tables as tables_of_processes
from processors.runtime.process import Due, Process, Stand, Told
from processors.runtime.runtime import Runtime
from processors.runtime.testing import MemoryJournal
from tests.unit.processors.moving.story import (
    DAYS,
    RECORD_B,
    A,
    B,
    C,
    abroad,
    annulled,
    answered,
    arrived,
    closed,
    decided,
    declared,
    died,
    event,
    next_timer,
    notified,
)
from tests.unit.processors.moving.test_feeds import Nobody
from tests.unit.processors.routing import world

ANN = b"a" * 16


def person(*told: Input, is_held: bool = False) -> Person:
    """Whose process was told this."""
    journal = MemoryJournal()
    process: Process[Any, Any, Any] = feeds.moving(DAYS, Nobody(), int)
    places = (Position(feeds.LOG, 0, offset) for offset, _ in enumerate(told))
    Runtime(process, journal).tell([(at, Told(ANN, each)) for at, each in zip(places, told, strict=True)])
    due: list[Due] = journal.due(10**15, 99)
    return Person(journal.lines([ANN])[ANN], [(each.due, each.told, False) for each in due], is_held, is_read=True)


def of(name: str, *told: Input, is_held: bool = False) -> Procedure:
    found = procedure(person(*told, is_held=is_held), event(name))
    assert found is not None
    return found


def way(its: Procedure) -> list[str]:
    return [f"{each.what}: {each.note}" for each in its.way]


WHOLE = (declared(), arrived(), notified(), closed())


def test_a_move_is_found_by_any_event_of_it() -> None:
    for name in ("departure", "arrival", "notice", "closing"):
        its = of(name, *WHOLE)
        assert (event("departure"), Step.COMPLETED, []) == (its.move, its.step, its.timers)


def test_its_way_is_what_was_told_and_what_followed_in_order() -> None:
    leads = f"{A} → {B}"
    assert [
        f"departure: {leads}",
        f"step: certificate sent; {leads}",
        f"arrival: {leads}",
        f"step: moved in; {leads}",
        f"notice: {leads}",
        f"step: notified; {leads}",
        f"closing: {A} → -",
        f"step: completed; {leads}",
    ] == way(of("closing", *WHOLE))


def test_timers_answers_and_what_changed_nothing_are_told_as_they_came() -> None:
    timer = next_timer(declared())
    answer = answered("departure", RECORD_B)
    told = way(of("departure", declared(), timer, timer, answer))

    assert [f"timer: {timer.name}", f"task: {B}; {TaskKind.LOOK_FOR_CERTIFICATE}"] == told[2:4]
    assert f"timer: {timer.name}; {PASSED}" in told
    assert f"answer: {B}.001; applied" in told


def test_what_offices_of_a_member_answer_in_one_go_is_one_line_on_a_screen() -> None:
    first, other = EventId(b"1" * 16), EventId(b"2" * 16)
    told = [
        Event(1, "departure", "A → B", first),
        Event(2, "answer", "A.002; applied", first),
        Event(2, "answer", "A.006; applied", other),
        Event(3, "answer", "A.010; applied", first),
        Event(3, "answer", "A.017; cannot_undo; paid", first),
        Event(4, "step", "prepared", first),
        Event(5, "answer", "A.019; applied", first),
    ]

    assert [
        (1, "A → B", first),
        (3, "A, 2 offices; applied", first),
        (2, "A.006; applied", other),
        (3, "A.017; cannot_undo; paid", first),
        (4, "prepared", first),
        (5, "A.019; applied", first),
    ] == [(each.at, each.note, each.event) for each in together(told)]


def test_another_move_of_the_same_person_is_not_told_of() -> None:
    later = declared("later departure", at=200, origin=B, to=C)
    told = (*WHOLE, later)

    assert {later.event} == {each.event for each in of("later departure", *told).way}
    assert later.event not in {each.event for each in of("departure", *told).way}
    assert [] == of("departure", *told).timers
    assert of("later departure", *told).timers


def test_a_death_is_part_of_the_move_that_it_ends() -> None:
    its = of("death", declared(), died())

    assert (event("departure"), Step.CANCELLED) == (its.move, its.step)
    assert "death: " in way(its)


def test_a_conflict_is_to_be_looked_at_and_a_decision_is_told() -> None:
    second = declared("second departure", at=3, to=C)
    its = of("departure", declared(), second)
    assert (Step.CONFLICT, False) == (its.step, its.is_well())

    told = way(of("departure", declared(), second, decided("second departure")))
    assert "decision: does not stand" in told
    assert f"task: {A}; {TaskKind.DECIDE}" in told


def test_a_move_that_waits_is_well_and_one_that_is_held_or_waits_for_nothing_is_not() -> None:
    its = of("departure", declared())

    assert its.is_well()
    assert not of("departure", declared(), is_held=True).is_well()
    assert not its._replace(timers=[]).is_well()


def test_a_timer_says_which_legal_deadline_it_looks_after() -> None:
    deadlines = {timer.name: timer.deadline for timer in of("departure", declared()).timers}

    assert "move.not_arrived" == deadlines[TimerName.NOT_ARRIVED]
    assert "move.card_by_plan" == deadlines[TimerName.CARD_LAPSE] == deadlines[TimerName.CARD_REMINDER]
    assert deadlines[TimerName.CERTIFICATE] is None
    assert [None] == [timer.deadline for timer in of("departure", abroad()).timers]


def test_an_event_that_is_no_part_of_a_move_has_no_procedure() -> None:
    assert procedure(person(declared()), event("arrival")) is None
    assert procedure(person(annulled("arrival")), event("annulment of arrival")) is None


def test_steps_stand_as_a_move_passes_them() -> None:
    steps = [AtStep(step, 1, 0) for step in (Step.CONFLICT, Step.COMPLETED, Step.DECLARED)]

    assert [Step.DECLARED, Step.COMPLETED, Step.CONFLICT] == [each.step for each in in_order(steps)]


LOG, INPUTS = TopicPartition(feeds.LOG, 3), TopicPartition(inputs.TOPIC, 3)


def test_a_process_is_behind_by_what_its_own_topics_hold_beyond_its_positions() -> None:
    ends = {LOG: 10, INPUTS: 5}

    assert {"moving": 8, "household": 5} == behind(ends, {"moving": {LOG: 7, INPUTS: 0}, "household": {INPUTS: 0}})
    assert {"moving": 0} == behind(ends, {"moving": {LOG: 11, INPUTS: 5}})


WELL = dict.fromkeys(Rule, 0)


def overview(*steps: AtStep) -> Overview:
    owed = Owed(0, letters=2, oldest_due=5, overdue=0)
    late = {"answers": 0}
    return Overview(list(steps), WELL, 4, 3, owed, {"answers": 7}, late, checked=None, is_unwatched=False)


def test_nobody_has_to_look_as_long_as_every_open_move_waits_and_none_is_in_conflict() -> None:
    ended = AtStep(Step.COMPLETED, 5, 5)

    assert overview(ended, AtStep(Step.DECLARED, 3, 0)).is_well()
    assert not overview(ended, AtStep(Step.CONFLICT, 1, 0)).is_well()


@pytest.mark.parametrize("rule", Rule)
def test_a_rule_that_is_broken_is_to_be_looked_at_and_half_a_move(rule: Rule) -> None:
    found = overview()._replace(broken=WELL | {rule: 2})

    assert (2, False) == (found.half_moved(), found.is_well())


def test_whoever_is_held_and_whatever_is_late_is_to_be_looked_at() -> None:
    well = overview()

    assert not well._replace(owed=well.owed._replace(held=1)).is_well()
    assert not well._replace(owed=well.owed._replace(overdue=1)).is_well()
    assert not well._replace(late={"moving": 0, "answers": 1}).is_well()
    assert not well._replace(is_unwatched=True).is_well()


def test_a_process_that_stopped_asking_is_to_be_looked_at_after_a_while_and_one_that_never_began_is_not() -> None:
    asked = Checked(0, took=9_000, broken={})
    due = 900_000

    assert not is_unwatched(None, 10**15)
    assert not is_unwatched(asked, due + LATE_AFTER)
    assert is_unwatched(asked, due + LATE_AFTER + 1)


ANSWERS = f"answers.{A}"


@dataclass
class Tables:
    """A connection to a database that answers in turn."""

    answers: list[list[tuple[Any, ...]]] = field(default_factory=list)

    def execute(self, *_: object) -> "Tables":
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.answers.pop(0)


class Known(MemoryJournal):
    """A journal on that connection."""

    def __init__(self, *_: object) -> None:
        super().__init__()

    def stands(self) -> Mapping[TopicPartition, Stand]:
        return {LOG: Stand(1, 0)}


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tables:
    made, broker = Tables(), MemoryBroker(dict.fromkeys(MOVING.topics, 24) | {ANSWERS: 1}, lambda: here.now() - HOUR)
    for topic, partition in ((feeds.LOG, 3), (feeds.LOG, 3), (ANSWERS, 0)):
        broker.append(Outgoing(topic, ANN, b"", partition))

    @contextmanager
    def _opened(_: Settings, _database: str) -> Iterator[Tables]:
        yield made

    @contextmanager
    def _reader(_: Settings, command: str, names: Iterable[str]) -> Iterator[MemoryReader]:
        yield MemoryReader(broker, command, names, from_start=True)

    monkeypatch.setattr(databases, "opened", _opened)
    monkeypatch.setattr(databases, "has", lambda _connection, _table: True)
    monkeypatch.setattr(reading, "reader", _reader)
    monkeypatch.setattr(reading, "positions", lambda _, group, names: MemoryReader(broker, group, names).positions())
    monkeypatch.setattr(procedures, "answers", lambda *_: [ANSWERS])
    for module in (procedures, looking):
        monkeypatch.setattr(module, "PostgresJournal", Known)
    monkeypatch.setattr(tables_of_processes, "leaps", lambda _: [])
    monkeypatch.setenv("KAIRAN_HOME", str(tmp_path))
    return made


def test_counts_are_told_to_programs_and_to_people(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    steps: list[tuple[Any, ...]] = [("completed", 4, 4), ("declared", 3, 1), ("conflict", 2, 0)]
    checked = [(1_700_000_060_000, 7, {"TIMER": 1, "OF_A_NEWER_RELEASE": 9})]
    tables.answers = [steps, [(5,)], [(0, 1, 0, 0, 0, 0, 2, 6)], [(1, 2, 1_700_000_000_000, 3)], checked] * 2

    assert ExitCode.LOOK == run(["procedures", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert {"declared": 3, "completed": 4, "conflict": 2} == told.pop("steps")
    assert dict.fromkeys(["two_records", "departure", "notice", "answer", "shown"], 0) | {
        "timer": 1, "conflict": 2,
    } == told.pop("broken")  # fmt: skip
    assert {
        "held": 1, "letters": 2, "oldest_due": 1_700_000_000_000, "overdue": 3,
        "households_behind": 5, "undeclared": 6,
        "behind": {"moving": 1, "household": 0, "answers": 1}, "late": {"moving": 1, "household": 0, "answers": 1},
        "checked": {"at": 1_700_000_060_000, "took": 7, "broken": {"timer": 1}, "is_late": True},
    } == told  # fmt: skip
    assert ExitCode.LOOK == run(["procedures"])
    said = capsys.readouterr().out
    assert [Rule.TIMER, Rule.CONFLICT] == [rule for rule in Rule if rule in said]
    assert "Held: 1. Letters that wait: 2. To be read: moving 1, household 0, answers 1." in said
    assert "Late among them: moving 1, household 0, answers 1." in said
    assert "for what must not be at 2023-11-15 07:14:20.000 JST: 1 found; it should have asked again." in said
    assert "somebody stays behind: 5. Never declared: 6." in said
    assert "2023-11-15 07:13:20.000 JST; late are 3." in said


def test_where_all_is_well_that_is_the_exit_status(
    tables: Tables, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.answers = [[("completed", 4, 4), ("declared", 3, 0)], [(0,)], [(0,) * 8], [(0, 0, None, 0)], []]
    monkeypatch.setattr(procedures, "LATE_AFTER", 2 * HOUR)

    assert ExitCode.FINE == run(["procedures"])
    said = capsys.readouterr().out
    rows = [line.split() for line in said.splitlines()]
    assert rows.index(["declared", "3"]) < rows.index(["completed", "4"])
    assert "The moving process has not asked for what must not be yet." in said


def test_of_a_person_is_told_whether_the_process_has_read_the_event_that_was_asked_about(tables: Tables) -> None:
    tables.answers = [[(5, "{}", True)]] * 3

    read = looking.look(Settings(), RECORD)
    assert (((5, "{}", True),), False, True) == (tuple(read.due), read.is_held, read.is_read)
    assert not looking.look(Settings(), RECORD._replace(offset=1)).is_read
    assert not looking.look(Settings(), RECORD._replace(partition=4)).is_read


Shown = Callable[[Person, Found], int]
RECORD = Incoming(feeds.LOG, 3, 0, 0, ANN, b"")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """``kairan procedures EVENT --json`` where this is kept of its person, and this was found of it."""
    monkeypatch.setattr(routing, "protection", lambda _: ProtectionState())

    def _shown(its: Person, found: Found) -> int:
        monkeypatch.setattr(here, "declared_register", lambda _: None)
        monkeypatch.setattr(finding, "find", lambda *_: found)
        monkeypatch.setattr(looking, "look", lambda *_: its)
        return run(["procedures", "abcd", "--json"])

    return _shown


def test_a_procedure_is_told_to_programs(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.FINE == shown(person(*WHOLE[:2]), Found(event("arrival"), [], RECORD))

    told = json.loads(capsys.readouterr().out)
    assert (event("departure").hex(), "moved in", A, B, False) == tuple(
        told[name] for name in ("move", "step", "origin", "destination", "is_held")
    )
    assert ["departure", "step", "arrival", "step"] == [each["what"] for each in told["way"]]
    assert [TimerName.NOTICE] == [each["name"] for each in told["timers"]]


def test_a_procedure_is_told_to_people(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    shown(person(*WHOLE[:2]), Found(event("arrival"), [], RECORD))
    capsys.readouterr()

    assert ExitCode.FINE == run(["procedures", "abcd"])
    said = capsys.readouterr().out
    assert f"move {event('departure').hex()}: {A} → {B}, moved in" in said
    assert "move.notice" in said


NOBODY = Person((), (), is_held=False, is_read=True)


@pytest.mark.parametrize(
    ("its", "found"),
    [
        (NOBODY, Found(event("arrival"), [], None)),
        (NOBODY._replace(is_held=True), Found(event("arrival"), [], RECORD)),
        (NOBODY._replace(is_read=False), Found(event("arrival"), [], RECORD)),
    ],
)
def test_an_event_that_no_procedure_has_yet_is_to_be_looked_at(
    shown: Shown, capsys: pytest.CaptureFixture[str], its: Person, found: Found
) -> None:
    assert ExitCode.LOOK == shown(its, found)
    assert json.loads(capsys.readouterr().out)["move"] is None


@pytest.mark.parametrize("its", [NOBODY, NOBODY._replace(is_read=False)])
def test_an_event_of_no_move_names_nothing(shown: Shown, capsys: pytest.CaptureFixture[str], its: Person) -> None:
    found = Found(event("tax"), [], RECORD._replace(topic="life-events.bulk"))

    assert ExitCode.USAGE == shown(its, found)
    assert f"The event {event('tax').hex()} is part of no move." in capsys.readouterr().err


def test_of_somebody_who_hides_no_municipality_is_told() -> None:
    its = withheld(of("departure", *WHOLE, answered("departure", RECORD_B), next_timer(declared())))

    assert "departure: withheld → withheld" == way(its)[0]
    assert not any(code in line for line in [*way(its), its.origin or "", its.destination or ""] for code in (A, B))


def test_where_somebody_went_who_hides_is_told_to_nobody(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = world.measures(world.measure("1") | {"handle": ANN})
    shown(NOBODY, Found(event("arrival"), [], RECORD))
    monkeypatch.setattr(routing, "protection", lambda _: state)
    capsys.readouterr()

    shown(person(*WHOLE[:2]), Found(event("arrival"), [], RECORD))
    said = capsys.readouterr().out
    assert "withheld" in said
    assert A not in said
    assert B not in said
