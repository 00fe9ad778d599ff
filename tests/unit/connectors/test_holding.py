"""A held channel waits where it is."""

from connectors.postgres.holding import ObedientReader
from kairan.stream import Outgoing, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader

AT = TopicPartition("t", 0)


class Desk:
    """A channel's reader, and an operator who holds it or not."""

    def __init__(self, records: int = 2) -> None:
        self.broker = MemoryBroker({"t": 1})
        for number in range(records):
            self.broker.append(Outgoing("t", b"k", b"%d" % number))
        self.is_held = False
        self.passed: list[int] = []
        self.reader = ObedientReader(MemoryReader(self.broker, "g", ["t"]), lambda: self.is_held, self.passed.append)

    def read(self) -> list[int]:
        return [record.offset for record in self.reader.poll(0.0, 5000)]


def test_a_held_channel_gives_nothing_and_goes_on_where_it_was() -> None:
    desk = Desk()
    desk.is_held = True
    assert [] == desk.read()
    desk.is_held = False
    assert [0, 1] == desk.read()
    desk.broker.append(Outgoing("t", b"k", b"2"))
    desk.is_held = True
    assert [] == desk.read()
    desk.is_held = False
    assert [2] == desk.read()


def test_what_retention_took_is_told_though_nothing_comes_behind_it() -> None:
    desk = Desk(records=3)
    desk.broker.forget(AT, 3)

    assert [[], []] == [desk.read(), desk.read()]
    assert [3] == desk.passed


def test_nothing_was_taken_where_all_was_given_out() -> None:
    desk = Desk(records=3)

    assert [[0, 1, 2], []] == [desk.read(), desk.read()]
    assert [] == desk.passed
