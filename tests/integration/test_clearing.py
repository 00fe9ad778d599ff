"""A killed run leaves folders, processes and small disks; the next one takes them away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from operations.stack.home import Home
from operations.stack.processes import MARK
from tests.journeys.clearing import clear_up_after_killed_runs

DEAD = "4194305"
"""Beyond the highest number that a process can have."""


def left(place: Path, name: str) -> Path:
    home = Home(place / name)
    home.prepare()
    return home.folder


def test_the_folders_of_killed_runs_go_also_of_one_that_had_this_number_those_of_others_stay(
    tmp_path: Path,
) -> None:
    for name in (DEAD, str(os.getpid()), str(os.getppid())):
        left(tmp_path, name)

    clear_up_after_killed_runs(tmp_path)

    assert [tmp_path / str(os.getppid())] == list(tmp_path.iterdir())


def test_processes_that_a_killed_run_left_are_ended(tmp_path: Path) -> None:
    folder = left(tmp_path, DEAD)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, env={MARK: str(folder)}) as orphan:
        clear_up_after_killed_runs(tmp_path)

        assert orphan.wait(1) < 0


def test_a_small_disk_that_a_killed_run_left_is_unmounted(tmp_path: Path) -> None:
    disk = left(tmp_path, DEAD) / "kafka" / "data"
    disk.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False, capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")

    clear_up_after_killed_runs(tmp_path)

    assert [] == list(tmp_path.iterdir())
