"""``python -m operations.stack.hosting name module …``: parts that have little to do share a process on one machine."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

from kairan.loops import Stop
from kairan.process import run, together
from kairan.settings import Settings

NICE = 5
"""
A third of what others get, where processors are short (docs/adr/0051). More, and on a machine that is busy with other
things pages and notices would stand still.
"""
_AUTOGROUP = Path("/proc/self/autogroup")


def give_way() -> None:
    """
    Lets what facts wait for go first, also Kafka and PostgreSQL.

    Linux shares time between sessions before it does so within one, where it was told to (autogroup): there this
    process gets a session of its own, and that is nice.
    """
    os.nice(NICE)
    if _AUTOGROUP.exists():
        _begin_a_session()
        with suppress(OSError):  # whoever is no administrator may set it ten times a second, all together
            _AUTOGROUP.write_text(str(NICE), encoding="ascii")


def _begin_a_session() -> None:
    if os.getsid(0) == os.getpid():
        return
    if os.getpgrp() == os.getpid():
        os.setpgid(0, os.getpgid(os.getppid()))  # who leads a group, as supervisor starts it, may begin no session
    os.setsid()


def host(modules: Sequence[str], settings: Settings, stop: Stop) -> None:
    """Each of them by its ``main``; where one cannot go on, all are ended, and the supervisor starts them again."""
    together([partial(import_module(f"{module}.__main__").main, settings) for module in modules], stop)


if __name__ == "__main__":
    name, *modules = sys.argv[1:]
    give_way()
    run(name, partial(host, modules))
