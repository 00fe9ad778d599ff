"""Which records of the log wait because their person is held by routing (docs/adr/0019)."""

from typing import NamedTuple

from kairan import wire
from kairan.settings import Settings
from kairan.stream import Incoming, Position
from operations.look import reading
from processors.routing import unrouted


class Waits(NamedTuple):
    """A record that is not routed yet; ``rule``: why it cannot be, None where it waits behind such a one."""

    at: Position
    appended: int
    rule: str | None


def waiting(settings: Settings) -> list[Waits]:
    """Oldest first."""
    with reading.reader(settings, "unrouted", [unrouted.TOPIC]) as reader:
        newest = {record.key: record for record in reading.everything(reader)}
    return sorted(map(_waits, (each for each in newest.values() if each.value)), key=lambda each: each.appended)


def positions(settings: Settings) -> set[Position]:
    """Where they lie."""
    return {each.at for each in waiting(settings)}


def _waits(record: Incoming) -> Waits:
    _, told = wire.decode_record(record.value or b"")
    return Waits(unrouted.position(record), told["appended"], told["rule"])
