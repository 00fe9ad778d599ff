"""A desk decides by ``kairan decide``: what it is shown, what it is refused, and what is written down."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kairan.stream import Incoming
from kairan.testing import MemoryBroker, MemoryWriter
from operations import here
from operations.cli import run
from operations.exit_codes import ExitCode
from operations.look import deciding, finding, reading, routing
from operations.look import procedure as looking
from operations.look.finding import Found
from operations.look.procedure import WITHHELD, Person, procedure
from processors.moving import process
from processors.moving.facts import Decision, Input
from processors.routing.protection import ProtectionState
from processors.runtime import inputs
from tests.unit.operations.test_look_procedures import ANN, RECORD, person, way
from tests.unit.processors.moving.story import A, B, C, annulled, arrived, declared, event
from tests.unit.processors.routing import world

BACK = (declared(), arrived(), annulled("departure"))
NOW = 1_800_000_000_000
DECIDES = ["decide", "abcd", "--reject", "ef01", "--desk", A, "--why", "moved-back"]
Desk = Callable[..., list[Decision]]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Sits before a person who was told this, types that, and has written these decisions."""
    broker = MemoryBroker(partitions={inputs.TOPIC: 1})
    writers: list[str] = []

    @contextmanager
    def _writer(_settings: object, principal: str) -> Iterator[MemoryWriter]:
        writers.append(principal)
        yield MemoryWriter(broker)

    def _decided(
        *told: Input, typed: list[str], its: Person | None = None, expected: int = ExitCode.FINE
    ) -> list[Decision]:
        monkeypatch.setattr(looking, "look", lambda *_: its or person(*told))
        assert expected == run(typed)
        assert {"desk"} >= set(writers)
        return [found for record in broker.records(inputs.TOPIC) for found in _read(record)]

    events = {"abcd": event("arrival"), "ef01": event("arrival"), "dead": event("departure")}
    monkeypatch.setattr(finding, "find", lambda _settings, _register, name: Found(events[name], [], RECORD))
    monkeypatch.setattr(here, "declared_register", lambda _: None)
    monkeypatch.setattr(routing, "protection", lambda _: ProtectionState())
    monkeypatch.setattr(deciding, "played", lambda *_: NOW)
    monkeypatch.setattr(reading, "writer", _writer)
    monkeypatch.setenv("KAIRAN_HOME", str(tmp_path))
    return _decided


def _read(record: Incoming) -> list[Decision]:
    return [told.told for told in inputs.read(process.NAME, process.WORDS, record) if told.instance == ANN]


def test_a_decision_is_written_down_with_its_desk_and_reason_under_a_number_of_its_own(desk: Desk) -> None:
    (first,) = desk(*BACK, typed=DECIDES)

    assert (NOW, event("arrival"), A, "moved-back") == (first.at, first.rejected, first.desk, first.reason)
    first_again, second = desk(*BACK, typed=DECIDES)
    assert first == first_again
    assert 16 == len(first.decision)
    assert first.decision != second.decision


def test_a_decision_stands_in_the_way_of_the_move(desk: Desk) -> None:
    its = procedure(person(*BACK, *desk(*BACK, typed=DECIDES)), event("arrival"))

    assert its is not None
    assert f"decision: {A}; does not stand; moved-back" in way(its)


def test_without_a_choice_nothing_is_decided_and_it_is_shown_between_what(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [] == desk(*BACK, typed=["decide", "abcd", "--json"], expected=ExitCode.LOOK)

    [told] = json.loads(capsys.readouterr().out)
    assert [sorted((A, B)), "two active records"] == [sorted(told["desks"]), told["kind"]]
    assert [{"what": "arrival", "to": B, "event": event("arrival").hex()}] == told["between"]
    assert [] == desk(*BACK, typed=DECIDES[:-2], expected=ExitCode.LOOK)
    assert event("arrival").hex() in capsys.readouterr().out


@pytest.mark.parametrize("typed", [["decide", "abcd"], DECIDES[:4]])
def test_what_is_shown_can_be_typed_to_decide(desk: Desk, capsys: pytest.CaptureFixture[str], typed: list[str]) -> None:
    desk(*BACK, typed=typed, expected=ExitCode.LOOK)
    shown = capsys.readouterr().out
    command = shown.splitlines()[-1].split()

    assert "Nothing was decided yet" in shown
    assert ["kairan", "decide", event("departure").hex(), "--reject", event("arrival").hex(), "--desk"] == command[:6]
    assert f"decided by the desk of {command[6]}" in shown
    assert 1 == len(desk(*BACK, typed=["decide", "abcd", "--reject", "ef01", *command[5:]]))


def test_where_nothing_is_to_be_decided_it_says_so(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert [] == desk(declared(), typed=["decide", "abcd"])
    assert "There is no conflict" in capsys.readouterr().out
    assert [] == desk(declared(), typed=DECIDES, expected=ExitCode.FAILED)
    assert "There is no conflict" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "instead", "status", "said"),
    [
        (3, "dead", ExitCode.FAILED, "No conflict rests on this event"),
        (5, C, ExitCode.FAILED, "This conflict is not decided by this desk"),
        (5, "town hall", ExitCode.USAGE, "no municipality code"),
        (7, "Taro moved back", ExitCode.FAILED, "The reason is a code"),
    ],
)
def test_what_a_desk_cannot_decide_is_refused_in_a_sentence(
    desk: Desk, capsys: pytest.CaptureFixture[str], place: int, instead: str, status: int, said: str
) -> None:
    typed = [*DECIDES[:place], instead, *DECIDES[place + 1 :]]

    assert [] == desk(*BACK, typed=typed, expected=status)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("its", "said"),
    [
        (Person((), (), is_held=True, is_read=True), "cannot be decided"),
        (Person((), (), is_held=False, is_read=False), "has not read this event yet"),
    ],
)
def test_nobody_decides_before_the_process_has_come_so_far(
    desk: Desk, capsys: pytest.CaptureFixture[str], its: Person, said: str
) -> None:
    assert [] == desk(typed=DECIDES, its=its, expected=ExitCode.FAILED)
    assert said in capsys.readouterr().err


def test_of_somebody_who_hides_no_municipality_is_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden = world.measures(world.measure("1") | {"handle": ANN})
    monkeypatch.setattr(routing, "protection", lambda _: hidden)

    assert [] == desk(*BACK, typed=["decide", "abcd"], expected=ExitCode.LOOK)
    said = capsys.readouterr().out
    assert WITHHELD in said
    assert not {A, B} & set(said.replace(",", " ").replace(".", " ").split())
