"""A held member's statements wait in its outbox."""

from collections.abc import Sequence

from kairan.holds import Hold, Holds, encode
from kairan.loops import relay_batch
from kairan.stream import Outgoing, Position
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from producers.__main__ import HeldOutbox

MEMBER, OTHER = "141003", "122033"
TOPIC = f"in.{MEMBER}"


class Rows:
    """An outbox in memory: each row is sent as its own number."""

    def __init__(self, count: int) -> None:
        self.left = list(range(count))

    def pending(self, at_most: int) -> Sequence[tuple[int, Outgoing]]:
        return [(row, Outgoing(TOPIC, b"person", b"%d" % row)) for row in self.left[:at_most]]

    def mark(self, rows: Sequence[int], positions: Sequence[Position]) -> None:
        assert len(rows) == len(positions)
        self.left = [row for row in self.left if row not in rows]

    def wait(self, seconds: float) -> None:
        """There is nobody to wait for."""


class Desk:
    """A relay with three rows, and an operator."""

    def __init__(self) -> None:
        self.broker = MemoryBroker({TOPIC: 1, "holds": 1})
        self.rows = Rows(3)

    def start(self) -> HeldOutbox[int]:
        return HeldOutbox(self.rows, Holds(MemoryReader(self.broker, "holds", ["holds"])), MEMBER)

    def hold(self, member: str) -> None:
        hold = Hold("member", member)
        self.broker.append(Outgoing("holds", hold.key(), encode(hold, "operator", 0)))

    def resume(self, member: str) -> None:
        self.broker.append(Outgoing("holds", Hold("member", member).key(), None))

    def relay(self, outbox: HeldOutbox[int], at_most: int = 500) -> list[bytes | None]:
        """All that was sent after one more batch."""
        relay_batch("relay", outbox, MemoryWriter(self.broker), at_most)
        return [record.value for record in self.broker.records(TOPIC)]


def test_a_held_member_sends_nothing_and_goes_on_where_it_was() -> None:
    desk = Desk()
    outbox = desk.start()
    assert [b"0"] == desk.relay(outbox, at_most=1)
    desk.hold(MEMBER)
    assert [b"0"] == desk.relay(outbox)
    assert [1, 2] == desk.rows.left
    desk.resume(MEMBER)
    assert [b"0", b"1", b"2"] == desk.relay(outbox)
    assert [] == desk.rows.left


def test_a_hold_outlives_the_relays_restart() -> None:
    desk = Desk()
    desk.hold(MEMBER)

    assert [] == desk.relay(desk.start())


def test_a_hold_of_another_member_stops_nothing_here() -> None:
    desk = Desk()
    desk.hold(OTHER)

    assert [b"0", b"1", b"2"] == desk.relay(desk.start())
