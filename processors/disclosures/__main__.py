"""``python -m processors.disclosures``: keeps for every person who was told what about her."""

from contextlib import closing

from kairan import loops, topics
from kairan.kafka import KafkaReader
from kairan.loops import Stop
from kairan.positions import read_on
from kairan.postgres import connect, migrations, own
from kairan.process import run
from kairan.settings import Settings
from processors.disclosures.entries import TOPIC
from processors.disclosures.store import RIGHT, Disclosures

PRINCIPAL = "disclosures"
DATABASE = "kairan"


def main(settings: Settings, stop: Stop) -> None:
    dsn = settings.dsn(DATABASE)
    migrations.apply(dsn, "processors.disclosures")
    with (
        connect(dsn, autocommit=True) as connection,
        closing(
            KafkaReader(settings.properties(PRINCIPAL), topics.group(PRINCIPAL), [TOPIC], from_start=True)
        ) as reader,
    ):
        own(connection, RIGHT)
        kept = Disclosures(connection)
        read_on(reader, kept.positions())
        loops.effect("disclosures", reader, kept, stop)


if __name__ == "__main__":
    run("disclosures", main)
