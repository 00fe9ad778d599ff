"""What a run leaves is taken away: by itself when it ends, by the next one when it was killed."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from operations.output import say
from operations.stack import kafka, local
from operations.stack.home import Home
from operations.stack.processes import MARK


def clear_up_after_killed_runs(place: Path) -> None:
    """Each run works in a folder beneath ``place`` that is named by its process."""
    for left in place.glob("*"):
        number = int(left.name)
        if number == os.getpid() or not psutil.pid_exists(number):
            clear_up(left)


def clear_up(folder: Path) -> None:
    """Ends what runs there, whatever state it is in, and takes the data away; nobody needs a clean end of them."""
    _kill_all_of(folder)
    for home in (*map(Home, folder.glob("broker-*")), Home(folder)):
        if (broker := kafka.process(home)) is not None:
            broker.kill()
            broker.wait()
    local.down(folder, say)
    noted = Home(folder).noted()
    elsewhere = [Path(noted.postgres_place)] if noted is not None and noted.postgres_place else []
    for place in (*elsewhere, folder):
        _unmount(place)
        if place.exists():
            shutil.rmtree(place)


def _kill_all_of(folder: Path) -> None:
    """The bus's processes, which would wait for their broker first."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # others' processes, and such as have just ended
            if process.environ().get(MARK) == str(folder.absolute()):
                process.kill()


def _unmount(place: Path) -> None:
    """The small disks of a run that was killed while they were full."""
    for disk in _disks(beneath=place):
        subprocess.run(["umount", disk], check=True, capture_output=True)


def _disks(beneath: Path) -> Iterable[str]:
    mounted = (each.mountpoint for each in psutil.disk_partitions(all=True))
    return [disk for disk in mounted if beneath.resolve() in Path(disk).parents]
