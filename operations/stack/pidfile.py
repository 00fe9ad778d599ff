"""
Processes that outlive the command that started them, known by a file.

The file holds the process's number and when it was started: a number that the system has meanwhile given to
another process is not ours.
"""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil


def start(
    command: Sequence[str], folder: Path, log: Path, note: Path, environment: Mapping[str, str] | None = None
) -> psutil.Process:
    """Starts a process of its own session with its output in ``log``, and notes it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | {"LC_ALL": "C.UTF-8"} | dict(environment or {}),
        )
    child.returncode = 0  # for Python it is over with this object: the process is meant to outlive it
    process = psutil.Process(child.pid)
    note.write_text(json.dumps({"pid": process.pid, "started": process.create_time()}), encoding="utf-8")
    return process


def running(note: Path) -> psutil.Process | None:
    """The process that was noted, if it is still the same one and alive."""
    try:
        noted = json.loads(note.read_text(encoding="utf-8"))
        process = psutil.Process(noted["pid"])
        same = process.create_time() == noted["started"]
    except (FileNotFoundError, json.JSONDecodeError, KeyError, psutil.NoSuchProcess):
        return None
    return process if same and is_alive(process) else None


def is_alive(process: psutil.Process) -> bool:
    """A process that has ended and that nobody has asked about yet is not alive."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def stop(note: Path, seconds: float) -> bool:
    """Ends the noted process: asks first, insists after ``seconds``; whether there was one."""
    process = running(note)
    if process is not None:
        end(process, seconds)
    note.unlink(missing_ok=True)
    return process is not None


def end(process: psutil.Process, seconds: float) -> None:
    """Asks a process to end, and insists after so many seconds."""
    try:
        process.terminate()
        if not _ends(process, seconds):
            process.kill()
            _ends(process, seconds)
    except psutil.NoSuchProcess:
        return


def _ends(process: psutil.Process, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_alive(process):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
