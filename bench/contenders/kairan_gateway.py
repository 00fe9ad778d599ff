"""
The residents' side of the front door, as one process: its pages, its guard, what wakes its streams.

Arguments: the port. Who signs in, who received what and where somebody is told is nobody's here: no page but the live
one is asked for.
"""

import sys
from contextlib import closing
from functools import partial

from bench.contenders.telling import tell
from gateway.__main__ import CONNECTIONS, PRINCIPAL
from gateway.app import application
from gateway.opening import DATABASE
from gateway.residents import opening
from gateway.residents.routes import STRANGERS, routes
from gateway.residents.testing import MemoryAddresses, MemoryDisclosures
from gateway.settings import GatewaySettings
from gateway.sign_in.provider import Client
from kairan import topics
from kairan.kafka import KafkaReader
from kairan.loops import Stop
from kairan.postgres.pool import pool
from kairan.process import run, together
from kairan.serving import serve
from kairan.settings import Settings
from processors.routing.measures import TOPIC, Measures

NOBODY = Client("http://localhost", "kairan", "http://localhost/sign-in/done", "")


def main(settings: Settings, stop: Stop) -> None:
    door = GatewaySettings(port=int(sys.argv[1]))
    properties = settings.properties(PRINCIPAL)
    with (
        closing(KafkaReader(properties, topics.group(PRINCIPAL, "protection"), [TOPIC], from_start=True)) as reader,
        pool(settings.dsn(DATABASE), CONNECTIONS) as opened,
    ):
        received = MemoryDisclosures(opening.now)
        room = opening.room(opened, Measures(reader), opening.Entrance(NOBODY, str.encode), MemoryAddresses(), received)
        room.guard.sweep()
        app = application(door, routes(room), STRANGERS)
        tell()
        together([partial(serve, app, door.host, door.port), *opening.tasks(room)], stop)


if __name__ == "__main__":
    run("gateway", main)
