"""Reading up to now ends: with what is there, or with an error."""

import pytest

from kairan.stream import Incoming, Outgoing, SilentError, until_now
from kairan.testing import MemoryBroker, MemoryReader


class Silent(MemoryReader):
    """As a client that has lost its partition and does not say so."""

    def poll(self, timeout: float, at_most: int) -> list[Incoming]:
        return []


def broker() -> MemoryBroker:
    bus = MemoryBroker({"holds": 1}, clock=lambda: 0)
    bus.append(Outgoing("holds", b"", b"one"))
    return bus


def test_what_is_there_is_read() -> None:
    assert [b"one"] == [each.value for batch in until_now(MemoryReader(broker(), "g", ["holds"])) for each in batch]


def test_nobody_waits_for_ever_for_what_does_not_come() -> None:
    with pytest.raises(SilentError, match="1 partitions"):
        list(until_now(Silent(broker(), "g", ["holds"])))
