"""What the command line promises to scripts."""

from pathlib import Path

import pytest

from operations.cli import run
from operations.exit_codes import ExitCode


@pytest.fixture(autouse=True)
def _empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIRAN_HOME", str(tmp_path))
    monkeypatch.delenv("KAIRAN_BOOTSTRAP", raising=False)
    monkeypatch.delenv("KAIRAN_POSTGRES", raising=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["up", "--no-such-option"],
        ["topics", "no-such-verb"],
        ["refill", "131237.insurance", "--from", "yesterday"],
        ["parked", "discard", "131237.insurance", "--person", "00" * 16],
    ],
)
def test_a_wrong_command_line_is_told_by_its_exit_status(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ExitCode.USAGE == run(arguments)
    assert "Error" in "".join(capsys.readouterr())


def test_a_stack_that_was_never_started_is_something_to_look_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.LOOK == run(["status"])
    assert "run `kairan up`" in capsys.readouterr().out


def test_what_cannot_be_done_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.FAILED == run(["topics", "diff"])

    said = capsys.readouterr().err
    assert said.startswith("kairan: Nothing was ever started in")
    assert 1 == said.count("\n")


@pytest.mark.parametrize("since", [[], ["--from", "2026-04-01"], ["--from", "2026-04-01T09:30:00"]])
def test_without_a_bus_nothing_is_refilled(since: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.FAILED == run(["refill", "131237.insurance", *since])
    assert "run `kairan up`" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["recall", "00000000", "--why", "by mistake"],
        ["recall"],
        ["rebuild", "identity"],
        ["rebuild", "ledger", "--check"],
    ],
)
def test_without_a_bus_nothing_is_recalled_or_built_again(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ExitCode.FAILED == run(arguments)
    assert "run `kairan up`" in capsys.readouterr().err


def test_a_register_that_makes_no_sense_is_said_without_its_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "register").mkdir()
    for name in ("channels", "performers", "requests"):
        (tmp_path / "register" / f"{name}.csv").write_text("")
    (tmp_path / "register" / "members.csv").write_text("code,name,kind,state\n131016,千代田区,town,active\n")

    assert ExitCode.FAILED == run(["members"])
    assert "kind: Input should be" in (said := capsys.readouterr().err)
    assert "千代田区" not in said
