"""What an operator sees of notices: counts without anybody in them."""

import json

import pytest

from operations import here
from operations.cli import run
from operations.exit_codes import ExitCode
from operations.look import dead_letters, notices
from operations.look.dead_letters import Dead
from operations.look.notices import Feedback, Overview, Standing
from operations.look.procedures import Owed

WELL = Overview(
    [Standing("N2", "guide", "queued", 1_200), Standing("N36a", "information", "withdrawn", 3)],
    told=1_500,
    reminded=4,
    withdrawn=3,
    asked=7,
    sendings={"page": 1_500},
    feedback=[Feedback("N2", "wrong", 12)],
    owed=Owed(0, 2, None, 0),
)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Overview]:
    found = [WELL]
    monkeypatch.setattr(notices, "count", lambda *_: found[0])
    monkeypatch.setattr(here, "settings", lambda: None)
    return found


@pytest.mark.usefixtures("found")
def test_notices_are_shown_by_rule_kind_and_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.FINE == run(["notices"])
    said = capsys.readouterr().out

    assert all(
        each in said
        for each in ("N2", "guide", "queued", "1,200", "before their day: 4.", "Withdrawn: 3.", "page 1,500")
    )


@pytest.mark.usefixtures("found")
def test_programs_get_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.FINE == run(["notices", "--json"])
    said = json.loads(capsys.readouterr().out)

    assert {"rule": "N2", "kind": "guide", "status": "queued", "notices": 1_200} == said["standing"][0]
    assert (1_500, 4, 3, 7, {"page": 1_500}, 0) == tuple(
        said[name] for name in ("told", "reminded", "withdrawn", "asked", "sendings", "held")
    )


@pytest.mark.parametrize("owed", [Owed(1, 0, None, 0), Owed(0, 0, 5, 1)])
def test_somebody_has_to_look_when_an_instance_is_held_or_a_timer_is_late(found: list[Overview], owed: Owed) -> None:
    found[0] = WELL._replace(owed=owed)

    assert ExitCode.LOOK == run(["notices"])


def test_where_nobody_was_told_anything_that_is_said(found: list[Overview], capsys: pytest.CaptureFixture[str]) -> None:
    found[0] = Overview([], 0, 0, 0, 0, {}, [], Owed(0, 0, None, 0))

    assert ExitCode.FINE == run(["notices"])
    said = capsys.readouterr().out
    assert "Sendings: none." in said
    assert "residents say" not in said


@pytest.mark.usefixtures("found")
def test_what_residents_say_of_their_notices_is_counted_by_rule(capsys: pytest.CaptureFixture[str]) -> None:
    run(["notices"])
    assert ["N2", "wrong", "12"] == capsys.readouterr().out.splitlines()[-1].split()

    run(["notices", "--json"])
    assert [{"rule": "N2", "verdict": "wrong", "residents": 12}] == json.loads(capsys.readouterr().out)["feedback"]


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> list[Dead]:
    found = [Dead("mail", "safe", "expired", 2_000), Dead("", "", "UnknownSendingError", 1)]
    monkeypatch.setattr(dead_letters, "count", lambda _: found)
    monkeypatch.setattr(here, "settings", lambda: None)
    return found


@pytest.mark.usefixtures("dead")
def test_dead_letters_are_shown_by_means_class_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.LOOK == run(["notices", "dead"])
    said = capsys.readouterr().out

    assert all(each in said for each in ("mail", "safe", "expired", "2,000", "UnknownSendingError"))


def test_programs_get_the_dead_letters_too(dead: list[Dead], capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.LOOK == run(["notices", "dead", "--json"])
    assert [{"means": "mail", "channel": "safe", "reason": "expired", "letters": 2_000}, dead[1]._asdict()] == (
        json.loads(capsys.readouterr().out)
    )


def test_where_no_letter_died_nobody_has_to_look(dead: list[Dead], capsys: pytest.CaptureFixture[str]) -> None:
    dead.clear()

    assert ExitCode.FINE == run(["notices", "dead"])
    assert "No letter was given up." in capsys.readouterr().out
