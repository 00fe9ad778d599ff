"""The sinks of one channel, with everything on: its subjects tended and its receipts sent beside it."""

import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial

from bench.contenders.telling import telling
from connectors.postgres.members import Offices, Task
from kairan.loops import Stop
from kairan.process import run, together
from kairan.settings import Settings


def main(settings: Settings, member: str, channel: str, stop: Stop) -> None:
    with closing(Offices(settings, member, [channel], lambda _: False)) as offices:
        together(list(_tasks(offices, channel)), stop)


def _tasks(offices: Offices, channel: str) -> Iterator[Task]:
    """Of the member's tasks only the channel's own tells its turns."""
    _, *others = offices.tasks()
    yield lambda stop: partial(offices.sink, channel)(telling(stop))
    yield from others


if __name__ == "__main__":
    of_member, its = sys.argv[1:]
    run("sinks", lambda settings, stop: main(settings, of_member, its, stop))
