"""
Holds: an operator stops a channel, an event type or a member, and lets it go on.

They live in the compacted topic ``holds``, which every process that must obey reads from its start, so that a
hold outlives restarts. Whoever obeys pauses; nothing is lost, because positions stay where they are.
"""

from typing import Literal, NamedTuple

from kairan import wire
from kairan.stream import Incoming, Reader, until_now

TOPIC = "holds"
HoldKind = Literal["channel", "type", "member"]


class Hold(NamedTuple):
    """What is held: ``131016.nhi`` (member and channel), ``residence.MovedIn``, or ``131016``."""

    kind: str
    name: str

    def key(self) -> bytes:
        return f"{self.kind}:{self.name}".encode()


class Holds:
    """The holds in force: read to the end at once, so that nothing held passes meanwhile."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._held: set[Hold] = set()
        for batch in until_now(reader):
            self._take(batch)

    def refresh(self) -> bool:
        """Reads what is new without waiting; whether anything changed."""
        before = set(self._held)
        while batch := self._reader.poll(0.0, 1000):
            self._take(batch)
        return before != self._held

    def holds(self, kind: HoldKind, name: str) -> bool:
        return Hold(kind, name) in self._held

    def of(self, kind: HoldKind) -> set[str]:
        return {hold.name for hold in self._held if hold.kind == kind}

    def _take(self, batch: list[Incoming]) -> None:
        for record in batch:
            kind, _, name = (record.key or b"").decode().partition(":")
            if record.value is None:
                self._held.discard(Hold(kind, name))
            else:
                self._held.add(Hold(kind, name))


def encode(hold: Hold, operator: str, since: int) -> bytes:
    """The record that puts a hold in force."""
    return wire.encode_record("kairan.bus.Hold", {"kind": hold.kind, "name": hold.name, "by": operator, "since": since})
