"""Whoever dies, wherever: what offices hold in the end is what was due, each once and in order."""

from pathlib import Path

import pytest

from tests.journeys.audit import findings
from tests.journeys.history import history
from tests.journeys.in_memory import Way
from tests.journeys.seams import Seams

SEAMS = (
    "relay.before-send",
    "relay.before-mark",
    "admission.before-names",
    "admission.between-waves",
    "admission.after-confirm",
    "admission.before-note",
    "admission.before-mark",
    "routing.after-confirm",
    "routing.before-mark",
    "sink.before-effect",
    "sink.after-effect",
    "sink.before-mark",
    "writer.between-records",
)


@pytest.mark.parametrize("seam", SEAMS)
def test_a_death_loses_doubles_and_swaps_nothing(seam: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seams, way = Seams(monkeypatch, kill=seam, passing=2), Way(tmp_path)

    way.live(history())

    found = findings(way)
    assert (True, ()) == (seams.killed, found.examples)
    assert found.deliveries_due == found.deliveries_applied > 300


@pytest.mark.parametrize("passing", range(7, 120, 28))
def test_a_part_of_a_wave_is_no_harm(passing: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seams, way = Seams(monkeypatch, kill="writer.between-records", passing=passing), Way(tmp_path, batch=5)

    way.live(history())

    assert (True, ()) == (seams.killed, findings(way).examples)


def test_every_seam_that_is_passed_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seams = Seams(monkeypatch)

    Way(tmp_path).live(history())

    assert set(SEAMS) == set(seams.passed)
