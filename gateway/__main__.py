"""``python -m gateway``: the front door's process."""

from contextlib import ExitStack, closing
from functools import partial

from gateway.opening import DATABASE, TABLES, front_door
from gateway.settings import GatewaySettings
from kairan import keychecks, topics
from kairan.kafka import KafkaReader
from kairan.keys import BusKeys
from kairan.loops import Stop
from kairan.postgres import migrations
from kairan.postgres.pool import pool
from kairan.process import run, together
from kairan.serving import serve
from kairan.settings import Settings
from processors.routing.measures import TOPIC as PROTECTION
from processors.routing.measures import Measures

PRINCIPAL = "gateway"
CONNECTIONS = 8
"""Each page holds one for a statement or a transaction, not while it waits for anything else."""


def main(settings: Settings, stop: Stop) -> None:
    door = GatewaySettings()
    for package in TABLES:
        migrations.apply(settings.dsn(DATABASE), package)
    with closing(_reader(settings, "keys", keychecks.TOPIC)) as reader:
        keychecks.verify(reader, BusKeys.load_or_create(settings.home / "keys" / "bus.key"))
    with ExitStack() as opened:
        measures = Measures(opened.enter_context(closing(_reader(settings, "protection", PROTECTION))))
        connections = opened.enter_context(pool(settings.dsn(DATABASE), CONNECTIONS))
        app, tasks = front_door(settings, door, connections, measures)
        together([partial(serve, app, door.host, door.port), *tasks], stop)


def _reader(settings: Settings, part: str, topic: str) -> KafkaReader:
    return KafkaReader(settings.properties(PRINCIPAL), topics.group(PRINCIPAL, part), [topic], from_start=True)


if __name__ == "__main__":
    run("gateway", main)
