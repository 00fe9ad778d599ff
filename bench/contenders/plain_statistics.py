"""The same aggregation as a plain loop: confluent-kafka and two dicts, nothing kept; what it read it marks."""

from contextlib import closing

from bench.contenders.telling import tell
from bench.crowd import LOG
from kairan import loops, topics
from kairan.kafka import KafkaReader
from kairan.loops import Stop
from kairan.process import run
from kairan.settings import Settings
from processors.statistics.recount import Tables

GROUP = topics.group("statistics", "plain")


def main(settings: Settings, stop: Stop) -> None:
    tables, has_begun = Tables({}, {}), False
    with closing(KafkaReader(settings.properties("statistics"), GROUP, [LOG])) as reader:
        while not stop():
            batch = reader.poll(loops.POLL_SECONDS, loops.BATCH)
            if batch and not has_begun:
                tell()
                has_begun = True
            for record in batch:
                tables.add(record)
            if batch:
                reader.commit(loops.next_offsets(batch))


if __name__ == "__main__":
    run("plain", main)
