"""What routing makes of the log that is there, worked out beforehand."""

from collections.abc import Iterator
from contextlib import closing

from kairan import topics
from kairan.kafka import KafkaReader
from kairan.keys import BusKeys
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, until_now
from processors.routing import measures, policy
from processors.routing.bundle import Bundle
from processors.routing.deliveries import route
from processors.routing.measures import Measures
from processors.routing.protection import ProtectionState

LANES = {"live": topics.LIFE_EVENTS, "bulk": topics.LIFE_EVENTS_BULK}


def bus_keys(settings: Settings) -> BusKeys:
    return BusKeys.load_or_create(settings.home / "keys" / "bus.key")


def bundle(settings: Settings) -> Bundle:
    return Bundle(policy.load(), settings.register())


def protection(settings: Settings) -> ProtectionState:
    """All measures that are there now."""
    with closing(_reader(settings, "measures", measures.TOPIC)) as reader:
        return Measures(reader).catch_up()


def deliveries(settings: Settings, lane: str) -> Iterator[tuple[Incoming, list[Outgoing]]]:
    """Every record of the lane and its deliveries, as the routing process writes them."""
    decided_by, keys, state = bundle(settings), bus_keys(settings), protection(settings)
    with closing(_reader(settings, "planned", topics.name(LANES[lane]))) as reader:
        for batch in until_now(reader):
            for record in batch:
                yield record, route(record, state, decided_by, keys)


def _reader(settings: Settings, part: str, topic: str) -> KafkaReader:
    return KafkaReader(settings.properties("routing"), topics.group("routing", part), [topic], from_start=True)
