"""
A process stands still at a seam, and goes on when its successor has long been at work.

Its database sessions end meanwhile, as at a server that has not heard of it: else none could succeed it.
"""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from kairan.postgres import connect
from kairan.settings import Settings
from tests.journeys.bus import await_true
from tests.soak.scene import Inflict, Scene

STILL_SECONDS = 20
"""Longer than any session of Kafka's or PostgreSQL's that anybody here relies on."""
BESIDE_SECONDS = 5
STOPPED_SECONDS = 60
END_SECONDS = 10
_CUT = "select pg_terminate_backend(pid) from pg_stat_activity where client_port = any(%s)"


def stands_still(name: str, *seams: str) -> Inflict:
    """This process, at one of these seams."""

    def _inflict(scene: Scene) -> None:
        scene.bus.arm(name, f"{scene.draw.choice(seams)}:1:STOP")
        stopped = psutil.Process(scene.bus.process_id(name))
        await_true(lambda: stopped.status() == psutil.STATUS_STOPPED, STOPPED_SECONDS, lambda: f"{name} goes on")
        with _left(scene, name) as zombie:
            cut_off(scene.settings, stopped)
            time.sleep(STILL_SECONDS)
            zombie.send_signal(signal.SIGCONT)
            time.sleep(BESIDE_SECONDS)
        scene.bus.kill(name)  # whoever starts next reads again what the zombie marked late: an older position

    return _inflict


def cut_off(settings: Settings, process: psutil.Process) -> None:
    """Ends all sessions of a process at PostgreSQL."""
    ports = [each.laddr.port for each in process.net_connections("tcp")]
    with connect(settings.dsn("postgres"), autocommit=True) as connection:
        connection.execute(_CUT, (ports,))


@contextmanager
def _left(scene: Scene, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """Ended afterwards, if it has not ended by itself."""
    zombie = scene.bus.leave(name)
    try:
        yield zombie
    finally:
        zombie.send_signal(signal.SIGCONT)
        zombie.terminate()
        try:
            zombie.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            zombie.kill()
            raise
