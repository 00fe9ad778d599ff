"""What happens to servers: they are killed, come back, stand still."""

import signal
import time

import psutil

from kairan.settings import Settings
from operations.output import say
from operations.stack import kafka, local
from operations.stack.home import Home
from operations.stack.postgres import Postgres
from tests.journeys.bus import await_true
from tests.journeys.conftest import REGISTER

END_SECONDS = 60


def kill_kafka(settings: Settings) -> None:
    broker = kafka.process(Home(settings.home))
    assert broker is not None
    broker.kill()
    await_true(lambda: kafka.process(Home(settings.home)) is None, END_SECONDS, lambda: "Kafka lives on")


def start_servers(settings: Settings) -> None:
    """Those that do not run; returns when they serve."""
    local.up(settings.home, REGISTER, say, only_servers=True)


def crash_postgresql(settings: Settings) -> None:
    """SIGQUIT: it ends without a word to anybody and recovers from its log; what was not yet written there is gone."""
    server = postgresql(settings)
    note = server.place / "data" / "postmaster.pid"
    psutil.Process(int(note.read_text().splitlines()[0])).send_signal(signal.SIGQUIT)
    await_true(lambda: not server.running(), END_SECONDS, lambda: "PostgreSQL lives on")


def postgresql(settings: Settings) -> Postgres:
    return Postgres(Home(settings.home), Home(settings.home).remembered(), say)


def delay_kafka(settings: Settings, seconds: float) -> None:
    """It answers nobody for so long; what it was sent by then it answers afterwards."""
    broker = kafka.process(Home(settings.home))
    assert broker is not None
    broker.suspend()
    time.sleep(seconds)
    broker.resume()
