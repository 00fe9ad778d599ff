"""
How a contender tells its time: a line whenever it comes to read again, so that all before it is marked by then.

The lines go to the file that ``BENCH_TURNS`` names: stdout is no contender's alone (Faust takes it for its log).
"""

import os
import time
from functools import cache
from typing import TextIO

from kairan.loops import Stop

TURNS = "BENCH_TURNS"


def telling(stop: Stop) -> Stop:
    """The same ``stop``, which also writes down the time of each turn of the loop."""

    def _stop() -> bool:
        tell()
        return stop()

    return _stop


def tell() -> None:
    print(time.time_ns(), file=_turns())


@cache
def _turns() -> TextIO:
    return open(os.environ[TURNS], "a", buffering=1, encoding="utf-8")  # noqa: PTH123 - open until the end
