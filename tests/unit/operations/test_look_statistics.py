"""What an operator sees of statistics: what left and how far is counted, no count of anybody."""

import json

import pytest

from operations import here
from operations.cli import run
from operations.exit_codes import ExitCode
from operations.look import recounting, statistics
from operations.look.recounting import Recounted
from operations.look.statistics import BEHIND_MILLISECONDS, Left, Overview, Withheld
from processors.statistics.recount import Differing
from processors.statistics.totals import Window

NOW = 1_790_000_000_000
TOLD = Left("migration", "2026-08", 1, NOW - 5, is_told=True, cells=2_376, hidden=12)
WELL = Overview(NOW - BEHIND_MILLISECONDS + 1, [TOLD], [Withheld("tax-bands", "2026-07", NOW - 9)], NOW)

WRONG = Differing(Window("migration", "2026-08", 5), 3)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Overview]:
    found = [WELL]
    monkeypatch.setattr(statistics, "overview", lambda *_: found[0])
    monkeypatch.setattr(here, "settings", lambda: None)
    return found


@pytest.mark.usefixtures("found")
def test_months_that_left_and_months_that_cannot_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.FINE == run(["statistics"])
    said = capsys.readouterr().out

    assert all(each in said for each in ("2026-08", "2,376", "12", "Withheld: tax-bands 2026-07", "to be told: 0."))


@pytest.mark.usefixtures("found")
def test_programs_get_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert ExitCode.FINE == run(["statistics", "--json"])
    said = json.loads(capsys.readouterr().out)

    assert (WELL.until, [TOLD._asdict()]) == (said["until"], said["left"])
    assert ["2026-07"] == [each["window"] for each in said["withheld"]]


def test_before_anything_left_it_says_so(found: list[Overview], capsys: pytest.CaptureFixture[str]) -> None:
    found[0] = WELL._replace(left=[])

    assert ExitCode.FINE == run(["statistics"])
    assert "No month has left yet." in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": None},
        {"until": NOW - BEHIND_MILLISECONDS},
        {"left": [TOLD, TOLD._replace(window="2026-09", is_told=False)]},
    ],
)
def test_somebody_has_to_look_when_nobody_counts_or_nobody_tells(
    found: list[Overview], wrong: dict[str, object]
) -> None:
    found[0] = WELL._replace(**wrong)  # type: ignore[arg-type]

    assert ExitCode.LOOK == run(["statistics"])


@pytest.mark.parametrize(
    ("differing", "status", "words"),
    [([], ExitCode.FINE, "40 records counted again; 0 cells differ."), ([WRONG], ExitCode.LOOK, "3 cells differ.")],
)
def test_a_recount_tells_how_many_cells_differ_and_where(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    differing: list[Differing],
    status: ExitCode,
    words: str,
) -> None:
    monkeypatch.setattr(here, "settings", lambda: None)
    monkeypatch.setattr(recounting, "recount", lambda _: Recounted(40, differing))

    assert status == run(["statistics", "check"])
    said = capsys.readouterr().out
    assert words in said
    assert all(each.window.dataset in said for each in differing)

    assert status == run(["statistics", "check", "--json"])
    assert len(differing) == len(json.loads(capsys.readouterr().out)["differing"])
