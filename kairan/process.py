"""The outermost shell of every process: settings, logs, a clean stop on SIGTERM, a telling exit code."""

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import NoReturn

from kairan import logs
from kairan.loops import Stop
from kairan.register_changes import Changes
from kairan.settings import Settings
from kairan.watch import CALLS

STOPPED, CANNOT_GO_ON = 0, 1
END_SECONDS = 10.0
"""As supervisor waits. To be killed anywhere loses nothing; to stand still keeps everybody waiting."""
STDERR = 2


def run(name: str, main: Callable[[Settings, Stop], None]) -> None:
    """
    Runs ``main`` until SIGTERM or SIGINT; what it cannot handle ends the process, the supervisor starts it again.

    Only the error's class and place are logged: its text may hold what a record held. On SIGUSR1 it writes where each
    of its threads stands: files, lines and functions, no value. A call into Kafka's client that does not return ends
    the process too. So does a register that is changed, in good order.
    """
    faulthandler.register(signal.SIGUSR1, file=STDERR)
    settings = Settings()
    logs.configure(name, settings.log_level)
    stopped = threading.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: stopped.set())
    CALLS.end_if_one_stands_still(_end_at_once)
    logs.log().info("started")
    try:
        changed = Changes(settings.register_folder)
        main(settings, lambda: stopped.is_set() or changed())
    except Exception as error:  # noqa: BLE001 - the outermost loop
        logs.log().error("stopped", error=type(error).__name__, rule=place_of(error), alarm="cannot go on")
        sys.exit(CANNOT_GO_ON)
    logs.log().info("stopped")
    sys.exit(STOPPED)


def together(tasks: Sequence[Callable[[Stop], None]], stop: Stop) -> None:
    """
    Runs each in a thread until ``stop`` says so or one cannot go on: then none does.

    Why one cannot is logged before the others are waited for; if they do not end, the process is ended.
    """
    halted = threading.Event()

    def _stop() -> bool:
        return stop() or halted.is_set()

    with ThreadPoolExecutor(max_workers=max(1, len(tasks))) as pool:
        running = [pool.submit(task, _stop) for task in tasks]
        ended = wait(running, return_when=FIRST_EXCEPTION).done
        halted.set()
        if _tell(ended) and wait(running, END_SECONDS).not_done:
            _end_at_once()
    for each in running:
        each.result()


def _tell(ended: Iterable[Future[None]]) -> bool:
    """Logs what these could not handle; whether there was anything."""
    errors = [error for each in ended if (error := each.exception()) is not None]
    for error in errors:
        logs.log().error("halted", error=type(error).__name__, rule=place_of(error))
    return bool(errors)


def _end_at_once() -> NoReturn:
    """A thread that waits for what nobody brings would hold what it holds for ever; its log says where it stands."""
    logs.log().error("stopped", error="StandsStill", alarm="cannot go on")
    faulthandler.dump_traceback(file=STDERR)
    os._exit(CANNOT_GO_ON)


def place_of(error: BaseException) -> str:
    """Where an error was raised: files and lines of our own code, innermost last."""
    places = []
    step = error.__traceback__
    while step is not None:
        places.append(f"{step.tb_frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}")
        step = step.tb_next
    return " ".join(places[-4:])
