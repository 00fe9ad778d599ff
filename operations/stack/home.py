"""``$KAIRAN_HOME``: what the stack keeps there, and what it remembers from start to start."""

import base64
import fcntl
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import BaseModel

from operations.stack import ports
from operations.stack.errors import StackError

ROOM_FOR_FIRST = 700_000_000
"""Bytes: the servers' programs, their first files and a demo."""
ROOM_AFTERWARDS = 200_000_000
"""Bytes: programs and files are there already; what is left is for new facts."""
WAIT_SECONDS = 180
Say = Callable[[str], None]
CHECKOUT = Path(__file__).parents[2]


class Noted(BaseModel):
    """
    The local servers as chosen on the first start; ``bootstrap`` and ``postgres`` are what others read.

    ``front_door`` and ``provider``: addresses of the last start of the processes, empty where there is none.
    """

    bootstrap: str = ""
    postgres: str = ""
    kafka_port: int
    controller_port: int
    postgres_port: int
    supervisor_port: int
    cluster: str
    postgres_password: str
    supervisor_password: str
    postgres_place: str = ""
    gateway_port: int = 0
    provider_port: int = 0
    front_door: str = ""
    provider: str = ""


class Home:
    """The folder of one stack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.kafka = self.folder / "kafka"
        self.logs = self.folder / "logs"
        self.principals = self.folder / "principals"
        self.register = self.folder / "register"
        self._noted = self.folder / "stack.json"

    def noted(self) -> Noted | None:
        """What was remembered; None before the first start."""
        if not self._noted.exists():
            return None
        return Noted.model_validate_json(self._noted.read_text(encoding="utf-8"))

    def remembered(self) -> Noted:
        """
        What was remembered.

        Raises:
            StackError: there was no first start.

        """
        noted = self.noted()
        if noted is None:
            raise StackError(f"Nothing was ever started in {self.folder}: run `kairan up`.")
        return noted

    def remember(self, **changes: str | int) -> Noted:
        """Remembers these too."""
        return self._write(self.remembered().model_copy(update=changes))

    def _write(self, noted: Noted) -> Noted:
        write_secret(self._noted, noted.model_dump_json(indent=2) + "\n")
        return noted

    def prepare(self, *, new_ports: bool = False) -> None:
        """Makes the folders, checks the room, chooses what is chosen once."""
        self.logs.mkdir(parents=True, exist_ok=True)
        self._require_room()
        if self.noted() is None:
            drawn = {
                "cluster": base64.urlsafe_b64encode(b"\x00" + secrets.token_bytes(15)).decode().rstrip("="),
                "postgres_password": secrets.token_hex(16),
                "supervisor_password": secrets.token_hex(16),
            }
            self._write(Noted.model_validate(self._free_ports() | drawn))
        elif new_ports:
            self.remember(**self._free_ports(), gateway_port=0, provider_port=0)

    def _free_ports(self) -> dict[str, int]:
        names = ("kafka_port", "controller_port", "postgres_port", "supervisor_port")
        return dict(zip(names, ports.choose(self.folder, len(names)), strict=True))

    def _require_room(self) -> None:
        free = shutil.disk_usage(self.folder).free
        noted = self.noted()
        was_up = noted is not None and bool(noted.bootstrap or noted.postgres)
        needed, start = (ROOM_AFTERWARDS, "this") if was_up else (ROOM_FOR_FIRST, "the first")
        if free < needed:
            raise StackError(
                f"Only {free // 1_000_000} MB are free on the disk that holds {self.folder}: "
                f"{start} start needs {needed // 1_000_000} MB. Free some, or set KAIRAN_HOME to another disk."
            )


def cache_folder(home: Home) -> Path:
    """Where downloads are kept: one folder for all homes of a checkout."""
    if (CHECKOUT / "pyproject.toml").exists():
        return CHECKOUT / ".kairan" / "cache"
    return home.folder / "cache"


def write_secret(path: Path, text: str) -> None:
    """Replaces a file that only its owner may read, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


@contextmanager
def held(lock: Path, say: Say) -> Iterator[None]:
    """
    One command at a time; a second one waits.

    Raises:
        StackError: the first one does not end.

    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        _wait_for(file, lock, say)
        yield


def _wait_for(file: IO[str], lock: Path, say: Say) -> None:
    until = time.monotonic() + WAIT_SECONDS
    told = False
    while not _taken(file):
        if not told:
            say("another kairan command is at work here; waiting for it …")
            told = True
        if time.monotonic() > until:
            raise StackError(
                f"Another kairan command has held {lock} for {WAIT_SECONDS} s: end it, then run this again."
            )
        time.sleep(0.2)


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
