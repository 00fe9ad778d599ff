"""The worker that counts, as it is: its clock begins with the first record, or with its start where none waits."""

import asyncio
import sys
from typing import Any

from bench.contenders.telling import tell
from kairan.loops import Stop
from kairan.process import run
from kairan.settings import Settings
from kairan.stream import Incoming
from processors.runtime.leaps import Leaps
from processors.statistics import hardening
from processors.statistics.worker import Worker


class Telling(Worker):
    """Tells when it begins."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._has_begun = False

    def _counted(self, record: Incoming) -> None:
        if not self._has_begun:
            tell()
            self._has_begun = True
        super()._counted(record)


def main(settings: Settings, stop: Stop) -> None:
    if "recovery" in sys.argv:
        tell()
    hardening.harden()
    asyncio.run(_count(settings, stop))


async def _count(settings: Settings, stop: Stop) -> None:
    await Telling(settings, Leaps(tuple)).run(stop)


if __name__ == "__main__":
    run("statistics", main)
