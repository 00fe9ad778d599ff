"""The outermost shell of every process: settings, logs, a clean stop on SIGTERM, a telling exit code."""

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from kairan import logs
from kairan.loops import Stop
from kairan.settings import Settings

STOPPED, CANNOT_GO_ON = 0, 1


def run(name: str, main: Callable[[Settings, Stop], None]) -> None:
    """
    Runs ``main`` until SIGTERM or SIGINT; what it cannot handle ends the process, the supervisor starts it again.

    Only the error's class and place are logged: its text may hold what a record held.
    """
    settings = Settings()
    logs.configure(name, settings.log_level)
    stopped = threading.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: stopped.set())
    logs.log().info("started")
    try:
        main(settings, stopped.is_set)
    except Exception as error:  # noqa: BLE001 - the outermost loop
        logs.log().error("stopped", error=type(error).__name__, rule=place_of(error), alarm="cannot go on")
        sys.exit(CANNOT_GO_ON)
    logs.log().info("stopped")
    sys.exit(STOPPED)


def together(tasks: Sequence[Callable[[Stop], None]], stop: Stop) -> None:
    """Runs each in a thread until ``stop`` says so or one cannot go on: then none does."""
    halted = threading.Event()

    def _stop() -> bool:
        return stop() or halted.is_set()

    with ThreadPoolExecutor(max_workers=max(1, len(tasks))) as pool:
        running = [pool.submit(task, _stop) for task in tasks]
        wait(running, return_when=FIRST_EXCEPTION)
        halted.set()
    for each in running:
        each.result()


def place_of(error: BaseException) -> str:
    """Where an error was raised: files and lines of our own code, innermost last."""
    places = []
    step = error.__traceback__
    while step is not None:
        places.append(f"{step.tb_frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}")
        step = step.tb_next
    return " ".join(places[-4:])
