"""``python -m processors.statistics``: counts what the log tells."""

import asyncio

from kairan.loops import Stop
from kairan.process import run
from kairan.settings import Settings
from processors.statistics import hardening
from processors.statistics.worker import Worker


def main(settings: Settings, stop: Stop) -> None:
    hardening.harden()
    asyncio.run(_count(settings, stop))


async def _count(settings: Settings, stop: Stop) -> None:
    await Worker(settings).run(stop)


if __name__ == "__main__":
    run("statistics", main)
