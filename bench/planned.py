"""What routing makes of the log that is there, worked out beforehand."""

from collections.abc import Iterator
from contextlib import closing

from connectors.postgres import deliveries as sinks
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
    for record in log(settings, lane):
        yield record, route(record, state, decided_by, keys).deliveries


def log(settings: Settings, *lanes: str) -> Iterator[Incoming]:
    """Every record of these lanes, of all when none is named."""
    for lane in lanes or LANES:
        with closing(_reader(settings, "planned", topics.name(LANES[lane]))) as reader:
            for batch in until_now(reader):
                yield from batch


def rows(settings: Settings, member: str, channel: str) -> tuple[int, int]:
    """How many rows of the inbox, and of persons, all deliveries in this channel's topic make."""
    topic = topics.name(topics.DELIVERIES, member, channel)
    identities, keys = set(), set()
    with closing(_reader(settings, "rows", topic, topics.channel(member, channel))) as reader:
        for batch in until_now(reader):
            for row in sinks.rows(sinks.decode(record.value, record.offset) for record in batch):
                identities.add(row.identity)
                keys.add(row.key)
    return len(identities), len(keys)


def _reader(settings: Settings, part: str, topic: str, principal: str = "routing") -> KafkaReader:
    return KafkaReader(settings.properties(principal), topics.group(principal, part), [topic], from_start=True)
