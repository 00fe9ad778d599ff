"""
The bus's own processes under supervisor: started, restarted when they crash, ended cleanly.

A new deployable is a line in ``DEPLOYED``; on one machine those with little to do share a process.
"""

import importlib.util
import os
import shlex
import sys
import time
import xmlrpc.client
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from operations.stack import front, pidfile, ports
from operations.stack.errors import StackError
from operations.stack.home import Home, Say, write_secret

START_SECONDS = 30
STOP_SECONDS = 20
GROUP = "bus"
"""One group, because supervisor ends one group after the other, and the processes of a group all at once."""
MARK = "KAIRAN_STACK"
"""In the environment of every process of a stack, with its home: so that orphans are known."""


class Process(NamedTuple):
    """``python -m module arguments``, under a name for its log and for people."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()


DEPLOYED: tuple[Process, ...] = (
    Process("sources", "producers"),
    Process("admission", "processors.admission"),
    Process("routing-live", "processors.routing", ("live",)),
    Process("routing-bulk", "processors.routing", ("bulk",)),
    Process("sinks", "connectors.postgres"),
    Process("ledger", "processors.ledger"),
    Process("disclosures", "processors.disclosures"),
    Process("moving", "processors.moving"),
    Process("notices", "processors.notices"),
    Process("channels", "processors.channels"),
    Process("gateway", "gateway"),
    Process("statistics", "processors.statistics"),
    Process("publishing", "processors.statistics.publishing"),
)
"""Each by itself, as ``deploy/k8s`` runs them."""

FOLLOWERS = ("ledger", "disclosures", "moving", "notices", "channels", "gateway")
"""They follow what happened, or show it; no fact waits for them."""
COUNTERS = ("statistics", "publishing")
"""By themselves: what ends Faust ends its process, and an audit of a month takes a processor for a while."""
BESIDES = ("sandbox.provider",)
"""What a local stack has and no other: it is quiet where residents sign in elsewhere."""


def _on_one_machine() -> Iterator[Process]:
    yield from (each for each in DEPLOYED if each.name not in (*FOLLOWERS, *COUNTERS))
    yield _together("followers", FOLLOWERS, *BESIDES)
    yield _together("statistics", COUNTERS)


def _together(name: str, deployed: Sequence[str], *besides: str) -> Process:
    modules = (each.module for each in DEPLOYED if each.name in deployed)
    return Process(name, "operations.stack.hosting", (name, *modules, *besides))


PROCESSES = tuple(_on_one_machine())
"""As the local stack runs them."""


class State(NamedTuple):
    """What supervisor says of a process: RUNNING, STARTING, BACKOFF, STOPPED, EXITED, FATAL."""

    name: str
    state: str
    pid: int


class Processes:
    """The processes of one home."""

    def __init__(self, home: Home, say: Say, processes: tuple[Process, ...] = PROCESSES) -> None:
        self._home = home
        self._say = say
        self._processes = processes
        self._folder = home.folder / "supervisor"
        self._note = self._folder / "pid.json"

    def start(self, addresses: dict[str, str], *, anew: bool = False) -> None:
        """
        Starts what does not run and returns when all have stayed up for a second.

        Args:
            addresses: environment variables that name servers elsewhere.
            anew: end those that run first, because they were started for another register.

        Raises:
            StackError: one does not stay up, and where its log is.

        """
        if anew or not pidfile.running(self._note):
            self.stop()
            self._begin(addresses)
        self._await_running()

    def stop(self) -> bool:
        """Whether there was anything to stop."""
        return pidfile.stop(self._note, STOP_SECONDS) | self._end_orphans()

    def states(self) -> list[State]:
        """What each does; STOPPED for all when supervisor itself does not run."""
        if not pidfile.running(self._note):
            return [State(process.name, "STOPPED", 0) for process in self._processes]
        return [State(found["name"], found["statename"], found["pid"]) for found in self._ask("getAllProcessInfo")]

    def stop_one(self, name: str) -> None:
        self._ask("stopProcess", f"{GROUP}:{name}")

    def start_one(self, name: str) -> None:
        self._ask("startProcess", f"{GROUP}:{name}")

    def _begin(self, addresses: dict[str, str]) -> None:
        if importlib.util.find_spec("supervisor") is None:
            raise StackError("The process supervisor is not installed: install kairan[local], or use --only-servers.")
        noted = self._home.remembered()
        ports.require_free(noted.supervisor_port, "the process supervisor")
        self._say(f"starting {len(self._processes)} processes …")
        write_secret(self._folder / "supervisord.conf", configuration(self._home, self._processes))
        front.settle(self._home, is_local=not addresses)
        marked = (
            front.environment(self._home)
            | addresses
            | {"KAIRAN_HOME": str(self._home.folder), MARK: str(self._home.folder)}
        )
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", "supervisord.conf"]
        pidfile.start(command, self._folder, self._home.logs / "supervisor.log", self._note, marked)

    def _await_running(self) -> None:
        until = time.monotonic() + START_SECONDS
        while waiting := [state for state in self._told() if state.state != "RUNNING"]:
            if time.monotonic() > until or any(state.state == "FATAL" for state in waiting):
                names = ", ".join(f"{state.name} ({self._home.logs / state.name}.log)" for state in waiting)
                raise StackError(f"Not up: {names}. Their logs say why.")
            time.sleep(0.1)

    def _told(self) -> list[State]:
        """The states, as soon as supervisor answers."""
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.states()
            except ConnectionError as error:
                if time.monotonic() > until or not pidfile.running(self._note):
                    log = self._home.logs / "supervisor.log"
                    raise StackError(f"The process supervisor did not start. Its log: {log}") from error
                time.sleep(0.05)

    def _ask(self, method: str, *arguments: str) -> Any:
        noted = self._home.remembered()
        address = f"http://kairan:{noted.supervisor_password}@127.0.0.1:{noted.supervisor_port}/RPC2"
        with xmlrpc.client.ServerProxy(address) as remote:
            return getattr(remote.supervisor, method)(*arguments)

    def _end_orphans(self) -> bool:
        """Ends processes of this home that a killed supervisor left behind."""
        orphans = [process for process in psutil.process_iter() if self._is_ours(process)]
        for process in orphans:
            pidfile.end(process, STOP_SECONDS)
        return bool(orphans)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            marked: str | None = process.environ().get(MARK)
        except psutil.Error:
            return False
        return marked == str(self._home.folder)


def configuration(home: Home, processes: Sequence[Process]) -> str:
    """Supervisor's file: itself on a port of its own with a password, and a section for each process."""
    noted = home.remembered()
    user = "user=root\n" if os.geteuid() == 0 else ""
    head = (
        f"[supervisord]\nnodaemon=true\nsilent=true\nloglevel=warn\nlogfile=/dev/null\nlogfile_maxbytes=0\n{user}"
        f"pidfile={_escaped(home.folder / 'supervisor' / 'supervisord.pid')}\n"
        f"[inet_http_server]\nport=127.0.0.1:{noted.supervisor_port}\n"
        f"username=kairan\npassword={noted.supervisor_password}\n"
        "[rpcinterface:supervisor]\n"
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
    )
    group = f"[group:{GROUP}]\nprograms={','.join(process.name for process in processes)}\n"
    return head + group + "".join(_program(home, process) for process in processes)


def _program(home: Home, process: Process) -> str:
    words = shlex.join([sys.executable, "-m", process.module, *process.arguments])
    return (
        f"[program:{process.name}]\n"
        f"command={_escaped(words)}\n"
        f"directory={_escaped(home.folder)}\n"
        "autorestart=true\nstartsecs=1\nstartretries=1000\nstopsignal=TERM\nstopwaitsecs=10\n"
        f"redirect_stderr=true\nstdout_logfile={_escaped(home.logs / process.name)}.log\n"
        "stdout_logfile_maxbytes=10MB\nstdout_logfile_backups=1\n"
    )


def _escaped(text: str | Path) -> str:
    """A percent sign begins a variable in supervisor's files."""
    return str(text).replace("%", "%%")
