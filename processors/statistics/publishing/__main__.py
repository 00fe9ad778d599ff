"""``python -m processors.statistics.publishing``: the one publisher, who alone writes what leaves."""

from contextlib import ExitStack, closing
from functools import partial

from kairan import loops, topics
from kairan.kafka import LOG_PARTITIONS, KafkaReader, KafkaWriter
from kairan.loops import BATCH, POLL_SECONDS, Stop
from kairan.postgres import Connection, migrations, own
from kairan.process import run, together
from kairan.settings import Settings
from processors.runtime import travel
from processors.runtime.leaps import Leaps
from processors.runtime.shell import DATABASE, connected, now
from processors.statistics import totals
from processors.statistics.publishing.months import Months
from processors.statistics.publishing.publisher import Publisher
from processors.statistics.publishing.store import RIGHT, Store
from processors.statistics.publishing.telling import Untold

PRINCIPAL = "publisher"


def main(settings: Settings, stop: Stop) -> None:
    dsn = settings.dsn(DATABASE)
    for package in ("processors.runtime", "processors.statistics.publishing"):
        migrations.apply(dsn, package)
    with ExitStack() as opened:
        owned = connected(opened, dsn)
        own(owned, RIGHT)
        played = travel.played(settings, connected(opened, dsn))
        publishing = partial(_publish, settings, owned, played)
        together([publishing, partial(_tell, settings, connected(opened, dsn))], stop)


def _publish(settings: Settings, connection: Connection, played: Leaps, stop: Stop) -> None:
    """In a sandbox a month is over when its clock says so (docs/adr/0030)."""
    months = Months(LOG_PARTITIONS)
    publisher = Publisher(Store(connection), months)
    with closing(_reader(settings)) as reader:
        while not stop():
            for record in reader.poll(POLL_SECONDS, BATCH):
                if record.value is not None:
                    months.take(totals.read(record.value))
            until = months.until()
            if until is not None:
                publisher.publish(played(until), played(now()))


def _reader(settings: Settings) -> KafkaReader:
    """Newest totals alone lie there: they are read from the start, and nothing is to be remembered."""
    read = [topics.name(topics.STATISTICS_PARTIALS)]
    return KafkaReader(settings.properties(PRINCIPAL), topics.group(PRINCIPAL), read, from_start=True)


def _tell(settings: Settings, connection: Connection, stop: Stop) -> None:
    with closing(KafkaWriter(settings.properties(PRINCIPAL))) as writer:
        loops.relay("releases", Untold(connection), writer, stop)


if __name__ == "__main__":
    run("publishing", main)
