"""The whole log counted again by the plain loop, partition after partition, as ``kairan statistics check`` does."""

import json
import resource
import time

from bench.crowd import LOG
from kairan.partitioning import LOG_PARTITIONS
from kairan.settings import Settings
from kairan.stream import TopicPartition
from operations.look import reading
from processors.statistics.recount import tables


def main(settings: Settings) -> None:
    began, persons = time.monotonic(), 0
    with reading.reader(settings, "recount", [LOG]) as reader:
        ends = reader.ends()
        for partition in range(LOG_PARTITIONS):
            at = TopicPartition(LOG, partition)
            persons += len(tables(reading.between(reader, {at: (0, ends[at])})).persons)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1_000_000
    seconds = time.monotonic() - began
    told = {"records": sum(ends.values()), "persons": persons, "seconds": seconds, "megabytes": megabytes}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Settings())
