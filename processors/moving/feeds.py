"""What each process of a move reads, and what it tells the other."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import Any

from kairan import topics
from kairan.stream import Incoming, Outgoing
from processors.moving import household, process, reading
from processors.moving.facts import Came, Group
from processors.moving.household import Household, Overdue, Stood
from processors.moving.known import Known
from processors.moving.reading import Entitled
from processors.moving.saga import SAGA, accepts
from processors.moving.tasks import Output, Stepped
from processors.moving.timers import Days
from processors.runtime import inputs
from processors.runtime.process import Process, Timer, Told
from processors.runtime.words import Words

LOG = topics.name(topics.LIFE_EVENTS)
HOUSEHOLD = "household"
READ = {process.NAME: (LOG, inputs.TOPIC), HOUSEHOLD: (inputs.TOPIC,)}
"""The topics that each process reads; an instance has the same partition in all of them."""
HOUSEHOLD_WORDS = Words(Stood, Overdue, household.Counted, household.Behind)


def moving(days: Days, entitled: Entitled, played: Callable[[int], int]) -> Process[Known, Any, Output]:
    """A person's moves; the instance is the handle. ``played``: what time it is in a sandbox when a record comes."""
    told = partial(_told_a_person, entitled, played)
    waits = partial(process.waits, days=days)
    shows = partial(process.shows, days=days)
    return Process(process.NAME, SAGA, process.WORDS, told, partial(accepts, days=days), waits, _to_household, shows)


def households() -> Process[Household, Any, Any]:
    """Those who leave together; the instance follows from their 異動単位."""
    read = partial(inputs.read, HOUSEHOLD, HOUSEHOLD_WORDS)
    its = household.HOUSEHOLD
    return Process(HOUSEHOLD, its, HOUSEHOLD_WORDS, read, _accepts, _waits, lambda *_: None, household.shows)


def _told_a_person(entitled: Entitled, played: Callable[[int], int], record: Incoming) -> Iterable[Told[Any]]:
    if record.topic == inputs.TOPIC:
        return [_when_it_came(told, played(record.timestamp)) for told in _of_inputs(record)]
    fact = reading.fact(record, entitled, played(record.timestamp))
    return [Told(record.key or b"", fact)] if fact else []


_of_inputs = partial(inputs.read, process.NAME, process.WORDS)


def _when_it_came(told: Told[Any], at: int) -> Told[Any]:
    """A timer says when it was due; after an outage it came later, and comes again a while after that."""
    return told._replace(told=replace(told.told, at=at)) if isinstance(told.told, Came) else told


def _to_household(_: bytes, output: Output) -> Outgoing | None:
    if not isinstance(output, Stepped) or output.group is None:
        return None
    stood = Stood(output.move, output.step, output.group.size, output.origin, output.at)
    return inputs.letter(HOUSEHOLD, _instance(output.group), json.dumps(HOUSEHOLD_WORDS.to_json(stood)))


def _instance(group: Group) -> bytes:
    return blake2b(f"{group.municipality} {group.number}".encode(), digest_size=16).digest()


def _accepts(known: Household, told: Any) -> bool:
    """Of a time that came: is it still waited for?"""
    return not isinstance(told, Overdue) or household.overdue_at(known) == told.at


def _waits(known: Household) -> Iterable[Timer[Any]]:
    due = household.overdue_at(known)
    return [] if due is None else [Timer(due, Overdue(due))]
