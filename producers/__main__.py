"""``python -m producers``: the relays of all active members, each under its own principal, and their refusals."""

import time
from collections.abc import Callable, Iterator

from connectors.postgres.outbox import CoreSystemOutbox
from connectors.postgres.refusals import RefusalNotes
from kairan import loops, topics
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.keys import SourceKey
from kairan.loops import Stop
from kairan.process import run, together
from kairan.register import Register
from kairan.settings import Settings
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
    writer = KafkaWriter(settings.properties(topics.source(member)))
    outbox = CoreSystemOutbox(settings.dsn(f"core_{member}"), mapper(member, key))
    try:
        loops.relay("relay", outbox, writer, stop)
    finally:
        outbox.close()
        writer.close()


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
