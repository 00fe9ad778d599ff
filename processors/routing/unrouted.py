"""
Persons whom routing holds: the first record of theirs that cannot be routed, and what came behind it.

The compacted topic ``unrouted`` keeps the positions, so that they outlive the process; the records are in the log.
What a lane has decided of a batch stands in memory until ``changes`` tells the topic of it, before the mark.
"""

from collections.abc import Iterable, Iterator, Sequence

from kairan import topics, wire
from kairan.logs import log
from kairan.stream import (
    MOST_SILENT,
    Incoming,
    Outgoing,
    Position,
    Reader,
    SilentError,
    TopicPartition,
    until_now,
)

TOPIC = topics.name(topics.UNROUTED)
SHAPE = "kairan.bus.Unrouted"
MOST_PERSONS = 100
"""A fault that meets so many is no person's: the lane stops, as it would hold a municipality, one by one."""
_PATIENCE_SECONDS = 0.3
_AT_ONCE = 5000


class TooManyHeldError(Exception):
    """So many persons cannot be routed that program, policy or log must be wrong as a whole."""


class Unrouted:
    """
    What a lane has not routed yet.

    Args:
        told: the topic ``unrouted``, from its start; both lanes write there.
        lane: the lane's topic, from which what waits is read once more.

    """

    def __init__(self, told: Reader, lane: Reader) -> None:
        self._told, self._lane = told, lane
        self._stored: dict[Position, Outgoing] = {}
        self._now: dict[Position, Outgoing] = {}
        self._persons: set[bytes | None] = set()

    def holds(self, person: bytes | None) -> bool:
        """Whether a record with this key must wait."""
        return person in self._persons

    def hold(self, record: Incoming, rule: str | None) -> None:
        """
        This record waits, and so does all that comes of its person; without a rule it waits behind another.

        Raises:
            TooManyHeldError: no more persons can be held.

        """
        at = record.at
        if at not in self._now:
            self._now[at] = outgoing(record, rule)
            self._persons.add(record.key)
            _alarm(at, rule)
        if len(self._persons) > MOST_PERSONS:
            log().error("too many persons are held", topic=at.topic, count=len(self._persons), alarm="the log")
            raise TooManyHeldError(f"{at.topic}: more than {MOST_PERSONS} persons")

    def changes(self) -> list[Outgoing]:
        """What the topic must be told since the last call; whoever writes it has stored the deliveries before."""
        if self._now == self._stored:
            return []
        new = [told for at, told in self._now.items() if self._stored.get(at) != told]
        gone = [told._replace(value=None) for at, told in self._stored.items() if at not in self._now]
        self._stored = dict(self._now)
        return new + gone

    def begin_again(self) -> Iterator[Incoming]:
        """
        What the topic says waits, in the order of each partition; nobody is held until ``hold`` says so again.

        Raises:
            SilentError: a partition gives nothing although what waits lies there.

        """
        lane = {at.topic for at in self._lane.positions()}
        for batch in until_now(self._told):
            for record in batch:
                self._take(record)
        self._stored = {at: told for at, told in self._stored.items() if at.topic in lane}
        self._now, self._persons = {}, set()
        for at in sorted({TopicPartition(*at[:2]) for at in self._stored}):
            yield from self._records(at, sorted(each.offset for each in self._stored if each[:2] == at))

    def _take(self, record: Incoming) -> None:
        at = position(record)
        if record.value is None:
            self._stored.pop(at, None)
        else:
            self._stored[at] = Outgoing(TOPIC, record.key, record.value)

    def _records(self, at: TopicPartition, offsets: Sequence[int]) -> Iterator[Incoming]:
        """From one to the next that was not read with it: they may lie years apart, or thousands together."""
        left = self._kept(at, offsets)
        while left:
            self._lane.seek({at: left[0]})
            self._lane.pause(other for other in self._lane.positions() if other != at)
            batch = self._some(at)
            yield from (record for record in batch if record.offset in left)
            left = [each for each in left if each > batch[-1].offset]
        self._lane.resume(self._lane.positions())

    def _some(self, at: TopicPartition) -> list[Incoming]:
        for _ in range(MOST_SILENT):
            if found := [each for each in self._lane.poll(_PATIENCE_SECONDS, _AT_ONCE) if each[:2] == at]:
                return found
        raise SilentError(f"{at.topic} {at.partition} is silent before what waits there")

    def _kept(self, at: TopicPartition, offsets: Iterable[int]) -> list[int]:
        """What the log has lost nobody can route; it is alarmed and waits no more."""
        first, end = self._lane.starts()[at], self._lane.ends()[at]
        lost = [each for each in offsets if not first <= each < end]
        for offset in lost:
            log().error("no longer in the log", alarm="the log", offset=offset, **at._asdict())
        return [each for each in offsets if each not in lost]


def outgoing(record: Incoming, rule: str | None) -> Outgoing:
    """What tells operators, and this lane after a restart, that a record waits: where it lies, never whose it is."""
    told = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    key = f"{record.topic}/{record.partition}/{record.offset}".encode()
    return Outgoing(TOPIC, key, wire.encode_record(SHAPE, told | {"appended": record.timestamp, "rule": rule}))


def position(told: Incoming) -> Position:
    """Of which record of the log this one of ``unrouted`` tells."""
    topic, partition, offset = (told.key or b"").decode().split("/")
    return Position(topic, int(partition), int(offset))


def _alarm(at: Position, rule: str | None) -> None:
    if rule is None:
        log().warning("waits for its person", **at._asdict())
    else:
        log().error("cannot be routed", rule=rule, alarm="the log", **at._asdict())
