"""The topic on which processes are told what the log does not tell: timers, decisions, words of other processes."""

import json
from collections.abc import Iterator
from typing import Any

from kairan import topics, wire
from kairan.stream import Incoming, Outgoing
from processors.runtime.process import Told
from processors.runtime.words import Words

TOPIC = topics.name(topics.PROCESS_INPUTS)
SHAPE = "kairan.bus.ProcessInput"


def letter(process: str, instance: bytes, told: str) -> Outgoing:
    """``told``: the input as JSON."""
    record = {"process": process, "instance": instance.hex(), "told": told}
    return Outgoing(TOPIC, instance, wire.encode_record(SHAPE, record))


def read(process: str, words: Words, record: Incoming) -> Iterator[Told[Any]]:
    """What it tells, if it is for this process."""
    _, found = wire.decode_record(record.value or b"")
    if found["process"] == process:
        yield Told(bytes.fromhex(found["instance"]), words.from_json(json.loads(found["told"])))
