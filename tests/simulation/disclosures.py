"""Whether nobody was told anything before it was written down (docs/adr/0037), read without the code that writes it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kairan import topics, wire
from tests.simulation.play import Play
from tests.simulation.processes import SinkSlot


class Line(NamedTuple):
    """One business of a member, and which fields of which event of whose it was told."""

    person: bytes
    at: tuple[str, int, int]
    member: str
    channel: str
    business: str
    rule: str
    fields: bytes


def untold(its: Play, looked_into: SinkSlot) -> Iterator[str]:
    """One office in a run: to read every delivery once more would take as long as the run."""
    written: dict[Line, int] = {}
    for record in its.broker.records(topics.name(topics.DISCLOSURES)):
        for line in _written(record.key or b"", record.value or b""):
            written[line] = min(written.get(line, record.timestamp), record.timestamp)
    told = _told(its, looked_into)
    if missing := sum(line not in written or written[line] >= at for line, at in told):
        yield f"told before it was written down {missing} ({looked_into.channel.topic})"


@lru_cache(maxsize=4096)
def _written(person: bytes, value: bytes) -> list[Line]:
    _, entry = wire.decode_record(value)
    at = (entry["lane"], entry["partition"], entry["offset"])
    names = ("member", "channel", "business", "rule", "fields")
    return [Line(person, at, *(each[name] for name in names)) for each in entry["told"]]


def _told(its: Play, sink: SinkSlot) -> Iterator[tuple[Line, int]]:
    """Each with when it was told."""
    member, channel, topic = sink.channel.member, sink.channel.name, sink.channel.topic
    for record in its.broker.records(topic):
        if (topic, record.offset) not in its.garbage:
            person = its.keys.handle_of(member, record.key or b"")
            envelope = wire.decode_envelope(record.value or b"").record
            at = (envelope["position"]["lane"], envelope["position"]["partition"], envelope["position"]["offset"])
            for each in envelope["businesses"]:
                line = Line(person, at, member, channel, each["business"], each["rule"], envelope["told"])
                yield line, record.timestamp
