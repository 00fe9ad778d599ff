"""
Processes that outlive the command that started them, known by a file.

The file holds the process's number and when it was started: a number that the system has meanwhile given to
another process is not ours.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil


def start(
    command: Sequence[str], folder: Path, log: Path, note: Path, environment: Mapping[str, str] | None = None
) -> psutil.Popen:
    """Starts a process of its own session with its output in ``log``, and notes it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = psutil.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | {"LC_ALL": "C.UTF-8"} | dict(environment or {}),
        )
    note.write_text(json.dumps({"pid": process.pid, "started": process.create_time()}), encoding="utf-8")
    return process


def running(note: Path) -> psutil.Process | None:
    """The process that was noted, if it is still the same one and alive."""
    try:
        noted = json.loads(note.read_text(encoding="utf-8"))
        process = psutil.Process(noted["pid"])
        same = process.create_time() == noted["started"] and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, json.JSONDecodeError, KeyError, psutil.NoSuchProcess):
        return None
    return process if same else None


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
        try:
            process.wait(seconds)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(seconds)
    except psutil.NoSuchProcess:
        return
