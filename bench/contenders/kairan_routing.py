"""Routing itself, with everything on: the process's own ``main``, whose loop tells its turns."""

import sys

from bench.contenders.telling import telling
from kairan.process import run
from processors.routing.__main__ import main

if __name__ == "__main__":
    lane = sys.argv[1]
    run(f"routing.{lane}", lambda settings, stop: main(lane, settings, telling(stop)))
