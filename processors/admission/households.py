"""
Households arrive together: half a household at the end of a topic waits a moment for its rest, and nobody else does.

Members of a household name each other, and only a statement of each tells which handle is whose (``decisions.py``).
No atomicity is promised: what does not come soon is admitted without.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from kairan import wire
from kairan.shapes import UnknownSchemaIdError
from kairan.stream import Incoming, TopicPartition
from kairan.wire import NotDecodableError, NotFramedError
from processors.admission import waiting
from processors.admission.reading import MOST_BYTES

PATIENCE_SECONDS = 0.2
LARGEST = 64
"""Statements of a household that is waited for, as many persons as a statement may name as related."""
Group = tuple[str, int]


class Households:
    """Holds back the begun household at each topic's end, until it is complete or ``PATIENCE_SECONDS`` are over."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun: dict[str, list[Incoming]] = {}
        self._since: dict[str, float] = {}
        self._costs: dict[str, int] = {}

    @property
    def are_awaited(self) -> bool:
        return bool(self._begun)

    def begun(self) -> dict[TopicPartition, int]:
        """Where the households that wait begin."""
        firsts = [records[0] for records in self._begun.values()]
        return {TopicPartition(first.topic, first.partition): first.offset for first in firsts}

    def through(self, batch: Sequence[Incoming]) -> list[Incoming]:
        """What may go on now: what waited and the batch, each topic in its order, without what begins to wait."""
        came: dict[str, list[Incoming]] = {}
        for record in batch:
            came.setdefault(record.topic, []).append(record)
        return [record for topic in {**self._begun, **came} for record in self._of(topic, came.get(topic, []))]

    def forget(self, topics: Iterable[str]) -> None:
        """These are read again."""
        for topic in topics:
            self._begun.pop(topic, None)
            self._since.pop(topic, None)
            self._costs.pop(topic, None)

    def _of(self, topic: str, came: list[Incoming]) -> list[Incoming]:
        records = self._begun.pop(topic, []) + came
        self._costs.pop(topic, None)
        begun = _begun(records)
        since = self._since.pop(topic, self._clock())
        if not begun or self._clock() - since >= PATIENCE_SECONDS or not self._has_room(topic, records[-begun:]):
            return records
        self._begun[topic], self._since[topic] = records[-begun:], since
        return records[:-begun]

    def _has_room(self, topic: str, begun: Sequence[Incoming]) -> bool:
        """Takes the room, if so much may wait; a process has it for all its members."""
        cost = sum(map(waiting.cost, begun))
        if sum(self._costs.values()) + cost > waiting.OF_HOUSEHOLDS:
            return False
        self._costs[topic] = cost
        return True


def _begun(records: Sequence[Incoming]) -> int:
    """How many records at the end are of a household of which there should be more."""
    group = _group(records[-1]) if records else None
    if group is None or not 1 < group[1] <= LARGEST:
        return 0
    found = sum(1 for _ in takewhile(lambda record: _group(record) == group, reversed(records)))
    return found if found < group[1] else 0


def _group(record: Incoming) -> Group | None:
    """Id and size of a statement's group; None where it has none, cannot be read, or is too large to be read."""
    if len(record.value or b"") > MOST_BYTES:
        return None
    try:
        group = wire.decode_envelope(record.value or b"").record.get("group")
    except (NotFramedError, UnknownSchemaIdError, NotDecodableError):
        return None
    return None if group is None else (group["id"], group["size"])
