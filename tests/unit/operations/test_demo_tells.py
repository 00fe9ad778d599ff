"""How the demonstration speaks: in lines that somebody who sees it first understands."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from cyclopts import App

from kairan.settings import Settings
from operations.cli import run
from operations.demo import phones, tales, whole
from operations.demo.phones import Shown
from operations.demo.screen import Screen
from operations.demo.tales import _line
from operations.exit_codes import ExitCode
from operations.look.times import JAPAN
from operations.look.travelling import _until
from sandbox.stage import Fact

HOUR = 3_600_000
NIGHT = datetime(2026, 11, 24, 0, 30, tzinfo=JAPAN)


def test_what_a_clerk_registers_at_once_is_one_line_that_names_the_place_and_the_last_event() -> None:
    facts = [Fact("declared", "131237", number, bytes([number]) * 16) for number in (1, 2)]

    assert f"  declared at 131237 江戸川区, 2 facts, the last: event {'02' * 16}" == _line(facts)
    assert f"  declared at 131237 江戸川区: event {'01' * 16}" == _line(facts[:1])
    assert "  declared at 131237 江戸川区: refused: a, b" == _line([Fact("declared", "131237", 1, None, ("a", "b"))])


def test_what_a_story_shows_does_not_read_the_demonstrations_own_command_line() -> None:
    """A command with commands of its own, called without any words, takes those that the process was started with."""
    assert [] == [name for name, each in vars(tales).items() if isinstance(each, App)]


def test_days_that_pass_end_in_the_morning_at_whatever_hour_they_begin() -> None:
    assert 33.5 * HOUR == _until(NIGHT, 1, 10)
    assert 11 * HOUR == _until(NIGHT.replace(hour=23, minute=0), 1, 10)
    assert 9.5 * HOUR == _until(NIGHT, 0, 10)
    assert 0 == _until(NIGHT.replace(hour=11), 0, 10)


def test_of_all_that_stood_on_phones_hers_is_shown(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, bootstrap=None, postgres=None)
    assert [] == phones.shown(settings, "131237", "1")
    told = [{"user": user, "at": at, "title": "t", "body": "b"} for at, user in enumerate(("131237:1", "202011:1"))]
    (tmp_path / "simulators").mkdir()
    (tmp_path / "simulators" / "portal.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in told))

    assert [Shown(0, "t", "b")] == phones.shown(settings, "131237", "1")


@pytest.mark.parametrize(("given", "stays"), [([], True), (["--exit"], False), (["--headless"], False)])
def test_who_runs_it_for_a_program_is_not_kept_waiting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: list[str], *, stays: bool
) -> None:
    asked = list[bool]()

    def _run(*_: object, stays: bool) -> ExitCode:
        asked.append(stays)
        return ExitCode.FINE

    monkeypatch.setenv("KAIRAN_HOME", str(tmp_path))
    monkeypatch.setattr(whole.Demonstration, "run", _run)
    assert (ExitCode.FINE, [stays]) == (run(["demo", *given]), asked)


@pytest.mark.parametrize(("live", "is_terminal"), [(True, True), (False, True), (True, False)])
def test_a_headless_demonstration_has_no_live_table_even_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, *, live: bool, is_terminal: bool
) -> None:
    monkeypatch.setattr("rich.console.Console.is_terminal", is_terminal)
    shown = Screen(live=live)
    with shown.showing():
        assert (live and is_terminal) == (shown._live is not None)
