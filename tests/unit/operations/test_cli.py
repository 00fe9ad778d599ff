"""What the command line promises to scripts."""

import tomllib
from pathlib import Path

import pytest

from operations.cli import run
from operations.exit_codes import ExitCode

ROOT = Path(__file__).parents[3]


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
        ["demo", "--events", "0"],
        ["demo", "--rate", "-1"],
        ["parked", "discard", "131237.insurance", "--person", "00" * 16],
        ["quarantine", "--last", "-1"],
        ["peek", "life-events", "--last", "0"],
        ["reconcile", "--wait", "-1"],
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


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert ExitCode.FINE == run(["--version"])
    assert declared == capsys.readouterr().out.strip()


LOOKING = [
    ["env"],
    ["members"],
    ["topics", "--all"],
    ["topics", "diff"],
    ["topics", "apply"],
    ["peek", "life-events"],
    ["trace", "131237:1"],
    ["explain", "131237:1"],
    ["refusals"],
    ["quarantine"],
    ["unrouted"],
    ["parked"],
    ["parked", "release", "131237.insurance"],
    ["reconcile"],
    ["refill", "131237.insurance"],
    ["recall", "131237:1", "--why", "by mistake"],
    ["rebuild", "identity"],
    ["rebuild", "ledger"],
    ["rebuild", "disclosures"],
    ["rebuild", "moving"],
    ["rebuild", "notices"],
    ["notices"],
    ["notices", "dead"],
    ["staff", "end", "0101", "--member", "131237"],
    ["procedures"],
    ["procedures", "131237:1"],
    ["decide", "131237:1"],
    ["enrol", "131237", "1"],
    ["hold", "131237"],
    ["resume", "131237"],
    ["holds"],
]


def test_looking_at_a_home_where_nothing_was_started_leaves_nothing_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def _told(arguments: list[str]) -> tuple[int, bool]:
        return run(arguments), "run `kairan up`" in capsys.readouterr().err

    assert [(arguments, ExitCode.FAILED, True) for arguments in LOOKING] == [
        (arguments, *_told(arguments)) for arguments in LOOKING
    ]
    assert [] == list(tmp_path.iterdir())


def test_a_home_that_cannot_be_made_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KAIRAN_HOME", str(tmp_path / "file" / "home"))

    assert ExitCode.FAILED == run(["up"])
    assert "cannot be made: set KAIRAN_HOME" in capsys.readouterr().err


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
    ("arguments", "said"),
    [
        (["--municipalities", "000000"], "check digit"),
        (["--municipalities", "130001", "141003"], "no municipality of today"),
        (["--report", "/no/such/folder/report.json"], "a folder that is there"),
    ],
)
def test_a_demonstration_that_cannot_be_reported_or_played_begins_nothing(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "made-by-demo").touch()

    assert ExitCode.FAILED == run(["demo", *arguments, "--exit"])
    assert said in capsys.readouterr().err
    assert ["made-by-demo"] == [found.name for found in tmp_path.iterdir()]


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
