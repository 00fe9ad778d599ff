"""
What offices answer becomes an input of the procedure: under the bus's own names, in the topic that is kept.

An office speaks of an event and a person under names that only it and the bus know, and only for its own member.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from kairan import topics, wire
from kairan.identifiers import InvalidIdentifierError
from kairan.keys import BusKeys, ForgedPairwiseIdError
from kairan.logs import log
from kairan.loops import Waves
from kairan.shapes import UnknownSchemaIdError
from kairan.stream import Incoming, Outgoing, TopicPartition
from kairan.wire import NotDecodableError, NotFramedError
from processors.moving import process
from processors.moving.facts import Answer, Outcome, Receiver
from processors.runtime import inputs
from processors.runtime.process import Stand, stands_behind

SHAPE = "kairan.bus.Answer"
_PREFIX = topics.name(topics.ANSWERS, "")
_BUSINESS = re.compile(r"[0-9]{3}")
_REASON = re.compile(r"[a-z0-9_-]{0,64}")
"""A code, so that nobody writes of a person here; offices' tables have the same rule."""


class NotAnAnswerError(ValueError):
    """An answer breaks a rule, which the message names."""


_REFUSED = (
    *(NotAnAnswerError, ForgedPairwiseIdError, InvalidIdentifierError),
    *(NotFramedError, NotDecodableError, UnknownSchemaIdError),
)


def answer(record: Incoming, keys: BusKeys, played: Callable[[int], int]) -> Outgoing:
    """
    The input that it is; raises NotAnAnswerError.

    Raises:
        ForgedPairwiseIdError: the person's name was not made for this member.
        NotFramedError, NotDecodableError, UnknownSchemaIdError: it is no record of the bus.

    """
    name, told = wire.decode_record(record.value or b"")
    member = record.topic.removeprefix(_PREFIX)
    if name != SHAPE:
        raise NotAnAnswerError("another shape")
    if told["outcome"] not in set(Outcome):
        raise NotAnAnswerError("outcome")
    if not _BUSINESS.fullmatch(told["business"]):
        raise NotAnAnswerError("business")
    if not _REASON.fullmatch(told["reason"]):
        raise NotAnAnswerError("reason")
    answered = Answer(
        keys.event_id_of(member, told["event_ref"]),
        Receiver(member, told["business"]),
        Outcome(told["outcome"]),
        played(record.timestamp),
        told["reason"],
    )
    handle = keys.handle_of(member, told["pairwise_id"])
    return inputs.letter(process.NAME, handle, json.dumps(process.WORDS.to_json(answered)))


class Hearing:
    """
    What offices say is told on (``handle`` for ``kairan.loops.transform``); ``stands``: up to where.

    What is no answer is alarmed and passed over: the procedure's timer asks for the one that is missing.
    """

    def __init__(self, keys: BusKeys, played: Callable[[int], int]) -> None:
        self._keys = keys
        self._played = played
        self.stands: Mapping[TopicPartition, Stand] = {}

    def begin(self, positions: Mapping[TopicPartition, int]) -> None:
        self.stands = {at: Stand(position, 0) for at, position in positions.items()}

    def handle(self, batch: Sequence[Incoming]) -> Waves:
        yield list(_answers(self._keys, self._played, batch))
        self.stands = {**self.stands, **stands_behind(batch)}


def _answers(keys: BusKeys, played: Callable[[int], int], batch: Sequence[Incoming]) -> Iterator[Outgoing]:
    for record in batch:
        try:
            yield answer(record, keys, played)
        except _REFUSED as error:
            rule = str(error) if isinstance(error, NotAnAnswerError) else type(error).__name__
            log().error("no answer", alarm="passed over", rule=rule, topic=record.topic, offset=record.offset)
