"""``python -m producers``: the relays of all active members, each under its own principal, and their refusals."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Generic

from connectors.postgres import source_key
from connectors.postgres.outbox import CoreSystemOutbox
from connectors.postgres.refusals import RefusalNotes
from kairan import loops, topics
from kairan.holds import Holds
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.keys import SourceKey
from kairan.loops import Outbox, Row, Stop
from kairan.process import run, together
from kairan.register import Register
from kairan.settings import Settings
from kairan.stream import Outgoing, Position
from producers.mapping import mapper

Task = Callable[[Stop], None]


def main(settings: Settings, stop: Stop) -> None:
    tasks = [task for member in stating(settings.register_in_force(now())) for task in tasks_of(member, settings)]
    together(tasks, stop)


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def stating(register: Register) -> list[str]:
    """Who states facts: municipalities that are active, or draining what is still in their outbox."""
    return [member.code for member in register.municipalities() if member.state in {"active", "draining"}]


def tasks_of(member: str, settings: Settings) -> Iterator[Task]:
    yield lambda stop: relay(member, settings, stop)
    yield lambda stop: note_refusals(member, settings, stop)


def relay(member: str, settings: Settings, stop: Stop) -> None:
    key = SourceKey.load_or_create(settings.home / "keys" / f"source-{member}.key")
    source_key.establish(settings.dsn(f"core_{member}"), key, member)
    writer = KafkaWriter(settings.properties(topics.source(member)), of_member=True)
    lanes = [topics.name(lane, member) for lane in (topics.IN, topics.IN_BULK)]
    outbox = CoreSystemOutbox(settings.dsn(f"core_{member}"), mapper(member, key), lanes)
    reader = holds_reader(settings, topics.source(member))
    try:
        loops.relay("relay", HeldOutbox(outbox, Holds(reader), member), writer, stop)
    finally:
        reader.close()
        outbox.close()
        writer.close()


def holds_reader(settings: Settings, principal: str) -> KafkaReader:
    group = topics.group(principal, "holds")
    return KafkaReader(settings.properties(principal), group, [topics.name(topics.HOLDS)], from_start=True)


class HeldOutbox(Generic[Row]):
    """
    An outbox (``kairan.loops.Outbox``) that gives nothing while its member is held.

    Admission reads nothing of a held member, and ``in.*`` keeps a statement for days only: what waits longer waits
    here, where nothing is deleted.
    """

    def __init__(self, outbox: Outbox[Row], holds: Holds, member: str) -> None:
        self._outbox = outbox
        self._holds = holds
        self._member = member

    def pending(self, at_most: int) -> Sequence[tuple[Row, Outgoing]]:
        self._holds.refresh()
        return [] if self._holds.holds("member", self._member) else self._outbox.pending(at_most)

    def mark(self, rows: Sequence[Row], positions: Sequence[Position]) -> None:
        self._outbox.mark(rows, positions)

    def wait(self, seconds: float) -> None:
        self._outbox.wait(seconds)


def note_refusals(member: str, settings: Settings, stop: Stop) -> None:
    principal = topics.source(member)
    reader = KafkaReader(
        settings.properties(principal), topics.group(principal, "refusals"), [topics.name(topics.REFUSALS, member)]
    )
    notes = RefusalNotes(settings.dsn(f"core_{member}"))
    try:
        notes.go_on(reader)
        loops.effect("refusals", reader, notes, stop)
    finally:
        notes.close()
        reader.close()


if __name__ == "__main__":
    run("producers", main)
