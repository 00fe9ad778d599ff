"""A log as long as is wanted: what admission wrote of a few people, told of others, with the same bytes otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from itertools import cycle, islice
from typing import NamedTuple

from bench import planned
from kairan import topics, wire
from kairan.kafka import KafkaWriter
from kairan.settings import Settings
from kairan.stream import Outgoing

LOG = topics.name(topics.LIFE_EVENTS)
AT_ONCE = 50_000


class Template(NamedTuple):
    """A record of the log: ``person`` and ``event`` are the bytes in it that become others."""

    value: bytes
    person: bytes
    event: bytes

    def of(self, person: bytes, event: bytes) -> bytes:
        return self.value.replace(self.person, person).replace(self.event, event)


def templates(settings: Settings) -> list[Template]:
    """What the live lane has."""
    found = ((record.value or b"", record.key or b"") for record in planned.log(settings, "live"))
    return [Template(value, key, wire.decode_envelope(value).record["id"]) for value, key in found]


def told(those: Sequence[Template], numbers: Iterable[int], events: int) -> Iterator[Outgoing]:
    """So many events of each person of these numbers: each of them once, then each of them again."""
    persons = [handle(number) for number in numbers]
    for which in range(events):
        for template, person in zip(cycle(those), persons, strict=False):
            event = blake2b(person + which.to_bytes(1), digest_size=16).digest()
            yield Outgoing(LOG, person, template.of(person, event))


def append(settings: Settings, records: Iterable[Outgoing], principal: str = "admission") -> None:
    with closing(KafkaWriter(settings.properties(principal))) as writer:
        waiting = iter(records)
        while batch := list(islice(waiting, AT_ONCE)):
            for each in batch:
                writer.send(each)
            writer.confirm()


def handle(number: int) -> bytes:
    return blake2b(number.to_bytes(8), digest_size=16).digest()
