"""What a sink reads at once: decoded, and grouped as it is applied."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from connectors.postgres.deliveries import Delivery, Key, Row, UnreadableError, decode
from connectors.postgres.office import Refused
from kairan.stream import Incoming


class Parts(NamedTuple):
    """
    The rows of a batch by what they need where nothing stands against them.

    ``first``: the first of each person, laid over what is known; ``later``: what comes after it, laid over in waves;
    ``others``: of whom only a fold can tell, by key ``folded``, or, where there are flags alone, ``flagged``.
    """

    first: list[Row]
    later: list[Row]
    others: list[Row]
    folded: set[Key]
    flagged: set[Key]

    @property
    def is_one_step(self) -> bool:
        return not self.later and not self.others


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


def parts(due: Iterable[Row]) -> Parts:
    found = Parts([], [], [], set(), set())
    for person in by_person(due):
        if not any(row.overtakes or row.delivery.change == "annulled" for row in person):
            found.first.append(person[0])
            found.later.extend(person[1:])
            continue
        found.others.extend(person)
        (found.flagged if all(row.overtakes for row in person) else found.folded).add(person[0].key)
    return found


def first_of_each(new: Iterable[Row]) -> list[Row]:
    """A double inside one batch is inserted once, so it counts once."""
    found: dict[tuple[bytes, str], Row] = {}
    for row in new:
        found.setdefault(row.identity, row)
    return list(found.values())
