"""Admission itself, with everything on: the process's own ``main``, whose loop tells its turns."""

from bench.contenders.telling import telling
from kairan.process import run
from processors.admission.__main__ import main

if __name__ == "__main__":
    run("admission", lambda settings, stop: main(settings, telling(stop)))
