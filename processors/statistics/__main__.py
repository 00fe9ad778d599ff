"""``python -m processors.statistics``: counts what the log tells."""

import asyncio
from contextlib import ExitStack

from kairan.loops import Stop
from kairan.postgres import migrations
from kairan.process import run
from kairan.settings import Settings
from processors.runtime import travel
from processors.runtime.leaps import Leaps
from processors.runtime.shell import DATABASE, connected
from processors.statistics import hardening
from processors.statistics.worker import Worker


def main(settings: Settings, stop: Stop) -> None:
    dsn = settings.dsn(DATABASE)
    migrations.apply(dsn, "processors.runtime")
    hardening.harden()
    with ExitStack() as opened:
        asyncio.run(_count(settings, travel.played(settings, connected(opened, dsn)), stop))


async def _count(settings: Settings, played: Leaps, stop: Stop) -> None:
    await Worker(settings, played).run(stop)


if __name__ == "__main__":
    run("statistics", main)
