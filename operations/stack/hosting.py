"""``python -m operations.stack.hosting name module …``: parts that have little to do share a process on one machine."""

import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module

from kairan.loops import Stop
from kairan.process import run, together
from kairan.settings import Settings


def host(modules: Sequence[str], settings: Settings, stop: Stop) -> None:
    """Each of them by its ``main``; where one cannot go on, all are ended, and the supervisor starts them again."""
    together([partial(import_module(f"{module}.__main__").main, settings) for module in modules], stop)


if __name__ == "__main__":
    name, *modules = sys.argv[1:]
    run(name, partial(host, modules))
