"""``python -m processors.ledger``: notes the receipts of all members."""

import time
from contextlib import closing

from kairan import loops, topics
from kairan.kafka import KafkaReader
from kairan.loops import Stop
from kairan.positions import read_on
from kairan.postgres import connect, migrations, own
from kairan.process import run
from kairan.register import Register
from kairan.settings import Settings
from processors.ledger.store import RIGHT, Ledger

PRINCIPAL = "ledger"
DATABASE = "kairan"


def main(settings: Settings, stop: Stop) -> None:
    dsn = settings.dsn(DATABASE)
    migrations.apply(dsn, "processors.ledger")
    sources = receipts(settings.register_in_force(time.time_ns() // 1_000_000))
    properties, group = settings.properties(PRINCIPAL), topics.group(PRINCIPAL)
    with (
        connect(dsn, autocommit=True) as connection,
        closing(KafkaReader(properties, group, sources, from_start=True, of_strangers=True)) as reader,
    ):
        own(connection, RIGHT)
        ledger = Ledger(connection)
        read_on(reader, ledger.positions())
        loops.effect("ledger", reader, ledger, stop)


def receipts(register: Register) -> list[str]:
    """The topics in which the members' channels tell what they applied."""
    return [topics.name(topics.RECEIPTS, member.code) for member in register.members if member.state != "left"]


if __name__ == "__main__":
    run("ledger", main)
