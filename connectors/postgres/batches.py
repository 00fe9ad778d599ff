"""What a sink reads at once: decoded, and grouped as it is applied."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from connectors.postgres.deliveries import Delivery, Key, Row, UnreadableError, decode
from connectors.postgres.office import Refused
from kairan.stream import Incoming


class Batch(NamedTuple):
    """Consecutive records of a channel's topic, decoded."""

    topic: str
    partition: int
    first: int
    last: int
    readable: list[Delivery]
    unreadable: list[Refused]


def read(batch: Sequence[Incoming]) -> Batch:
    """What is a delivery, and what is none."""
    readable, unreadable = [], []
    for record in batch:
        try:
            readable.append(decode(record.value, record.offset))
        except UnreadableError as error:
            value = record.value or b""
            unreadable.append(Refused(record.offset, error.reason, hashlib.sha256(value).digest(), len(value)))
    return Batch(batch[0].topic, batch[0].partition, batch[0].offset, batch[-1].offset, readable, unreadable)


def by_person(due: Iterable[Row]) -> list[list[Row]]:
    """The rows of each person, in their order."""
    people: dict[Key, list[Row]] = {}
    for row in due:
        people.setdefault(row.key, []).append(row)
    return list(people.values())


def first_of_each(new: Iterable[Row]) -> list[Row]:
    """A double inside one batch is inserted once, so it counts once."""
    found: dict[tuple[bytes, str], Row] = {}
    for row in new:
        found.setdefault(row.identity, row)
    return list(found.values())
