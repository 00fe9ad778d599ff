"""What the process of notices reads, and what leaves it: letters to other instances, and what channels are to tell."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from kairan import shapes, topics, wire
from kairan.identifiers import Handle
from kairan.stream import Incoming, Outgoing
from processors.notices import calls, leaving, process, reading, showing
from processors.notices.calls import DueOf
from processors.notices.facts import Came, Doubted, Fact, Input, Measured, Protection, Receipt, Stated, Stood
from processors.notices.notices import Answer, Ask, Output, PassOn, Vouch, Warn
from processors.notices.rules import Rules
from processors.notices.saga import State, decider
from processors.runtime import inputs
from processors.runtime.process import Process, Told

LOG, PROTECTION = topics.name(topics.LIFE_EVENTS), topics.name(topics.PROTECTION)
BULK = topics.name(topics.LIFE_EVENTS_BULK)
LOADED = "residence.RecordLoaded"
"""Of the bulk lane nothing else: it tells of everybody who was there before the bus whether she hides."""
FIRST, THEN, LAST = (PROTECTION,), (LOG, inputs.TOPIC), (BULK,)
READ = {process.NAME: (*FIRST, *THEN, *LAST)}
"""An instance has the same partition in all of them."""


def notices(rules: Rules, due_of: DueOf, played: Callable[[int], int]) -> Process[State, Any, Output]:
    """A person's notices; the instance is the handle. ``played``: what time it is in a sandbox when a record comes."""
    return Process(
        process.NAME,
        decider(rules),
        process.WORDS,
        partial(_told, played, partial(calls.fact, rules=rules, due_of=due_of)),
        partial(process.accepts, rules=rules),
        partial(process.waits, rules=rules),
        _leaving,
        partial(showing.shows, rules=rules),
    )


def _told(played: Callable[[int], int], called: Callable[[Stated], Fact], record: Incoming) -> Iterable[Told[Any]]:
    at = played(record.timestamp)
    if record.topic == inputs.TOPIC:
        return [_when_it_came(told, at) for told in _of_inputs(record)]
    found = _found(record, at)
    if found is None:
        return []
    return [Told(found.about, called(found)) if isinstance(found, Stated) else Told(found.person, found)]


def _found(record: Incoming, at: int) -> Stated | Protection | Measured | Doubted | None:
    if record.topic == PROTECTION:
        return reading.of_protection(record, at)
    if record.topic == BULK and shapes.by_id(wire.schema_id(record.value or b"")).type != LOADED:
        return None
    return reading.told(record, at)


_of_inputs = partial(inputs.read, process.NAME, process.WORDS)


def _when_it_came(told: Told[Any], at: int) -> Told[Any]:
    """
    A timer says when it was due; after an outage it came later, and what it lets go is not sent at night.

    What a channel answers, and when, only its appending tells. So it is with who is joined with somebody: what may be
    told once nobody hides any more is told then, and that she does not hide is a later word than that she does.
    """
    return told._replace(told=replace(told.told, at=at)) if isinstance(told.told, Came | Receipt | Stood) else told


def _leaving(_: bytes, output: Output) -> Outgoing | None:
    """For another instance, or for channels."""
    match output:
        case Vouch(to, protection):
            return _letter(to, protection)
        case PassOn(fact):
            return _letter(fact.to, fact)
        case Ask(named):
            return _letter(named.person, named)
        case Warn(doubted):
            return _letter(doubted.person, doubted)
        case Answer(stood):
            return _letter(stood.person, stood)
    return leaving.to_channels(output)


def _letter(to: Handle, told: Input) -> Outgoing:
    return inputs.letter(process.NAME, to, json.dumps(process.WORDS.to_json(told)))
