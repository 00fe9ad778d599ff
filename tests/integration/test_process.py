"""A process that cannot go on says why and ends; one that is asked says where it stands."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

SCRIPT = """
import sys, time
from kairan import process, watch

def stands_still(stop):
    resident = "山田花子"
    print("ready", flush=True)
    time.sleep(60)

@watch.CALLS.within()
def is_locked_up(stop):
    time.sleep(60)

def ends(stop):
    while not stop():
        time.sleep(0.01)

def cannot_go_on(stop):
    raise ValueError("山田花子")

process.END_SECONDS = 0.3
watch.STILL_SECONDS = {still}
process.run("tried", lambda settings, stop: process.together([{tasks}], stop))
"""
SECONDS = 60


@contextmanager
def running(tasks: str, home: Path, still: float = 60) -> Iterator[subprocess.Popen[bytes]]:
    script = SCRIPT.format(tasks=tasks, still=still)
    environment = {"KAIRAN_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(stream: IO[bytes] | None) -> str:
    assert stream is not None
    return stream.read().decode()


@pytest.mark.parametrize("others", ["stands_still", "ends"])
def test_who_cannot_go_on_says_so_and_ends_whatever_its_other_threads_wait_for(others: str, tmp_path: Path) -> None:
    with running(f"{others}, cannot_go_on", tmp_path) as process:
        assert 1 == process.wait(SECONDS)
        told = said(process.stderr)

    assert '"error": "ValueError"' in told
    assert "山田花子" not in told


def test_threads_that_do_not_end_are_told_where_they_stand(tmp_path: Path) -> None:
    with running("stands_still, cannot_go_on", tmp_path) as process:
        process.wait(SECONDS)
        told = said(process.stderr)

    assert ('"error": "StandsStill"' in told, "in stands_still" in told) == (True, True)


def test_a_process_with_a_call_that_does_not_return_ends_although_nobody_told_it_to(tmp_path: Path) -> None:
    with running("is_locked_up, ends", tmp_path, still=1) as process:
        assert 1 == process.wait(SECONDS)
        told = said(process.stderr)

    assert ('"error": "StandsStill"' in told, "in is_locked_up" in told) == (True, True)


def test_a_thread_that_waits_elsewhere_ends_nobody(tmp_path: Path) -> None:
    with running("stands_still, ends", tmp_path, still=0.2) as process, pytest.raises(subprocess.TimeoutExpired):
        process.wait(3)


def test_a_process_says_where_it_stands_when_it_is_asked_and_goes_on(tmp_path: Path) -> None:
    with running("stands_still", tmp_path) as process:
        assert process.stdout is not None
        assert b"ready\n" == process.stdout.readline()
        process.send_signal(signal.SIGUSR1)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.kill()
        told = said(process.stderr)

    assert "in stands_still" in told
    assert "山田花子" not in told
