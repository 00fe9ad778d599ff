"""A server's data lie on a small disk of their own (tmpfs), which somebody else fills up and clears again."""

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from operations.stack import kafka
from operations.stack.home import Home
from tests.journeys.servers import postgresql, start_servers
from tests.soak.scene import CannotRunError, Scene

ROOM = 48_000_000
"""Bytes that are free before somebody comes with more."""
FULL_SECONDS = 8
PIECES = (1_000_000, 4096)
"""Large ones first, small ones into what is left."""


def full_for_kafka(scene: Scene) -> None:
    """A broker that cannot write ends itself."""
    home = Home(scene.settings.home)
    _filled(scene, home.kafka / "data", lambda: kafka.stop(home))


def full_for_postgresql(scene: Scene) -> None:
    """It refuses what it cannot write; it crashes when that is its own log."""
    server = postgresql(scene.settings)
    _filled(scene, server.place / "data", server.stop)


def _filled(scene: Scene, data: Path, stop: Callable[[], bool]) -> None:
    with _small_disk(scene, data, stop):
        _fill(data / "ballast")
        time.sleep(FULL_SECONDS)
        (data / "ballast").unlink()
        start_servers(scene.settings)


@contextmanager
def _small_disk(scene: Scene, data: Path, stop: Callable[[], bool]) -> Iterator[None]:
    """The data are there meanwhile; the server is ended for the moves."""
    aside = data.with_name("aside")
    stop()
    data.rename(aside)
    data.mkdir()
    try:
        _mount(data, _used(aside) + ROOM)
        _copy(aside, data)
        start_servers(scene.settings)
        yield
    finally:
        stop()
        _back(data, aside)
        start_servers(scene.settings)


def _back(data: Path, aside: Path) -> None:
    """What is on the small disk is newer than what was laid aside; without one nothing is."""
    if data.is_mount():
        shutil.rmtree(aside)
        _copy(data, aside)
        _run("umount", str(data))
    data.rmdir()
    aside.rename(data)


def _mount(place: Path, size: int) -> None:
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        raise CannotRunError("a small disk cannot be mounted here") from error


def _copy(here: Path, there: Path) -> None:
    there.mkdir(exist_ok=True)
    _run("cp", "--archive", "--sparse=always", f"{here}/.", str(there))


def _used(folder: Path) -> int:
    """Bytes on the disk; an index of Kafka's is mostly holes."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*"))


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for piece in PIECES:
            while _goes_in(file.fileno(), piece):
                pass


def _goes_in(file: int, piece: int) -> bool:
    try:
        return os.write(file, bytes(piece)) == piece
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
