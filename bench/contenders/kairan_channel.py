"""
One channel's loop of ``processors.channels``: judge, hand over, mark; the simulator of マイナポータル takes it.

Nothing leaves for a network; protection is read as in the process itself. Arguments: the folder of the simulator.
"""

import sys
from contextlib import closing
from functools import partial
from pathlib import Path

from bench.contenders.telling import telling
from connectors.notices.simulators import PortalSimulator
from kairan.loops import Stop
from kairan.postgres import connect
from kairan.process import run
from kairan.settings import Settings
from processors.channels.__main__ import PRINCIPAL
from processors.channels.delivering import Delivering
from processors.channels.hiding import Hiding
from processors.channels.tables import PostgresQueue
from processors.channels.wording import Site
from processors.routing import measures
from processors.runtime.shell import DATABASE, Shell
from processors.runtime.shell import now as wall


def main(settings: Settings, stop: Stop) -> None:
    shell = Shell(settings, PRINCIPAL)
    with (
        closing(shell.reader("protection", [measures.TOPIC])) as reader,
        connect(settings.dsn(DATABASE), autocommit=True) as connection,
    ):
        channel = PortalSimulator(Path(sys.argv[1]))
        queue = PostgresQueue(connection)
        Delivering("portal", channel, queue, Hiding(reader), Site(), wall).keep(telling(stop))


if __name__ == "__main__":
    run("channel", partial(main))
