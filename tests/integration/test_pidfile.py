"""A process that was started lives on, and is ended."""

from pathlib import Path

import pytest

from operations.stack import pidfile


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "pid.json"


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
