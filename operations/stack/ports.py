"""Ports of the local servers: chosen once, remembered, checked before each start."""

import socket
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from operations.stack.errors import StackError

FIRST, LAST, STEP = 19_000, 29_000, 10
"""Below the range from which systems draw the near end of outgoing connections."""
PATIENCE_SECONDS = 3
"""A process that was just killed holds its port for a moment."""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def candidates(home: Path) -> Iterator[int]:
    """All ports to try, from a place that depends on the folder, so that two checkouts seldom meet."""
    blocks = (LAST - FIRST) // STEP
    start = FIRST + zlib.crc32(str(home).encode()) % blocks * STEP
    yield from range(start, LAST)
    yield from range(FIRST, start)


def choose(home: Path, count: int, free: Callable[[int], bool] = is_free) -> list[int]:
    """
    The first free ports.

    Raises:
        StackError: there are not as many.

    """
    chosen: list[int] = []
    for port in candidates(home):
        if free(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise StackError(f"No {count} free ports between {FIRST} and {LAST}: stop some servers of this machine.")


def comes_free(port: int) -> bool:
    """Whether it is free, or will be in a moment."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_free(port) and time.monotonic() < until:
        time.sleep(0.1)
    return is_free(port)


def require_free(port: int, server: str) -> None:
    """
    Refuses to start a server on a port that is taken.

    Raises:
        StackError: it is, by whom, and what to do.

    """
    if not comes_free(port):
        raise StackError(
            f"Port {port}, on which {server} was to start, is in use by {_holder(port)}: "
            "end that process, or run `kairan up --new-ports`."
        )


def _holder(port: int) -> str:
    try:
        found = [c.pid for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port and c.pid]
        return f"process {found[0]} ({psutil.Process(found[0]).name()})" if found else "another process"
    except psutil.Error:
        return "another process"
