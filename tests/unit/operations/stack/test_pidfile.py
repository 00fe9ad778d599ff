"""Which process is ours."""

import json
import os
from pathlib import Path

import psutil
import pytest

from operations.stack import pidfile


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "pid.json"


def test_a_noted_process_that_lives_is_ours(note: Path) -> None:
    me = psutil.Process()
    note.write_text(json.dumps({"pid": me.pid, "started": me.create_time()}))

    assert me == pidfile.running(note)


def test_a_number_that_was_given_to_another_process_is_not_ours(note: Path) -> None:
    note.write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))

    assert pidfile.running(note) is None
    assert not pidfile.stop(note, 0)
    assert not note.exists()


@pytest.mark.parametrize("text", ["", "{", "{}", '{"pid": 999999999, "started": 1.0}'])
def test_a_note_that_names_nobody_is_as_none(note: Path, text: str) -> None:
    note.write_text(text)

    assert pidfile.running(note) is None


def test_without_a_note_nothing_runs(note: Path) -> None:
    assert pidfile.running(note) is None
