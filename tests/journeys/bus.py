"""The bus's processes under a test's eyes: started as supervisor does, made to die where the test says."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from kairan.settings import Settings
from operations.demo.flow import Flow
from operations.stack import front
from operations.stack.home import Home
from operations.stack.local import Addresses
from operations.stack.processes import MARK, PROCESSES, Process

TAKEN_BY_OTHERS = {0, front.PREFERRED}
"""A stack that starts beside this one takes the door's first choice while nobody serves there, between two deaths."""
AGAIN_SECONDS = 0.2
"""Between a death and the next start."""
LOOK_SECONDS = 0.05
STOP_SECONDS = 60
"""A step that was begun is brought to its end: of five thousand records, with two other workers on the machine."""
LAST_WORDS = 6000
TELL_SECONDS = 1
SETTLE_SECONDS = 180


class NotInTimeError(AssertionError):
    """Something that a test waits for did not come."""


class Death(NamedTuple):
    """A process that ended without having been told to; ``code`` is negative for a signal."""

    name: str
    code: int


class Bus:
    """The six processes of one stack; whichever ends unasked is started again."""

    def __init__(self, settings: Settings, processes: tuple[Process, ...] = PROCESSES) -> None:
        self._settings = settings
        self._processes = {process.name: process for process in processes}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._armed: dict[str, Sequence[str]] = {}
        self._besides: dict[str, Mapping[str, str]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._guard = threading.Thread(target=self._keep_up, name="guard")
        self.deaths: list[Death] = []

    def start(self) -> None:
        is_local = not (self._settings.bootstrap or self._settings.postgres)
        front.settle(Home(self._settings.home), is_local=is_local, free=lambda port: port not in TAKEN_BY_OTHERS)
        for name in self._processes:
            self._begin(name)
        self._guard.start()

    def stop(self) -> None:
        """Ends all as supervisor does; a process that must be killed for it breaks a promise."""
        self._over.set()
        self._guard.join()
        for process in self._running.values():
            process.terminate()
        stubborn = [name for name, process in self._running.items() if not _ends(process)]
        assert [] == stubborn, f"not ended when told: {[self._last_words(name) for name in stubborn]}"

    def stop_at_once(self) -> None:
        """SIGKILL to all, for good."""
        self._over.set()
        self._guard.join()
        self.kill_all()
        for process in self._running.values():
            process.wait()

    def tell_where_they_stand(self) -> None:
        """Each writes into its log where each of its threads stands."""
        with self._lock:
            for process in self._running.values():
                process.send_signal(signal.SIGUSR1)
        time.sleep(TELL_SECONDS)

    def arm(self, name: str, *failpoints: str) -> None:
        """From now on the process dies at the first of these, when started again at the next, as the kernel kills."""
        with self._lock:
            try:
                self._end(name)
            finally:
                self._begin(name, failpoints)

    def armed(self) -> dict[str, Sequence[str]]:
        """Who has yet to die, and where."""
        with self._lock:
            return {name: seams for name, seams in self._armed.items() if seams}

    def disarm(self) -> None:
        """Whoever was armed and lives on is started anew."""
        for name in self.armed():
            self.arm(name)

    def leave(self, name: str) -> subprocess.Popen[bytes]:
        """A successor takes the place of this one, which lives on as it is; whoever asked for it ends it."""
        with self._lock:
            left = self._running.pop(name)
            self._begin(name)
        return left

    @contextmanager
    def begun_with(self, name: str, environment: Mapping[str, str]) -> Iterator[None]:
        """For a while this one has other variables in its environment."""
        self._besides[name] = environment
        self.arm(name)
        try:
            yield
        finally:
            del self._besides[name]
            self.arm(name)

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """These are ended for a while."""
        with self._lock:
            for name in names:
                self._end(name)
        try:
            yield
        finally:
            with self._lock:
                for name in names:
                    self._begin(name)

    def kill(self, *names: str) -> None:
        """SIGKILL, wherever these stand."""
        with self._lock:
            for name in names:
                self._running[name].kill()

    def kill_all(self) -> None:
        """SIGKILL, wherever each stands."""
        with self._lock:
            for process in self._running.values():
                process.kill()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._processes)

    def process_id(self, name: str) -> int:
        """Of the process that runs under this name now."""
        with self._lock:
            return self._running[name].pid

    def settle(self, seconds: float = SETTLE_SECONDS) -> None:
        """Until nothing is under way: two looks with the same counts and no lag."""
        seen = []
        with closing(Flow(self._settings)) as flow:

            def _rests() -> bool:
                seen.append(flow.look(latencies=False))
                return seen[-1].is_settled() and seen[-1] == (seen[-2] if len(seen) > 1 else None)

            await_true(_rests, seconds, lambda: f"not at rest: {waiting(seen[-1].lag)}; ends: {Counter(self.deaths)}")

    def _last_words(self, name: str) -> str:
        """Where it stood; the logs go with the stack."""
        return f"{name}: " + (self._settings.home / "logs" / f"{name}.log").read_text(encoding="utf-8")[-LAST_WORDS:]

    def _end(self, name: str) -> None:
        process = self._running.pop(name)
        process.terminate()
        if not _ends(process):
            raise NotInTimeError(f"{name} did not end when told; its log says where it stood")

    def _begin(self, name: str, failpoints: Sequence[str] = ()) -> None:
        self._armed[name] = failpoints
        process, home = self._processes[name], self._settings.home.absolute()
        given = {"KAIRAN_HOME": str(home), MARK: str(home), "KAIRAN_LOG_LEVEL": "debug"}
        given |= front.environment(Home(home), os.environ)
        given |= Addresses(self._settings.bootstrap, self._settings.postgres).environment()
        given |= {"KAIRAN_FAILPOINT": failpoints[0]} if failpoints else {}
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("KAIRAN_")}
        with (home / "logs" / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", process.module, *process.arguments],
                cwd=Path(__file__).parents[2],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=inherited | given | dict(self._besides.get(name, {})),
            )

    def _keep_up(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            with self._lock:
                for name, process in list(self._running.items()):
                    if process.poll() is not None:
                        self._bury(Death(name, process.returncode))

    def _bury(self, dead: Death) -> None:
        """Whoever died where he was told to goes on to his next seam."""
        self.deaths.append(dead)
        self._over.wait(AGAIN_SECONDS)
        was_told = dead.code == -signal.SIGKILL
        self._begin(dead.name, self._armed[dead.name][1 if was_told else 0 :])


def waiting(lag: Mapping[str, int]) -> dict[str, int]:
    return {part: count for part, count in lag.items() if count}


def await_true(is_so: Callable[[], bool], seconds: float, otherwise: Callable[[], str]) -> None:
    """Raises NotInTimeError with what ``otherwise`` tells."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise NotInTimeError(otherwise())
        time.sleep(LOOK_SECONDS)


def _ends(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ends by itself; else it is asked where it stands, and killed."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGUSR1)
        time.sleep(TELL_SECONDS)
        process.kill()
        process.wait()
        return False
    return True
