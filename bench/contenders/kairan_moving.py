"""The process of persons' moves with everything on, but the clock and the letters' way, which run beside it."""

from contextlib import closing

from bench import planned
from bench.contenders.telling import telling
from kairan.loops import Stop
from kairan.postgres import connect
from kairan.process import run
from kairan.settings import Settings
from processors.moving.__main__ import consume, processes
from processors.runtime.leaps import Leaps
from processors.runtime.shell import DATABASE


def main(settings: Settings, stop: Stop) -> None:
    of_persons, _ = processes(planned.bundle(settings), planned.bus_keys(settings), Leaps(tuple))
    with closing(connect(settings.dsn(DATABASE), autocommit=True)) as connection:
        consume(settings, connection, of_persons, telling(stop))


if __name__ == "__main__":
    run("moving", main)
