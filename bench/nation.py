"""The whole country on the bus: members with one channel each, and a log in which all of them have stated something."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import cycle

from confluent_kafka import OFFSET_END
from confluent_kafka import TopicPartition as Asked
from confluent_kafka.admin import AdminClient

from bench import planned
from kairan import municipalities, rights, topics, wire
from kairan.kafka import KafkaWriter
from kairan.partitioning import LOG_PARTITIONS
from kairan.register import Channel, Member, Performer, Register
from kairan.rights import Right
from kairan.settings import Settings
from kairan.stream import Outgoing
from kairan.topics import Durability, Topic
from operations.stack.admin import Admin
from operations.stack.changes import wanted
from sandbox.register import BY_BUSINESS

CHANNEL = "offices"
BUSINESSES = tuple(sorted(business for _, _, group in BY_BUSINESS for business in group if business != "001"))
"""All but the resident record, which may share no channel and which no assessment goes to."""
SECONDS = 30


def codes(count: int) -> list[str]:
    """So many municipalities, from everywhere; the country has 1,741."""
    everybody = [row.code for row in municipalities.all_in_force() if row.kind not in {"prefecture", "ward"}]
    return [everybody[place * len(everybody) // count] for place in range(count)]


def register(its: Iterable[str]) -> Register:
    members = tuple(Member(code=code, name=code, kind="municipality", state="active") for code in its)
    return Register(
        members=members,
        channels=tuple(Channel(member=each.code, channel=CHANNEL, title=CHANNEL) for each in members),
        performers=tuple(
            Performer(municipality=each.code, business=business, member=each.code, channel=CHANNEL)
            for each in members
            for business in BUSINESSES
        ),
    )


def join(settings: Settings, nation: Register, kinds: Sequence[topics.Kind]) -> list[Topic]:
    """
    Puts the register in the place of the stack's own and makes the topics of these kinds.

    Principals would be thousands, so those of the bus get their rights on these topics by prefix.
    """
    nation.save(settings.home / "register")
    want = wanted(nation, Durability())
    admin = Admin(settings.properties("admin"))
    made = [topic for topic in topics.topics(nation) if topic.kind in kinds]
    there = admin.partitions()
    missing = [topic.name for topic in made if topic.name not in there]
    admin.create({name: want.configs[name] for name in missing}, want.partitions, Durability())
    admin.grant({right for kind in kinds for right in _rights(kind)})
    admin.await_served(topic.name for topic in made)
    return made


def state(settings: Settings, events: Sequence[Outgoing], its: Iterable[str]) -> None:
    """These events in the log instead of what it had: one of each member in turn, otherwise the same bytes."""
    _empty(settings)
    with closing(KafkaWriter(settings.properties("admission"))) as writer:
        for event, code in zip(events, cycle(its), strict=False):
            writer.send(event._replace(value=_stated_by(code, event.value or b"")))
        writer.confirm()


def events(settings: Settings) -> list[Outgoing]:
    return [Outgoing(record.topic, record.key, record.value) for record in planned.log(settings, "bulk")]


def _stated_by(code: str, value: bytes) -> bytes:
    shape, envelope, start = wire.decode_envelope(value)
    source = {**envelope["source"], "municipality": code}
    return wire.encode(shape, {**envelope, "source": source}, wire.decode_body(shape, value, start))


def _empty(settings: Settings) -> None:
    topic = topics.name(topics.LIFE_EVENTS_BULK)
    partitions = [Asked(topic, partition, OFFSET_END) for partition in range(LOG_PARTITIONS)]
    client = AdminClient({**settings.properties("admin"), "log_level": 0})
    for done in client.delete_records(partitions).values():
        done.result(SECONDS)


def _rights(kind: topics.Kind) -> Iterator[Right]:
    prefix = kind.pattern.partition("{")[0]
    for roles, operation in ((kind.writers, "WRITE"), (kind.readers, "READ")):
        for role in set(roles) & set(rights.BUS):
            yield Right(role, operation, "TOPIC", prefix, prefixed=True)
