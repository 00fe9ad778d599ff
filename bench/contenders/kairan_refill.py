"""``kairan refill`` of one channel: the command's own work, told at its beginning and its end, then idle."""

import sys
import time

from bench.contenders.telling import tell
from kairan.loops import Stop
from kairan.process import run
from kairan.settings import Settings
from operations.look.refilling import refill
from processors.routing.editions import Receiver


def main(settings: Settings, receiver: Receiver, stop: Stop) -> None:
    tell()
    for _ in refill(settings, receiver, None, time.time_ns() // 1_000_000):
        pass
    tell()
    while not stop():
        time.sleep(0.1)


if __name__ == "__main__":
    chosen = Receiver(*sys.argv[1:])
    run("refill", lambda settings, stop: main(settings, chosen, stop))
