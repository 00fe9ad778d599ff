"""``python -m processors.routing live`` and ``… bulk``: a process for each lane of the log."""

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from kairan import keychecks, loops, topics
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.keys import BusKeys
from kairan.logs import log
from kairan.loops import Stop
from kairan.process import run
from kairan.settings import Settings
from processors.routing import measures, policy, unrouted
from processors.routing.bundle import Bundle, BundleError
from processors.routing.measures import Measures
from processors.routing.notes import BackdatedError, Note
from processors.routing.policy import PolicyError
from processors.routing.process import Lane
from processors.routing.unrouted import Unrouted

PRINCIPAL = "routing"
LANES = {"live": topics.LIFE_EVENTS, "bulk": topics.LIFE_EVENTS_BULK}
COLLECT_AFTER = 100_000
"""A batch makes many small tuples and no cycles; the collector need not walk them."""


def main(lane: str, settings: Settings, stop: Stop) -> None:
    gc.set_threshold(COLLECT_AFTER)
    properties = settings.properties(PRINCIPAL)
    keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")
    with ExitStack() as opened:
        try:
            bundle = Bundle(policy.load(), settings.register())
            routing = Lane(
                bundle,
                keys,
                Measures(opened.enter_context(_reading(properties, f"{lane}.protection", measures.TOPIC))),
                Note(settings.home / "routing" / f"{lane}.json", bundle),
                _unrouted(opened, properties, lane),
                lambda: _key_is_known(properties, lane, keys),
            )
            routing.start()
        except (PolicyError, BundleError, BackdatedError) as error:
            log().error("refused to start", lane=lane, rule=str(error), alarm="policy or register")
            raise
        reader = KafkaReader(properties, topics.group(PRINCIPAL, lane), [topics.name(LANES[lane])])
        opened.callback(reader.close)
        writer = KafkaWriter(properties, positions=False)
        opened.callback(writer.close)
        loops.transform_batch(PRINCIPAL, writer, routing.try_again())
        loops.transform(PRINCIPAL, reader, writer, routing.handle, stop)


def _unrouted(opened: ExitStack, properties: dict[str, str], lane: str) -> Unrouted:
    told = opened.enter_context(_reading(properties, f"{lane}.unrouted", unrouted.TOPIC))
    return Unrouted(told, opened.enter_context(_reading(properties, f"{lane}.waiting", topics.name(LANES[lane]))))


def _key_is_known(properties: dict[str, str], lane: str, keys: BusKeys) -> bool:
    with _reading(properties, f"{lane}.keys", keychecks.TOPIC) as reader:
        return keychecks.verify(reader, keys)


@contextmanager
def _reading(properties: dict[str, str], part: str, topic: str) -> Iterator[KafkaReader]:
    """A reader from the topic's start that remembers nothing."""
    reader = KafkaReader(properties, topics.group(PRINCIPAL, part), [topic], from_start=True)
    try:
        yield reader
    finally:
        reader.close()


if __name__ == "__main__":
    if sys.argv[1:] not in ([name] for name in LANES):
        sys.exit("usage: python -m processors.routing live|bulk")
    chosen = sys.argv[1]
    run(f"{PRINCIPAL}.{chosen}", lambda settings, stop: main(chosen, settings, stop))
