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


def test_a_process_outlives_its_start_and_ends_when_asked(note: Path, tmp_path: Path) -> None:
    process = pidfile.start(["/bin/sleep", "60"], tmp_path, tmp_path / "log", note)

    assert process == pidfile.running(note)
    assert pidfile.stop(note, 5)
    assert not pidfile.is_alive(process)


def test_a_process_that_does_not_listen_is_ended_all_the_same(note: Path, tmp_path: Path) -> None:
    deaf = ["/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"]
    process = pidfile.start(deaf, tmp_path, tmp_path / "log", note)
    while "deaf" not in (tmp_path / "log").read_text():
        pass

    pidfile.stop(note, 0.1)

    assert not pidfile.is_alive(process)
